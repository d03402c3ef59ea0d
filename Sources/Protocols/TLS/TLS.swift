import Capture
import Wire

/// Transport Layer Security, from SSL 3.0 to TLS 1.3, as far as its handshake is in the clear. One handshake is one exchange: the
/// ClientHello is its request, all that the server sends until the handshake's end its response. What follows is not parsed, nor
/// reassembled: the flow is known as TLS, and costs no more than its packets.
///
/// Source: RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2), RFC 6101 (SSL 3.0).
enum TLS: ApplicationProtocol {
  typealias Message = TLSMessage
  typealias Conversation = TLSConversation

  static let facts = ProtocolFacts(
    identity: .tls, ports: [443, 8443, 6443, 853, 993, 995, 465, 636, 5671, 8883, 5061], sessionTimeoutSeconds: 15)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    TLSRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout TLSConversation) -> ParseStep<TLSMessage> {
    TLSParser.parse(bytes, context, &conversation)
  }

  static func role(of message: TLSMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(_ message: TLSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    TLSSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
