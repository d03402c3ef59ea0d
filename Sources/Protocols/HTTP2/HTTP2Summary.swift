import Capture
import Wire

/// What the request log shows of a message of HTTP/2 and of what travels in it.
enum HTTP2Summary {
  static func summarize(
    _ message: HTTP2Message, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.l7Protocol = message.l7Protocol ?? summary.l7Protocol
    switch message.content {
    case .request(let section, let isPromised):
      request(section, message, settings, into: &summary, &texts)
      if isPromised { summary.add(texts.intern("promised"), texts.intern("true")) }
      if !section.hasMethod { summary.isPartial = true }
    case .response(let section):
      head(message, into: &summary, &texts)
      if let status = section.status {
        let text = section.text.span
        HTTPSummary.status(status, reason: 0..<0, text.bytes, into: &summary, &texts)
      } else {
        summary.isPartial = true
      }
      fields(of: section, unknownName: "unknown_response_fields", settings, into: &summary, &texts)
    case .trailers(let section):
      fields(of: section, unknownName: "unknown_trailer_fields", settings, into: &summary, &texts)
    case .reset(let code, let sender):
      if summary.requestID == nil { head(message, into: &summary, &texts) }
      summary.responseStatus = sender == .client ? .clientError : .serverError
      summary.responseException = texts.intern("\(code)")
    case .goAway(let code):
      summary.responseStatus = .serverError
      summary.responseException = texts.intern(code == .noError ? "GOAWAY" : "GOAWAY \(code)")
    case .informational, .end: break
    }
    if let tally = message.tally { add(tally, into: &summary, &texts) }
  }

  private static func head(_ message: HTTP2Message, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.version = texts.intern("2")
    summary.requestID = UInt64(message.stream)
  }

  private static func request(
    _ section: HTTP2FieldSection, _ message: HTTP2Message, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    head(message, into: &summary, &texts)
    let text = section.text.span
    let bytes = text.bytes
    if let domain = section.first(.authority) ?? section.first(.host), !domain.isEmpty {
      summary.requestDomain = texts.intern(bytes, domain)
    }
    if let method = section.first(.method) { summary.requestType = texts.intern(bytes, method) }
    if let path = section.first(.path) {
      let target = HTTPTarget(path, bytes)
      if message.l7Protocol != nil, let call = GRPCCall(target.path, bytes) {
        summary.requestType = texts.intern(bytes, call.method)
        summary.requestResource = texts.intern(bytes, call.service)
        summary.endpoint = texts.intern(bytes, target.path)
      } else {
        summary.requestResource = texts.intern(bytes, path)
        summary.endpoint = settings.endpoints.endpoint(target.path, bytes, &texts)
      }
    }
    fields(of: section, unknownName: "unknown_request_fields", settings, into: &summary, &texts)
  }

  /// User agent, tracing tags, gRPC's status; and how much of the section could not be known.
  private static func fields(
    of section: HTTP2FieldSection, unknownName: StaticString, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    let text = section.text.span
    let bytes = text.bytes
    var tags = TraceTags()
    for field in section.fields {
      switch field.name {
      case .userAgent where !field.value.isEmpty: summary.add(texts.intern("user_agent"), texts.intern(bytes, field.value))
      case .trace(let header):
        tags.take(header, field.value, bytes, into: &summary, &texts)
        if let index = header.customField, settings.customFields[Int(index)].isOfHTTP2 {
          settings.customFields[Int(index)].add(field.value, bytes, to: &summary, &texts)
        }
      case .method, .path, .authority, .host, .userAgent, .grpcStatus, .grpcMessage: break
      }
    }
    if let code = section.first(.grpcStatus).flatMap({ bytes.decimal(in: $0) }).flatMap({ Int32(exactly: $0) }) {
      let status = GRPCStatus(code: code)
      summary.responseCode = code
      summary.responseStatus = status.responseStatus
      if code != 0 {
        let message = section.first(.grpcMessage).map { GRPCStatus.decodedMessage($0, bytes) } ?? []
        summary.responseException = message.isEmpty ? status.name.map { texts.intern($0) } : texts.intern(message)
      }
    }
    if section.unknownCount > 0 { summary.add(texts.intern(unknownName), texts.intern(String(section.unknownCount))) }
    if section.unknownCount > 0 || section.isMalformed || section.isTooLarge { summary.isPartial = true }
  }

  private static func add(_ tally: GRPCTally, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if let sum = tally.request {
      summary.add(texts.intern("request_message_count"), texts.intern(String(sum.count)))
      summary.add(texts.intern("request_message_byte"), texts.intern(String(sum.byteCount)))
    }
    if let sum = tally.response {
      summary.add(texts.intern("response_message_count"), texts.intern(String(sum.count)))
      summary.add(texts.intern("response_message_byte"), texts.intern(String(sum.byteCount)))
    }
  }
}

extension HTTP2FieldSection {
  fileprivate var hasMethod: Bool { first(.method) != nil }
}
