import Capture
import Wire

/// AMQP 1.0. What opens, begins or attaches pairs with the other side's; a transfer that is not settled pairs with its disposition.
///
/// Source: OASIS, "AMQP Version 1.0", parts 1 (types), 2 (transport), 3 (messaging) and 5 (security).
enum AMQP1: ApplicationProtocol {
  typealias Message = AMQP1Message
  typealias Conversation = AMQP1Conversation

  static let facts = ProtocolFacts(identity: .amqp1, ports: [5672])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return AMQP1Recognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQP1Conversation) -> ParseStep<AMQP1Message> {
    AMQP1Parser.parse(bytes, context, &conversation)
  }

  static func role(of message: AMQP1Message, _ context: ParseContext) -> MessageRole {
    switch message.part {
    case .request(let key): .request(.identifier(key))
    case .response(let key): .response(.identifier(key))
    case .alone: .oneWay
    case .housekeeping: .interim
    }
  }

  static func summarize(
    _ message: AMQP1Message, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    AMQP1Summary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
