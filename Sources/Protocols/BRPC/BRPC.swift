import Capture
import Wire

/// Apache bRPC's own protocol, baidu_std, and the frames of its streams.
///
/// Source: brpc/docs/cn/baidu_std.md; src/brpc/policy/baidu_rpc_meta.proto and streaming_rpc_protocol.cpp.
enum BRPC: ApplicationProtocol {
  typealias Message = BRPCMessage

  static let facts = ProtocolFacts(identity: .brpc, ports: [8000, 8002])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    switch BRPCParser.parse(bytes, ParseContext(sender: .client)) {
    case .message(let message, _):
      switch message.kind {
      case .request: return .certain(.client)
      case .response: return .certain(.server)
      case .stream: return .certain(context.likelySender ?? .client)
      }
    case .incomplete: return .needsMore
    default: return .no
    }
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<BRPCMessage> {
    BRPCParser.parse(bytes, context)
  }

  static func role(of message: BRPCMessage, _ context: ParseContext) -> MessageRole {
    switch message.kind {
    case .request: .request(.identifier(message.correlation))
    case .response: .response(.identifier(message.correlation))
    // What a stream carries belongs to no call; the call that opened it has its own answer.
    case .stream: .interim
    }
  }

  static func summarize(
    _ message: BRPCMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    guard message.kind != .stream else { return }
    summary.requestID = message.identifier
    switch message.kind {
    case .request:
      summary.requestResource = message.service.map { texts.intern(bytes, $0) }
      summary.requestType = message.method.map { texts.intern(bytes, $0) }
      if let service = message.service, let method = message.method {
        summary.endpoint = texts.intern(bytes.copy(service) + [UInt8(ascii: "/")] + bytes.copy(method))
      }
      if let log = message.logIdentifier, log != 0 { summary.trace.requestID = texts.intern("\(log)") }
      if let request = message.requestIdentifier, !request.isEmpty { summary.trace.requestID = texts.intern(bytes, request) }
      if let trace = message.trace, trace != 0 { summary.trace.traceID = texts.intern(Hexadecimal.text(trace)) }
      if let span = message.span, span != 0 { summary.trace.spanID = texts.intern(Hexadecimal.text(span)) }
      if let parent = message.parentSpan, parent != 0 { summary.trace.parentSpanID = texts.intern(Hexadecimal.text(parent)) }
      takeTags(message.metadata, bytes, settings, into: &summary, &texts)
    case .response:
      let code = message.errorCode ?? 0
      summary.responseCode = code
      summary.responseStatus = code == 0 ? .ok : .serverError
      if let text = message.errorText, !text.isEmpty {
        summary.responseException = texts.intern(bytes, text)
      } else if code != 0 {
        summary.responseException = BRPCError.name(code).map { texts.intern($0) }
      }
    case .stream: break
    }
  }

  /// RpcMeta's user_fields, a map: entries of 1 key and 2 value.
  private static func takeTags(
    _ metadata: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var tags = TraceTags()
    var fields = ProtobufFields(metadata)
    while let field = fields.next(bytes) {
      guard field.number == 9 else { continue }
      var entry = ProtobufFields(field.range)
      guard let name = entry.next(bytes), name.number == 1, let value = entry.next(bytes), value.number == 2 else { continue }
      if let header = settings.headers.header(named: name.range, in: bytes) {
        tags.take(header, value.range, bytes, into: &summary, &texts)
      }
    }
  }
}

extension Hexadecimal {
  /// Sixteen digits, as bRPC's own pages show identifiers of traces and spans.
  fileprivate static func text(_ value: UInt64) -> [UInt8] {
    text((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) })
  }
}
