import Capture
import Wire

/// SOME/IP: calls and events of vehicles, over UDP and TCP, and its service discovery.
///
/// Source: AUTOSAR FO R22-11, "SOME/IP Protocol Specification" (PRS_SOMEIP) and "SOME/IP Service Discovery".
enum SOMEIP: ApplicationProtocol {
  typealias Message = SOMEIPMessage

  static let facts = ProtocolFacts(identity: .someIP, ports: [30490, 30491, 30501, 30502, 30509], overDatagrams: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    SOMEIPParser.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<SOMEIPMessage> {
    SOMEIPParser.parse(bytes, context)
  }

  static func role(of message: SOMEIPMessage, _ context: ParseContext) -> MessageRole {
    switch message.kind {
    case .request: message.isSegmentAfterFirst ? .addition(isLast: false) : .request(.identifier(message.key))
    case .response, .error: message.isSegmentAfterFirst ? .interim : .response(.identifier(message.key))
    case .requestNoReturn, .notification: message.isSegmentAfterFirst ? .interim : .oneWay
    // Acknowledgements of earlier versions say nothing.
    case .acknowledgement: .interim
    }
  }

  static func summarize(_ message: SOMEIPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    SOMEIPSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
