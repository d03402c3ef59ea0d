import Capture
import Wire

/// Oracle's Transparent Network Substrate, and as much of the calls in it as can be read: TTC is not published, so statements and errors are
/// found by what they look like. A call's packets are told from the next call's by who speaks.
///
/// Source: the header and the packets of a connection as Wireshark (`packet-tns.c`) and python-oracledb (`thin` mode) know them.
enum Oracle: ApplicationProtocol {
  typealias Message = OracleMessage
  typealias Conversation = OracleConversation

  static let facts = ProtocolFacts(identity: .oracle, ports: [1521, 1522, 1525, 1526, 1529], hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    OracleRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout OracleConversation) -> ParseStep<OracleMessage> {
    OracleParser.parse(bytes, context, &conversation)
  }

  static func role(of message: OracleMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: OracleMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    OracleSummary.summarize(message, bytes, SQLSummary(settings, .oracle), into: &summary, &texts)
  }
}
