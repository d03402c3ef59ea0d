import Capture
import Wire

/// QUIC as far as its handshake can be read: the packets with long headers, and of those the Initial packets, whose keys follow from
/// what is on the wire. The client's first Initial packets are the request, the server's ServerHello the response; what follows is
/// encrypted and costs nothing.
///
/// Source: RFC 8999 (invariants), RFC 9000 (version 1), RFC 9001 (its use of TLS), RFC 9369 (version 2).
enum QUIC: ApplicationProtocol {
  typealias Message = QUICMessage
  typealias Conversation = QUICConversation

  static let facts = ProtocolFacts(
    identity: .quic, ports: QUICRecognition.ports, overStream: false, overDatagrams: true, sessionTimeoutSeconds: 15)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    QUICRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout QUICConversation) -> ParseStep<QUICMessage> {
    QUICParser.parse(bytes, context, &conversation)
  }

  static func role(of message: QUICMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(_ message: QUICMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    QUICSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
