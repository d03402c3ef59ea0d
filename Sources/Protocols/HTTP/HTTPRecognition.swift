import Wire

/// Whether bytes begin an HTTP/1 message: a whole start line settles it, a shorter one can only ask for more.
enum HTTPRecognition {
  /// Bytes of a request line after which a known method and the beginning of a target are believed without the line's end, which may
  /// be thousands of bytes away.
  static let convincingByteCount = 128

  static func verdict(_ bytes: RawSpan) -> Recognition {
    guard bytes.byteCount > 0 else { return .needsMore }
    if HTTPStartLine.hasStatusLinePrefix(bytes) {
      return bytes.byteCount > HTTPStartLine.versionLength + 4 ? .certain(.server) : .needsMore
    }
    guard HTTPStartLine.mayBegin(bytes, .client) else { return .no }
    if let lineFeed = bytes.firstIndex(of: 0x0a, to: HTTPParser.longestSection) {
      guard case .request(let line)? = HTTPStartLine.parse(bytes, lineFeed, .client) else { return .no }
      return isCutMethod(line.method, bytes) ? .no : .certain(.client)
    }
    guard let methodEnd = bytes.firstIndex(of: 0x20, to: HTTPParser.longestMethod + 1) else {
      return beginsKnownMethod(0..<bytes.byteCount, bytes) ? .needsMore : .no
    }
    guard isKnownMethod(0..<methodEnd, bytes), mayBeginTarget(methodEnd + 1, bytes) else { return .no }
    return bytes.byteCount >= convincingByteCount ? .likely(.client) : .needsMore
  }

  /// Methods of RFC 9110, RFC 5789 (PATCH), RFC 4918 (WebDAV), RFC 3253, RFC 5323 and UPnP, which are believed before the line's end is seen.
  private static let knownMethods: [StaticString] = [
    "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
    "LOCK", "UNLOCK",
    "REPORT", "SEARCH", "PURGE", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE",
  ]

  private static func isKnownMethod(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    knownMethods.contains { $0.utf8CodeUnitCount == range.count && bytes.hasBytes($0, at: range.lowerBound) }
  }

  /// What a loss leaves of a known method: `ET` of `GET`.
  private static func isCutMethod(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard !isKnownMethod(range, bytes) else { return false }
    return knownMethods.contains { method in
      let cut = method.utf8CodeUnitCount - range.count
      guard cut > 0 else { return false }
      for index in 0..<range.count where bytes.load8(at: range.lowerBound + index) != method.utf8Start[cut + index] { return false }
      return true
    }
  }

  private static func beginsKnownMethod(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    for method in knownMethods where method.utf8CodeUnitCount >= range.count {
      var agrees = true
      for index in 0..<range.count where bytes.load8(at: range.lowerBound + index) != method.utf8Start[index] { agrees = false }
      if agrees { return true }
    }
    return false
  }

  /// A path, an absolute URI's scheme or authority, `*`; or nothing yet.
  private static func mayBeginTarget(_ offset: Int, _ bytes: RawSpan) -> Bool {
    guard let byte = bytes.uint8(at: offset) else { return true }
    return byte == 0x2f || byte == 0x2a || byte.isASCIILetter || byte.isASCIIDigit || byte == 0x5b
  }
}
