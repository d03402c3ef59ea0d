import Capture
import Wire

/// The frontend/backend protocol of PostgreSQL, version 3. A simple query and all its results are an exchange; in the extended query the
/// messages from Parse or Bind to Execute are one, whose statement is followed by the names of statement and portal. After a switch to TLS
/// the connection speaks TLS; what replication streams is not parsed.
///
/// Source: PostgreSQL 18 documentation, chapter 54 "Frontend/Backend Protocol".
enum PostgreSQL: ApplicationProtocol {
  typealias Message = PostgreSQLMessage
  typealias Conversation = PostgreSQLConversation

  static let facts = ProtocolFacts(identity: .postgreSQL, ports: [5432, 5433, 5434, 6432, 15432, 26257], hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    PostgreSQLRecognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    if let next = conversation.handsOver { return .handOver(next == .tls ? .tls : nil) }
    return context.sender == .client
      ? PostgreSQLClientParser.parse(bytes, context, &conversation) : PostgreSQLServerParser.parse(bytes, context, &conversation)
  }

  static func role(of message: PostgreSQLMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: PostgreSQLMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    PostgreSQLSummary.summarize(message, bytes, SQLSummary(settings, .postgreSQL), into: &summary, &texts)
  }
}
