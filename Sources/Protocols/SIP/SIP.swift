import Capture
import Wire

/// The Session Initiation Protocol over datagrams and streams. A transaction is an exchange: 1xx responses are interim, the final one
/// answers. ACK, which nobody answers, stands alone. What is sent again over datagrams (§17) is no transaction of its own.
///
/// Source: RFC 3261.
enum SIP: ApplicationProtocol {
  typealias Message = SIPMessage
  typealias Conversation = NoConversation

  static let facts = ProtocolFacts(identity: .sip, ports: [5060, 5061, 5062, 5080], overDatagrams: true, repetition: .always)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    SIPRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<SIPMessage> {
    SIPParser.parse(bytes, context)
  }

  /// Between two proxies both ends ask; whoever does is part of the key.
  static func role(of message: SIPMessage, _ context: ParseContext) -> MessageRole {
    switch message.startLine {
    case .request(let method, _):
      if method == .ack { return .oneWay }
      return .request(.identifier(message.transaction &* 2 &+ UInt64(context.sender.rawValue)))
    case .response(let code, _):
      if code < 200 { return .interim }
      return .response(.identifier(message.transaction &* 2 &+ UInt64(context.sender.opposite.rawValue)))
    }
  }

  static func summarize(_ message: SIPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    SIPSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
