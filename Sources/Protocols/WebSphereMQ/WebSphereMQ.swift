import Capture
import Wire

/// The protocol of IBM MQ (WebSphere MQ), of clients and between queue managers. A call pairs with its reply; what is sent without a call
/// stands alone.
///
/// The protocol is not published. Source: Wireshark, packet-mq.c, and IBM's documentation of the structures that programs use (MQOD, MQMD, MQGMO).
enum WebSphereMQ: ApplicationProtocol {
  typealias Message = WebSphereMQMessage
  typealias Conversation = WebSphereMQConversation

  static let facts = ProtocolFacts(identity: .webSphereMQ, ports: [1414])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return WebSphereMQRecognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout WebSphereMQConversation
  ) -> ParseStep<WebSphereMQMessage> {
    WebSphereMQParser.parse(bytes, context, &conversation)
  }

  static func role(of message: WebSphereMQMessage, _ context: ParseContext) -> MessageRole {
    switch message.part {
    case .request(let key): .request(.identifier(key))
    case .response(let key): .response(.identifier(key))
    case .alone: .oneWay
    }
  }

  static func summarize(
    _ message: WebSphereMQMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    WebSphereMQSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
