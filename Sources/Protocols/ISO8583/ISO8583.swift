import Capture
import Wire

/// ISO 8583:1987, the messages of card payments, in the framings and encodings that networks and terminals use.
///
/// Source: ISO 8583:1987, "Bank card originated messages – Interchange message specifications".
enum ISO8583: ApplicationProtocol {
  typealias Message = ISO8583Message
  typealias Conversation = ISO8583Conversation

  static let facts = ProtocolFacts(identity: .iso8583, ports: [])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return ISO8583Recognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ISO8583Conversation
  ) -> ParseStep<ISO8583Message> {
    ISO8583Parser.parse(bytes, context, &conversation)
  }

  /// Either side asks (echo tests come from both).
  static func role(of message: ISO8583Message, _ context: ParseContext) -> MessageRole {
    message.isResponse ? .response(.identifier(message.key)) : .request(.identifier(message.key))
  }

  static func summarize(_ message: ISO8583Message, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    ISO8583Summary.summarize(message, bytes, into: &summary, &texts)
  }
}

/// The form that messages of a connection have, once one was read.
struct ISO8583Conversation: ConversationState {
  var format: ISO8583Format?
}
