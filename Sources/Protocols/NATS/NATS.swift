import Capture
import Wire

/// NATS, with headers. The server asks first: its INFO is answered by CONNECT. What is published, subscribed and delivered stands alone unless
/// the client asked for an acknowledgement of each.
///
/// Source: NATS documentation, "Client Protocol".
enum NATS: ApplicationProtocol {
  typealias Message = NATSMessage
  typealias Conversation = NATSConversation

  static let facts = ProtocolFacts(identity: .nats, ports: [4222, 14222])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return NATSRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NATSConversation) -> ParseStep<NATSMessage> {
    NATSParser.parse(bytes, context, &conversation)
  }

  static func role(of message: NATSMessage, _ context: ParseContext) -> MessageRole {
    func key(_ operation: NATSOperation, _ asker: MessageSender) -> ExchangeKey {
      .identifier(UInt64(operation.rawValue) << 1 | (asker == .client ? 0 : 1))
    }
    switch message.part {
    case .alone: return .oneWay
    case .request(let operation): return .request(key(operation, context.sender))
    case .response(let operation): return .response(key(operation, context.sender.opposite))
    }
  }

  static func summarize(
    _ message: NATSMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    NATSSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}

/// What the server said of itself, and what the client asked for.
struct NATSConversation: ConversationState {
  var serverName: [UInt8]?
  var version: [UInt8]?
  /// Of the line with which the server began.
  var firstInformation: UInt64?
  /// CONNECT was seen, or something that follows it.
  var isConnected = false
  /// Each operation of the client is acknowledged.
  var isVerbose = false
}
