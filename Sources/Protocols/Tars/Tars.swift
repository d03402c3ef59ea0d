import Capture
import Wire

/// Tars, and TUP of the same packets: requests and answers in Tars' own encoding behind their length.
///
/// Source: TarsDocs, "TarsTup" (RequestF.tars, BaseF.tars) and "tars-protocol".
enum Tars: ApplicationProtocol {
  typealias Message = TarsMessage

  static let facts = ProtocolFacts(identity: .tars, ports: [18993])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return TarsRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<TarsMessage> {
    TarsParser.parse(bytes, context)
  }

  static func role(of message: TarsMessage, _ context: ParseContext) -> MessageRole {
    let key = ExchangeKey.identifier(UInt64(message.identifier))
    return switch message.kind {
    case .request: message.isOneWay ? .oneWay : .request(key)
    case .response: .response(key)
    }
  }

  static func summarize(
    _ message: TarsMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestID = UInt64(message.identifier)
    summary.version = texts.intern("\(message.version)")
    var tags = TraceTags()
    for map in [message.context, message.status] {
      guard let map else { continue }
      var fields = TarsFields(map)
      while let name = fields.next(bytes)?.text, let value = fields.next(bytes)?.text {
        if let header = settings.headers.header(named: name, in: bytes) {
          tags.take(header, value, bytes, into: &summary, &texts)
        } else if bytes.equals("STATUS_TRACE_KEY", in: name) {
          TarsTraceKey.read(value, bytes, into: &summary, &texts)
        }
      }
    }
    switch message.kind {
    case .request:
      summary.requestResource = message.service.map { texts.intern(bytes, $0) }
      summary.requestType = message.function.map { texts.intern(bytes, $0) }
      guard let service = message.service, let function = message.function else { return }
      summary.endpoint = texts.intern(bytes.copy(service) + [UInt8(ascii: "/")] + bytes.copy(function))
    case .response:
      let code = message.result
      summary.responseCode = code
      summary.responseStatus = code == 0 ? .ok : (-12 ... -10).contains(code) ? .clientError : .serverError
      if let text = message.resultText, !text.isEmpty {
        summary.responseException = texts.intern(bytes, text)
      } else if code != 0 {
        summary.responseException = TarsResult.name(code).map { texts.intern($0) }
      }
    }
  }
}

/// `type|trace|span|parent`, as Tars' own tracing hands it on. Source: TarsCpp, ServantProxyThreadData's TraceContext.
enum TarsTraceKey {
  static func read(_ range: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    while parts.count < 4, start <= range.upperBound {
      let end = bytes.firstIndex(of: UInt8(ascii: "|"), from: start, to: range.upperBound) ?? range.upperBound
      parts.append(start..<end)
      start = end + 1
    }
    guard parts.count == 4, !parts[1].isEmpty else { return }
    summary.trace.traceID = texts.intern(bytes, parts[1])
    if !parts[2].isEmpty { summary.trace.spanID = texts.intern(bytes, parts[2]) }
    if !parts[3].isEmpty { summary.trace.parentSpanID = texts.intern(bytes, parts[3]) }
  }
}
