import Capture
import Wire

/// SOFARPC over Bolt, version 1 and 2 of the latter.
///
/// Source: sofa-bolt, RpcCommandCodec's and RpcCommandCodecV2's comments; sofa-rpc, RemotingConstants.
enum SofaRPC: ApplicationProtocol {
  typealias Message = SofaRPCMessage

  static let facts = ProtocolFacts(identity: .sofaRPC, ports: [12200])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    SofaRPCRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<SofaRPCMessage> {
    SofaRPCParser.parse(bytes, context)
  }

  /// Either side calls, and asks whether the other is still there.
  static func role(of message: SofaRPCMessage, _ context: ParseContext) -> MessageRole {
    switch message.kind {
    case .request: .request(.identifier(UInt64(message.identifier)))
    case .response: .response(.identifier(UInt64(message.identifier)))
    case .oneWay: .oneWay
    }
  }

  static func summarize(
    _ message: SofaRPCMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestID = UInt64(message.identifier)
    switch message.kind {
    case .request, .oneWay:
      if message.command == .heartbeat {
        summary.requestType = texts.intern("heartbeat")
      } else {
        SofaRPCSummary.call(message, bytes, settings, into: &summary, &texts)
      }
    case .response:
      let code = message.status ?? 0
      summary.responseCode = Int32(code)
      summary.responseStatus = code == 0 ? .ok : code == SofaRPCStatus.clientSendError ? .clientError : .serverError
      if code != 0 { summary.responseException = SofaRPCStatus.name(code).map { texts.intern($0) } }
      if let error = SofaRPCSummary.error(message, bytes) { summary.responseException = texts.intern(bytes, error) }
    }
  }
}
