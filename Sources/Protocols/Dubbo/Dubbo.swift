import Capture

/// Apache Dubbo's own protocol, version 2. Triple, its successor, is gRPC's kin and found in HTTP/2.
///
/// Source: Dubbo documentation, "Dubbo2 protocol specification"; DubboCodec and ExchangeCodec for the bodies.
enum Dubbo: ApplicationProtocol {
  typealias Message = DubboMessage

  static let facts = ProtocolFacts(identity: .dubbo, ports: [20880, 20881])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    DubboRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<DubboMessage> {
    DubboParser.parse(bytes, context)
  }

  /// Heartbeats and the notice that a server is going away come from either side.
  static func role(of message: DubboMessage, _ context: ParseContext) -> MessageRole {
    guard message.isRequest else { return .response(.identifier(message.identifier)) }
    return message.expectsResponse ? .request(.identifier(message.identifier)) : .oneWay
  }

  static func summarize(
    _ message: DubboMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    DubboSummary.summarize(message, bytes, settings, into: &summary, &texts)
  }
}
