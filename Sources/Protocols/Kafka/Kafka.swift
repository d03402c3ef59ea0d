import Capture
import Wire

/// The protocol of Apache Kafka and of what speaks it: every API by name, with what its first fields say.
///
/// Source: Apache Kafka 4.1, "Kafka Protocol Guide" and clients/src/main/resources/common/message.
enum Kafka: ApplicationProtocol {
  typealias Message = KafkaMessage
  typealias Conversation = KafkaConversation

  static let facts = ProtocolFacts(identity: .kafka, ports: [9092, 9093, 9094, 19092])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    KafkaRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout KafkaConversation) -> ParseStep<KafkaMessage> {
    KafkaParser.parse(bytes, context, &conversation)
  }

  static func role(of message: KafkaMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: KafkaMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    KafkaSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
