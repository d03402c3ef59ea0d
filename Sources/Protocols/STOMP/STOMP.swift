import Capture
import Wire

/// STOMP 1.0 to 1.2. A frame with a receipt pairs with it; others stand alone.
///
/// Source: stomp.github.io, "STOMP Protocol Specification, Version 1.2".
enum STOMP: ApplicationProtocol {
  typealias Message = STOMPMessage
  typealias Conversation = STOMPConversation

  static let facts = ProtocolFacts(identity: .stomp, ports: [61613])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return STOMPRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout STOMPConversation) -> ParseStep<STOMPMessage> {
    STOMPParser.parse(bytes, context, &conversation)
  }

  static func role(of message: STOMPMessage, _ context: ParseContext) -> MessageRole {
    switch message.part {
    case .request(let key): .request(.identifier(key))
    case .response(let key): .response(.identifier(key))
    case .alone: .oneWay
    }
  }

  static func summarize(
    _ message: STOMPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    STOMPSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}

/// Whether the first frame waits for its answer, and where a body without a length is under way.
struct STOMPConversation: ConversationState {
  var isConnecting = false
}
