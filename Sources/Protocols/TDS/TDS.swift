import Capture
import Wire

/// Tabular Data Stream of Microsoft SQL Server and, as far as logins, statements and errors go, of Sybase. A batch or a call and everything that
/// answers it are an exchange. A login is usually encrypted, and then nothing of it is seen.
///
/// Source: [MS-TDS] "Tabular Data Stream Protocol", version 7 and 8; "TDS 5.0 Functional Specification".
enum TDS: ApplicationProtocol {
  typealias Message = TDSMessage
  typealias Conversation = TDSConversation

  static let facts = ProtocolFacts(identity: .tds, ports: [1433, 1434, 14_330, 14_333, 5000], hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    TDSRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout TDSConversation) -> ParseStep<TDSMessage> {
    TDSParser.parse(bytes, context, &conversation)
  }

  static func role(of message: TDSMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: TDSMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    TDSSummary.summarize(message, SQLSummary(settings, .tds), into: &summary, &texts)
  }
}
