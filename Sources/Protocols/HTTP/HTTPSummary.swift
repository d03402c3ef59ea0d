import Capture
import Wire

/// What the request log shows of an HTTP/1 message. Credentials (Authorization, Cookie, userinfo in a target) are never read.
enum HTTPSummary {
  static func request(
    _ line: HTTPRequestLine, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.version = texts.intern(versionText(line.minorVersion))
    summary.requestType = texts.intern(bytes, line.method)
    let target = HTTPTarget(line.target, bytes)
    if let userinfo = target.userinfo {
      // RFC 9110 §4.2.4: userinfo is a credential.
      let masked =
        bytes.copy(line.target.lowerBound..<userinfo.lowerBound) + Array("***".utf8)
        + bytes.copy(userinfo.upperBound..<line.target.upperBound)
      summary.requestResource = texts.intern(masked)
    } else {
      summary.requestResource = texts.intern(bytes, line.target)
    }
    if let host = target.host, !host.isEmpty { summary.requestDomain = texts.intern(bytes, host) }
    summary.endpoint = settings.endpoints.endpoint(target.path, bytes, &texts)
  }

  static func response(_ line: HTTPStatusLine, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.version = texts.intern(versionText(line.minorVersion))
    status(line.status, reason: line.reason, bytes, into: &summary, &texts)
  }

  /// A status code, with the phrase for those that are errors.
  static func status(_ code: Int, reason: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseCode = Int32(code)
    switch code {
    case ..<400: summary.responseStatus = .ok
    case 400..<500: summary.responseStatus = .clientError
    default: summary.responseStatus = .serverError
    }
    guard code >= 400 else { return }
    if let phrase = HTTPReasonPhrase.standard(code) {
      summary.responseException = texts.intern(phrase)
    } else if !reason.isEmpty {
      summary.responseException = texts.intern(bytes, reason)
    }
  }

  /// Host, user agent, tracing tags, and the fields that the operator asked for.
  static func fields(
    of message: HTTPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var isRequest = false
    if case .request = message.startLine { isRequest = true }
    var hasHost = false
    var hasUserAgent = false
    var tags = TraceTags()
    var fields = HTTPFieldCursor(message.fieldSection)
    while let field = fields.next(bytes) {
      switch field.name.count {
      case 4 where isRequest && !hasHost && !field.value.isEmpty && bytes.equalsIgnoringCase("host", in: field.name):
        hasHost = true
        summary.requestDomain = texts.intern(bytes, field.value)
      case 10 where isRequest && !hasUserAgent && !field.value.isEmpty && bytes.equalsIgnoringCase("user-agent", in: field.name):
        hasUserAgent = true
        summary.add(texts.intern("user_agent"), texts.intern(bytes, field.value))
      default:
        guard let header = settings.headers.header(named: field.name, in: bytes) else { continue }
        tags.take(header, field.value, bytes, into: &summary, &texts)
        if let index = header.customField, settings.customFields[Int(index)].isOfHTTP {
          settings.customFields[Int(index)].add(field.value, bytes, to: &summary, &texts)
        }
      }
    }
  }

  private static func versionText(_ minorVersion: UInt8) -> StaticString { minorVersion == 0 ? "1.0" : "1.1" }
}
