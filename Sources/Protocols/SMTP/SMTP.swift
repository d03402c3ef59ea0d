import Capture
import Wire

/// The Simple Mail Transfer Protocol with its extensions, and LMTP. A command and its reply are an exchange; a mail's content belongs
/// to its DATA or BDAT. After STARTTLS the connection speaks TLS.
///
/// Source: RFC 5321; RFC 2920 (pipelining), RFC 3030 (BDAT), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 2033 (LMTP).
enum SMTP: ApplicationProtocol {
  typealias Message = SMTPMessage
  typealias Conversation = SMTPConversation

  static let facts = ProtocolFacts(identity: .smtp, ports: [25, 587, 2525, 24], sessionTimeoutSeconds: 300)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    SMTPRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout SMTPConversation) -> ParseStep<SMTPMessage> {
    SMTPParser.parse(bytes, context, &conversation)
  }

  static func role(of message: SMTPMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(_ message: SMTPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    SMTPSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
