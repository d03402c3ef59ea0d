import Capture
import Wire

/// OpenWire, the protocol of Apache ActiveMQ's own clients, versions 1 to 12, loose and tight. A command that asks for a response pairs with
/// it by number; the others stand alone.
///
/// Source: activemq.apache.org, "OpenWire Version 2 Specification"; ActiveMQ 5.17, org.apache.activemq.openwire.
enum OpenWire: ApplicationProtocol {
  typealias Message = OpenWireMessage
  typealias Conversation = OpenWireConversation

  static let facts = ProtocolFacts(identity: .openWire, ports: [61616])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return OpenWireRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout OpenWireConversation) -> ParseStep<OpenWireMessage> {
    OpenWireParser.parse(bytes, context, &conversation)
  }

  /// Both sides number their commands by themselves; a response bears the number of the other side's command.
  static func role(of message: OpenWireMessage, _ context: ParseContext) -> MessageRole {
    func key(_ asker: MessageSender, _ number: UInt32) -> ExchangeKey { .identifier((asker == .client ? 0 : 1) << 32 | UInt64(number)) }
    if let correlation = message.correlation { return .response(key(context.sender.opposite, correlation)) }
    // A sign of life is answered, if at all, by a sign of life. Source: org.apache.activemq.transport.AbstractInactivityMonitor.
    guard message.wantsResponse, message.type != .keepAlive else { return .oneWay }
    return .request(key(context.sender, message.number ?? 0))
  }

  static func summarize(
    _ message: OpenWireMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    OpenWireSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
