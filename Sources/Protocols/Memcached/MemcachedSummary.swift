import Capture
import Wire

/// What the request log shows of memcached: lines and keys. Values, and with them the credentials of an authentication, are never read.
enum MemcachedSummary {
  /// Bytes of a line that are shown.
  private static let shownLineByteCount = 4096

  static func summarize(_ message: MemcachedMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if let identifier = message.datagramIdentifier { summary.requestID = UInt64(identifier) }
    switch message.content {
    case .command(let command):
      summary.requestType = texts.intern(bytes, command.word)
      summary.requestResource = texts.intern(bytes, bytes.trimmingBlanks(command.line.prefix(shownLineByteCount)))
      summary.mayGoUnanswered = command.isQuiet
    case .reply(let reply):
      let line = texts.intern(bytes, reply.line.prefix(shownLineByteCount))
      note(reply.outcome, into: &summary)
      if reply.outcome == .ok { summary.responseResult = line } else { summary.responseException = line }
    case .listEnd(let valueCount):
      if valueCount > 0 { summary.add(texts.intern("value_count"), texts.intern("\(valueCount)")) }
    case .binaryRequest(let header): summarize(request: header, bytes, into: &summary, &texts)
    case .binaryResponse(let header): summarize(response: header, bytes, into: &summary, &texts)
    case .event(let line):
      summary.requestType = texts.intern("watch")
      summary.requestResource = texts.intern(bytes, line.prefix(shownLineByteCount))
    case .furtherDatagram: break
    }
  }

  private static func summarize(
    request header: MemcachedBinaryHeader, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    let operation = MemcachedBinary.operation(header.opcode)
    let name = operation.map { "\($0.name)" } ?? "opcode \(header.opcode)"
    summary.requestType = texts.intern(name)
    summary.requestResource =
      header.key.isEmpty ? summary.requestType : texts.intern(Array(name.utf8) + [0x20] + bytes.copy(header.key))
    summary.requestID = summary.requestID ?? UInt64(header.opaque)
    summary.mayGoUnanswered = operation?.isQuiet ?? false
    summary.version = texts.intern("binary")
  }

  private static func summarize(
    response header: MemcachedBinaryHeader, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    let outcome = MemcachedBinary.outcome(header.status)
    note(outcome, into: &summary)
    summary.requestID = summary.requestID ?? UInt64(header.opaque)
    summary.responseCode = Int32(header.status)
    let text = MemcachedBinary.statusText(header.status)
    if outcome != .ok {
      summary.responseException = header.errorText.map { texts.intern(bytes, $0) } ?? text.map { texts.intern($0) }
    } else if header.status != 0 {
      summary.responseResult = text.map { texts.intern($0) }
    }
  }

  private static func note(_ outcome: MemcachedReply.Outcome, into summary: inout MessageSummary) {
    switch outcome {
    case .ok: summary.responseStatus = .ok
    case .clientError: summary.responseStatus = .clientError
    case .serverError: summary.responseStatus = .serverError
    }
  }
}
