import Capture
import Wire

/// The Lightweight Directory Access Protocol, version 2 and 3. Entries and references of a search belong to its result; after StartTLS
/// the connection speaks TLS.
///
/// Source: RFC 4511.
enum LDAP: ApplicationProtocol {
  typealias Message = LDAPMessage
  typealias Conversation = LDAPConversation

  static let facts = ProtocolFacts(identity: .ldap, ports: [389, 3268, 10389])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    LDAPRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout LDAPConversation) -> ParseStep<LDAPMessage> {
    LDAPParser.parse(bytes, context, &conversation)
  }

  static func role(of message: LDAPMessage, _ context: ParseContext) -> MessageRole {
    let key = ExchangeKey.identifier(UInt64(message.identifier))
    return switch message.operation.part {
    case .request: .request(key)
    case .response: message.identifier == 0 ? .oneWay : .response(key)
    case .entry: .interim
    case .oneWay: .oneWay
    }
  }

  static func summarize(_ message: LDAPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    LDAPSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
