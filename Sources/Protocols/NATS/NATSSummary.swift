import Capture
import Wire

/// What the request log shows of an operation.
enum NATSSummary {
  static func summarize(
    _ message: NATSMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.part {
    case .response:
      summary.responseStatus = .ok
      if message.operation == .error { note(message, bytes, into: &summary, &texts) }
    case .request, .alone:
      summary.requestType = texts.intern(message.operation.name)
      summary.requestDomain = message.serverName.map { texts.intern($0) }
      summary.version = message.version.map { texts.intern($0) }
      if let subject = message.subject {
        summary.requestResource = texts.intern(bytes, subject)
        let dot = bytes.firstIndex(of: UInt8(ascii: "."), from: subject.lowerBound, to: subject.upperBound) ?? subject.upperBound
        summary.endpoint = texts.intern(bytes, subject.lowerBound..<dot)
      }
      if let reply = message.reply { summary.add(texts.intern("reply"), texts.intern(bytes, reply)) }
      if let queue = message.queue { summary.add(texts.intern("queue"), texts.intern(bytes, queue)) }
      if message.operation == .error { note(message, bytes, into: &summary, &texts) }
      if let headers = message.headers { takeTags(headers, bytes, settings, into: &summary, &texts) }
    }
  }

  private static func note(_ message: NATSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard let error = message.error else { return }
    // What a server says of itself; all other errors are what the client did.
    let isServers = bytes.equalsIgnoringCase("Server Shutdown", in: error) || bytes.equalsIgnoringCase("Stale Connection", in: error)
    summary.responseStatus = isServers ? .serverError : .clientError
    summary.responseException = texts.intern(bytes, error)
  }

  /// Lines of a name, a colon and a value, as in HTTP.
  private static func takeTags(
    _ headers: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var tags = TraceTags()
    var start = headers.lowerBound
    while let end = bytes.firstIndex(of: 0x0a, from: start, to: headers.upperBound) {
      let line = start..<(end > start && bytes.load8(at: end - 1) == 0x0d ? end - 1 : end)
      start = end + 1
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: line.lowerBound, to: line.upperBound),
        let header = settings.headers.header(named: line.lowerBound..<colon, in: bytes)
      else { continue }
      tags.take(header, bytes.trimmingBlanks(colon + 1..<line.upperBound), bytes, into: &summary, &texts)
    }
  }
}
