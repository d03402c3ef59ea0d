import Capture
import Wire

/// The Domain Name System over datagrams and streams, with multicast DNS and LLMNR, which share its messages.
///
/// Source: RFC 1035; RFC 6891 (EDNS), RFC 6762 (mDNS), RFC 4795 (LLMNR), RFC 5936 (AXFR).
enum DNS: ApplicationProtocol {
  typealias Message = DNSMessage
  typealias Conversation = DNSConversation

  static let facts = ProtocolFacts(
    identity: .dns, ports: DNSRecognition.ports, overDatagrams: true, sessionTimeoutSeconds: 15, repetition: .anotherTry)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    DNSRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout DNSConversation) -> ParseStep<DNSMessage> {
    DNSParser.parse(bytes, context, &conversation)
  }

  /// By the header's own bit rather than by sender: two name servers ask each other between the same two ports.
  static func role(of message: DNSMessage, _ context: ParseContext) -> MessageRole {
    if context.isDatagram, message.isMulticast { return .oneWay }
    if message.continuesTransfer { return .interim }
    let key = ExchangeKey.identifier(message.questionKey | UInt64(message.header.identifier))
    return message.header.isResponse ? .response(key) : .request(key)
  }

  static func summarize(_ message: DNSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    DNSSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
