import Capture
import Wire

/// MQTT 3.1, 3.1.1 and 5. What either side publishes under a quality of service pairs with its acknowledgement; a subscription's messages and
/// those without a quality of service stand alone.
///
/// Source: OASIS, "MQTT Version 3.1.1" and "MQTT Version 5.0".
enum MQTT: ApplicationProtocol {
  typealias Message = MQTTMessage
  typealias Conversation = MQTTConversation

  static let facts = ProtocolFacts(identity: .mqtt, ports: [1883, 11883])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return MQTTRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MQTTConversation) -> ParseStep<MQTTMessage> {
    MQTTParser.parse(bytes, context, &conversation)
  }

  /// Both sides number what they publish; an acknowledgement answers the other side's number.
  static func role(of message: MQTTMessage, _ context: ParseContext) -> MessageRole {
    func key(_ kind: MQTTPacketKind, _ asker: MessageSender) -> ExchangeKey {
      .identifier(UInt64(kind.rawValue) << 20 | (asker == .client ? 0 : 1) << 16 | UInt64(message.identifier ?? 0))
    }
    switch message.kind {
    case .connect, .subscribe, .unsubscribe, .pingRequest, .publishRelease: return .request(key(message.kind, context.sender))
    case .publish: return message.identifier == nil ? .oneWay : .request(key(.publish, context.sender))
    case .connectAcknowledgement: return .response(key(.connect, context.sender.opposite))
    case .publishAcknowledgement, .publishReceived: return .response(key(.publish, context.sender.opposite))
    case .publishComplete: return .response(key(.publishRelease, context.sender.opposite))
    case .subscribeAcknowledgement: return .response(key(.subscribe, context.sender.opposite))
    case .unsubscribeAcknowledgement: return .response(key(.unsubscribe, context.sender.opposite))
    case .pingResponse: return .response(key(.pingRequest, context.sender.opposite))
    case .disconnect, .authentication: return .oneWay
    }
  }

  static func summarize(
    _ message: MQTTMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    MQTTSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}

/// The version that the connection's first packet names; packets look different in version 5.
struct MQTTConversation: ConversationState {
  var version: UInt8?
  /// The first packet was not seen, and a later one showed that the version is not 5.
  var isEarlierVersion = false

  /// Whether packets may be of any version.
  var isOpen: Bool { version == nil && !isEarlierVersion }
}
