import Capture
import Wire

/// The client/server protocol of MySQL and MariaDB, plain and compressed. A command and everything that answers it are an exchange, and so
/// are the login and what lets the client in. After a switch to TLS the connection speaks TLS.
///
/// Source: MySQL Internals, "Client/Server Protocol" (8.0); MariaDB documentation, "Client/Server Protocol" (10.11).
enum MySQL: ApplicationProtocol {
  typealias Message = MySQLMessage
  typealias Conversation = MySQLConversation

  static let facts = ProtocolFacts(identity: .mySQL, ports: [3306, 3307, 3308, 4000, 13306], hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    MySQLRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    MySQLParser.parse(bytes, context, &conversation)
  }

  static func role(of message: MySQLMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: MySQLMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    MySQLSummary.summarize(message, bytes, SQLSummary(settings, .mySQL), into: &summary, &texts)
  }
}
