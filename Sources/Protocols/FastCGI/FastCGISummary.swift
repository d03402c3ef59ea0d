import Capture
import Wire

/// What the request log shows of FastCGI.
enum FastCGISummary {
  static func summarize(
    _ message: FastCGIMessage, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.content {
    case .request: begin(message, into: &summary, &texts)
    case .cutRequest(let parameters):
      begin(message, into: &summary, &texts)
      summary.isPartial = true
      self.parameters(parameters, settings, into: &summary, &texts)
    case .parameters(let parameters): self.parameters(parameters, settings, into: &summary, &texts)
    case .response:
      if summary.requestID == nil { begin(message, into: &summary, &texts) }
    case .head(let head, let begins):
      if begins { begin(message, into: &summary, &texts) }
      if let status = head.status {
        let reason = head.reason.span
        HTTPSummary.status(status, reason: 0..<head.reason.count, reason.bytes, into: &summary, &texts)
      } else {
        summary.isPartial = true
      }
      if !head.requestID.isEmpty { summary.trace.requestID = texts.intern(head.requestID) }
    case .end(let end, let begins):
      if begins { begin(message, into: &summary, &texts) }
      if end.applicationStatus != 0 { summary.add(texts.intern("app_status"), texts.intern(String(end.applicationStatus))) }
      if let refusal = end.refusal {
        summary.responseStatus = .serverError
        summary.responseException = texts.intern(refusal)
      } else if summary.responseStatus == nil {
        summary.responseStatus = end.applicationStatus == 0 ? .ok : .serverError
      }
    }
    if message.isCut { summary.isPartial = true }
    if !message.errorText.isEmpty { summary.add(texts.intern("stderr"), texts.intern(message.errorText)) }
  }

  private static func begin(_ message: FastCGIMessage, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.version = texts.intern("1")
    summary.requestID = UInt64(message.request)
  }

  private static func parameters(
    _ parameters: FastCGIParameters, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    let text = parameters.text.span
    let bytes = text.bytes
    if let method = parameters.first(.method) { summary.requestType = texts.intern(bytes, method) }
    if let host = parameters.first(.host) ?? (summary.requestDomain == nil ? parameters.first(.serverName) : nil), !host.isEmpty {
      summary.requestDomain = texts.intern(bytes, host)
    }
    if let uri = parameters.first(.uri) {
      summary.requestResource = texts.intern(bytes, uri)
      if summary.endpoint == nil { summary.endpoint = settings.endpoints.endpoint(HTTPTarget(uri, bytes).path, bytes, &texts) }
    }
    if let document = parameters.first(.documentURI) ?? parameters.first(.scriptName), !document.isEmpty {
      summary.endpoint = texts.intern(bytes, document)
    }
    var tags = TraceTags()
    for field in parameters.fields {
      switch field.name {
      case .userAgent where !field.value.isEmpty: summary.add(texts.intern("user_agent"), texts.intern(bytes, field.value))
      case .trace(let header):
        tags.take(header, field.value, bytes, into: &summary, &texts)
        if let index = header.customField, settings.customFields[Int(index)].isOfHTTP {
          settings.customFields[Int(index)].add(field.value, bytes, to: &summary, &texts)
        }
      default: break
      }
    }
  }
}
