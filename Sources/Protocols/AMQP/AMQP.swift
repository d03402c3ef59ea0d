import Capture
import Wire

/// AMQP 0-9-1, with RabbitMQ's extensions. A method that has an answer pairs with it; what is published and delivered stands alone.
///
/// Source: AMQP 0-9-1 specification and its RabbitMQ extensions (amqp0-9-1.extended.xml).
enum AMQP: ApplicationProtocol {
  typealias Message = AMQPMessage
  typealias Conversation = AMQPConversation

  static let facts = ProtocolFacts(identity: .amqp, ports: [5672])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return AMQPRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQPConversation) -> ParseStep<AMQPMessage> {
    AMQPParser.parse(bytes, context, &conversation)
  }

  static func role(of message: AMQPMessage, _ context: ParseContext) -> MessageRole {
    switch message.part {
    case .request(let key): .request(.identifier(key))
    case .response(let key): .response(.identifier(key))
    case .alone: .oneWay
    case .content: .interim
    }
  }

  static func summarize(
    _ message: AMQPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    AMQPSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
