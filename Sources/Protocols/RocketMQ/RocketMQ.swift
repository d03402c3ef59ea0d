import Capture
import Wire

/// Apache RocketMQ's remoting protocol, with headers as JSON and in its own form.
///
/// Source: RocketMQ, RemotingCommand, RocketMQSerializable; RequestCode and ResponseCode.
enum RocketMQ: ApplicationProtocol {
  typealias Message = RocketMQMessage

  static let facts = ProtocolFacts(identity: .rocketMQ, ports: [9876, 10909, 10911])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return RocketMQRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<RocketMQMessage> {
    RocketMQParser.parse(bytes, context)
  }

  /// Either side asks, and numbers what it asks by itself.
  static func role(of message: RocketMQMessage, _ context: ParseContext) -> MessageRole {
    func key(_ asker: MessageSender) -> ExchangeKey { .identifier((asker == .client ? 0 : 1) << 32 | UInt64(message.opaque)) }
    if message.isResponse { return .response(key(context.sender.opposite)) }
    return message.isOneWay ? .oneWay : .request(key(context.sender))
  }

  static func summarize(
    _ message: RocketMQMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    RocketMQSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
