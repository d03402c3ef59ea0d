import Wire

/// Request lines and status lines. Source: RFC 9112 §3 and §4.
enum HTTPStartLine {
  /// Whether the first bytes can begin a message of `sender`; looks at no more than a method's length.
  static func mayBegin(_ bytes: RawSpan, _ sender: MessageSender) -> Bool {
    switch sender {
    case .server: return hasStatusLinePrefix(bytes)
    case .client:
      for index in 0..<min(bytes.byteCount, HTTPParser.longestMethod + 1) {
        let byte = bytes.load8(at: index)
        if byte == 0x20 { return index > 0 }
        guard byte.isHTTPTokenCharacter, index < HTTPParser.longestMethod else { return false }
      }
      return true
    }
  }

  /// The start line before the line feed at `lineFeed`; `nil` when it is none of `sender`'s.
  static func parse(_ bytes: RawSpan, _ lineFeed: Int, _ sender: MessageSender) -> HTTPMessage.StartLine? {
    var end = lineFeed
    if end > 0, bytes.load8(at: end - 1) == 0x0d { end -= 1 }
    switch sender {
    case .client: return requestLine(bytes, end).map(HTTPMessage.StartLine.request)
    case .server: return statusLine(bytes, end).map(HTTPMessage.StartLine.response)
    }
  }

  static func requestLine(_ bytes: RawSpan, _ lineEnd: Int) -> HTTPRequestLine? {
    let end = bytes.trimmingBlanks(0..<lineEnd).upperBound
    guard let methodEnd = bytes.firstIndex(of: 0x20, to: end), (1...HTTPParser.longestMethod).contains(methodEnd) else { return nil }
    for index in 0..<methodEnd where !bytes.load8(at: index).isHTTPTokenCharacter { return nil }
    // The version stands last, so a target may hold blanks: clients send them and servers answer.
    let versionStart = end - versionLength
    guard versionStart > methodEnd + 1, bytes.load8(at: versionStart - 1) == 0x20, let minorVersion = minorVersion(bytes, versionStart)
    else { return nil }
    var target = bytes.trimmingBlanks(methodEnd..<versionStart)
    guard !target.isEmpty else { return nil }
    // An authority holds no blanks. Source: RFC 9112 §3.2.3.
    if HTTPMethodKind(0..<methodEnd, bytes) == .connect,
      let blank = bytes.firstIndex(of: 0x20, from: target.lowerBound, to: target.upperBound)
    {
      target = target.lowerBound..<blank
    }
    return HTTPRequestLine(method: 0..<methodEnd, target: target, minorVersion: minorVersion)
  }

  static func statusLine(_ bytes: RawSpan, _ lineEnd: Int) -> HTTPStatusLine? {
    let statusStart = versionLength + 1
    let statusEnd = statusStart + 3
    guard lineEnd >= statusEnd, let minorVersion = minorVersion(bytes, 0), bytes.load8(at: versionLength) == 0x20,
      let status = bytes.decimal(in: statusStart..<statusEnd), status >= 100
    else { return nil }
    guard lineEnd == statusEnd || bytes.load8(at: statusEnd) == 0x20 else { return nil }
    return HTTPStatusLine(status: status, reason: bytes.trimmingBlanks(statusEnd..<lineEnd), minorVersion: minorVersion)
  }

  /// Whether the bytes, as many as there are of them, agree with `HTTP/1.x NNN` and what may follow.
  static func hasStatusLinePrefix(_ bytes: RawSpan) -> Bool {
    for index in 0..<min(bytes.byteCount, versionLength + 5) {
      let byte = bytes.load8(at: index)
      let fits =
        switch index {
        case 0..<7: byte == versionPrefix.utf8Start[index]
        case 7: byte == 0x30 || byte == 0x31
        case 8: byte == 0x20
        case 9: byte >= 0x31 && byte <= 0x39
        case 10, 11: byte.isASCIIDigit
        default: byte == 0x20 || byte == 0x0d || byte == 0x0a
        }
      guard fits else { return false }
    }
    return true
  }

  /// `HTTP/1.0` or `HTTP/1.1` at `offset`: nothing else speaks this grammar with this name.
  static func minorVersion(_ bytes: RawSpan, _ offset: Int) -> UInt8? {
    guard bytes.hasBytes(versionPrefix, at: offset), let digit = bytes.uint8(at: offset + 7), digit == 0x30 || digit == 0x31 else {
      return nil
    }
    return digit - 0x30
  }

  static let versionLength = 8
  private static let versionPrefix: StaticString = "HTTP/1."
}

extension UInt8 {
  /// `tchar`. Source: RFC 9110 §5.6.2.
  var isHTTPTokenCharacter: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e, 0x5f, 0x60, 0x7c, 0x7e: true
    default: false
    }
  }
}
