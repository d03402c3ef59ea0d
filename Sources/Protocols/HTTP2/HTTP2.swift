import Capture
import Wire

/// HTTP/2 with prior knowledge, after an upgrade, or read from inside TLS; and what travels in it: gRPC, gRPC-Web and Triple.
///
/// Sources: RFC 9113 (HTTP/2), RFC 7541 (HPACK), grpc/doc/PROTOCOL-HTTP2.md, dubbo.apache.org "Triple protocol".
enum HTTP2: ApplicationProtocol {
  typealias Message = HTTP2Message
  typealias Conversation = HTTP2Conversation

  static let facts = ProtocolFacts(
    identity: .http2, ports: [80, 443, 8080, 8443, 50_051, 2379], carries: [.grpc, .triple],
    // RFC 7540 §3.2: the request that asked for the upgrade is answered on stream 1.
    upgradeKey: .identifier(1))

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    HTTP2Recognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTP2Conversation) -> ParseStep<HTTP2Message> {
    HTTP2Parser.parse(bytes, context, &conversation)
  }

  static func role(of message: HTTP2Message, _ context: ParseContext) -> MessageRole {
    let key = ExchangeKey.identifier(UInt64(message.stream))
    return switch message.content {
    case .request: .request(key)
    // A server that resets the stream instead of answering has answered.
    case .response, .reset: .response(key)
    case .informational, .trailers, .end, .goAway: .interim
    }
  }

  static func summarize(
    _ message: HTTP2Message, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    HTTP2Summary.summarize(message, settings, into: &summary, &texts)
  }
}
