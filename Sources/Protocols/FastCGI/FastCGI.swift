import Capture

/// FastCGI between a web server and an application such as PHP-FPM.
///
/// Source: FastCGI Specification 1.0 (29 April 1996); RFC 3875 for what the parameters and the header section mean.
enum FastCGI: ApplicationProtocol {
  typealias Message = FastCGIMessage
  typealias Conversation = FastCGIConversation

  static let facts = ProtocolFacts(identity: .fastCGI, ports: [9000])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    FastCGIRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout FastCGIConversation) -> ParseStep<FastCGIMessage> {
    FastCGIParser.parse(bytes, context, &conversation)
  }

  static func role(of message: FastCGIMessage, _ context: ParseContext) -> MessageRole {
    let key = ExchangeKey.identifier(UInt64(message.request))
    return switch message.content {
    case .request, .cutRequest, .parameters: .request(key)
    case .response, .head, .end: .response(key)
    }
  }

  static func summarize(
    _ message: FastCGIMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    FastCGISummary.summarize(message, settings, into: &summary, &texts)
  }
}
