import Wire

/// The parameters of a request that the request log shows; others, credentials (HTTP_AUTHORIZATION, HTTP_COOKIE) among them, are not kept.
struct FastCGIParameters: Sendable {
  enum Name: Hashable, Sendable {
    case method, host, serverName, uri, documentURI, scriptName, userAgent
    case trace(TraceHeader)
  }

  struct Field: Sendable {
    var name: Name
    var value: Range<Int>
  }

  private let settings: ProtocolSettings
  private(set) var fields: [Field] = []
  private(set) var text: [UInt8] = []

  init(_ settings: ProtocolSettings) { self.settings = settings }

  func first(_ name: Name) -> Range<Int>? { fields.first { $0.name == name }?.value }

  mutating func take(_ name: Range<Int>, _ value: Range<Int>, _ bytes: RawSpan) {
    guard let name = self.name(name, bytes) else { return }
    let start = text.count
    bytes.extracting(value).withUnsafeBytes { text.append(contentsOf: $0) }
    fields.append(Field(name: name, value: start..<text.count))
  }

  private func name(_ name: Range<Int>, _ bytes: RawSpan) -> Name? {
    switch name.count {
    case 9 where bytes.hasBytes("HTTP_HOST", at: name.lowerBound): return .host
    case 11 where bytes.hasBytes("REQUEST_URI", at: name.lowerBound): return .uri
    case 11 where bytes.hasBytes("SERVER_NAME", at: name.lowerBound): return .serverName
    case 11 where bytes.hasBytes("SCRIPT_NAME", at: name.lowerBound): return .scriptName
    case 12 where bytes.hasBytes("DOCUMENT_URI", at: name.lowerBound): return .documentURI
    case 14 where bytes.hasBytes("REQUEST_METHOD", at: name.lowerBound): return .method
    case 15 where bytes.hasBytes("HTTP_USER_AGENT", at: name.lowerBound): return .userAgent
    // A header field of the request is `HTTP_`, its name in capitals, with underscores for dashes. Source: RFC 3875 §4.1.18.
    case 6... where bytes.hasBytes("HTTP_", at: name.lowerBound):
      return settings.headers.header(named: name.lowerBound + 5..<name.upperBound, in: bytes).map(Name.trace)
    default: return nil
    }
  }
}

/// Walks name-value pairs, whose lengths have one byte or, with the highest bit set, four. Source: FastCGI Specification 1.0, §3.4.
struct FastCGIPairCursor {
  /// The end of the last whole pair.
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// `nil` at the end, or when the next pair is not there as a whole.
  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, value: Range<Int>)? {
    var cursor = offset
    guard let name = length(bytes, &cursor), let value = length(bytes, &cursor), name <= end - cursor, value <= end - cursor - name else {
      return nil
    }
    let middle = cursor + name
    offset = middle + value
    return (cursor..<middle, middle..<offset)
  }

  private func length(_ bytes: RawSpan, _ cursor: inout Int) -> Int? {
    guard cursor < end, let first = bytes.uint8(at: cursor) else { return nil }
    guard first & 0x80 != 0 else {
      cursor += 1
      return Int(first)
    }
    guard cursor + 4 <= end, let long = bytes.bigEndian32(at: cursor) else { return nil }
    cursor += 4
    return Int(long & 0x7fff_ffff)
  }
}
