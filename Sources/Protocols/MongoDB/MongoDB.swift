import Capture
import Wire

/// MongoDB and what speaks its protocol: OP_MSG, the operations before it, and each of them compressed.
///
/// Source: MongoDB manual, "MongoDB Wire Protocol"; mongodb/specifications, OP_MSG and "Wire Compression".
enum MongoDB: ApplicationProtocol {
  typealias Message = MongoDBMessage
  typealias Conversation = MongoDBConversation

  static let facts = ProtocolFacts(identity: .mongoDB, ports: [27017, 27018, 27019, 17017])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    MongoDBRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MongoDBConversation) -> ParseStep<MongoDBMessage> {
    MongoDBParser.parse(bytes, context, &conversation)
  }

  static func role(of message: MongoDBMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(_ message: MongoDBMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard let decompressed = message.decompressed else {
      return MongoDBSummary.summarize(message, bytes, into: &summary, &texts)
    }
    let span = decompressed.span
    MongoDBSummary.summarize(message, span.bytes, into: &summary, &texts)
  }
}
