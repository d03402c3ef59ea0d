import Capture
import Wire

/// Apache Pulsar's binary protocol.
///
/// Source: Pulsar documentation, "Pulsar binary protocol specification"; PulsarApi.proto.
enum Pulsar: ApplicationProtocol {
  typealias Message = PulsarMessage

  static let facts = ProtocolFacts(identity: .pulsar, ports: [6650, 16650])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return PulsarRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<PulsarMessage> {
    PulsarParser.parse(bytes, context)
  }

  static func role(of message: PulsarMessage, _ context: ParseContext) -> MessageRole {
    func key(_ asker: MessageSender) -> ExchangeKey {
      .identifier((asker == .client ? 0 : 1) << 63 | UInt64(message.command.family) << 56 | message.key & 0xff_ffff_ffff_ffff)
    }
    switch message.command.part {
    case .request: return .request(key(context.sender))
    case .response: return .response(key(context.sender.opposite))
    // An acknowledgement has an answer only when it is numbered.
    case .numbered: return message.requestIdentifier == nil ? .oneWay : .request(key(context.sender))
    case .alone: return .oneWay
    }
  }

  static func summarize(
    _ message: PulsarMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    PulsarSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
