import Capture
import Wire

/// The CQL native protocol of Cassandra and ScyllaDB, versions 1 to 5, with bodies and segments packed by LZ4 or Snappy. Requests and responses
/// carry a number of their stream, and overlap.
///
/// Source: "CQL BINARY PROTOCOL", v1 to v5 (`doc/native_protocol_v*.spec` of Cassandra).
enum Cassandra: ApplicationProtocol {
  typealias Message = CassandraMessage
  typealias Conversation = CassandraConversation

  static let facts = ProtocolFacts(identity: .cassandra, ports: [9042, 9142, 19042], hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    CassandraRecognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    CassandraParser.parse(bytes, context, &conversation)
  }

  static func role(of message: CassandraMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: CassandraMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    CassandraSummary.summarize(message, bytes, SQLSummary(settings, .cassandra), into: &summary, &texts)
  }
}
