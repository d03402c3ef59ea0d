import Capture
import Wire

/// What the request log shows of a frame; never a passcode.
enum STOMPSummary {
  static func summarize(
    _ message: STOMPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if case .response = message.part {
      summary.responseStatus = .ok
      if message.command == .error { note(message.headers, bytes, into: &summary, &texts) }
      if message.command == .connected, let version = STOMPHeaders.value("version", message.headers, bytes) {
        summary.version = texts.intern(bytes, version)
      }
      return
    }
    summary.requestType = texts.intern(message.command.word)
    if message.command == .error { note(message.headers, bytes, into: &summary, &texts) }
    var tags = TraceTags()
    var headers = STOMPHeaders(message.headers)
    while let (name, value) = headers.next(bytes) {
      if bytes.equals("destination", in: name) {
        summary.requestResource = summary.requestResource ?? texts.intern(bytes, value)
        summary.endpoint = summary.requestResource
      } else if bytes.equals("host", in: name) {
        summary.requestDomain = texts.intern(bytes, value)
      } else if bytes.equals("login", in: name) {
        summary.add(texts.intern("user"), texts.intern(bytes, value))
      } else if bytes.equals("subscription", in: name) || bytes.equals("message-id", in: name) || bytes.equals("transaction", in: name) {
        summary.add(texts.intern(bytes, name), texts.intern(bytes, value))
      } else if let header = settings.headers.header(named: name, in: bytes) {
        tags.take(header, value, bytes, into: &summary, &texts)
      }
    }
  }

  /// What an ERROR says in its header; the body repeats it at length.
  private static func note(_ headers: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .serverError
    summary.responseException = STOMPHeaders.value("message", headers, bytes).map { texts.intern(bytes, $0) }
  }
}
