import Capture
import Wire

/// HTTP/1.0 and HTTP/1.1. HTTP/0.9 has no message that could be told from other text and is not recognised.
///
/// Source: RFC 9110 (semantics), RFC 9112 (HTTP/1.1).
enum HTTP: ApplicationProtocol {
  typealias Message = HTTPMessage
  typealias Conversation = HTTPConversation

  static let facts = ProtocolFacts(identity: .http, ports: [80, 8080, 8000, 3000, 5000, 8888, 3128])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    HTTPRecognition.verdict(bytes)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTPConversation) -> ParseStep<HTTPMessage> {
    HTTPParser.parse(bytes, context, &conversation)
  }

  static func role(of message: HTTPMessage, _ context: ParseContext) -> MessageRole {
    switch message.startLine {
    case .request: .request(.inOrder)
    case .response(let line): line.isInterim || message.successor != nil ? .interim : .response(.inOrder)
    }
  }

  static func summarize(
    _ message: HTTPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.startLine {
    case .request(let line): HTTPSummary.request(line, bytes, settings, into: &summary, &texts)
    case .response(let line): HTTPSummary.response(line, bytes, into: &summary, &texts)
    }
    HTTPSummary.fields(of: message, bytes, settings, into: &summary, &texts)
  }
}
