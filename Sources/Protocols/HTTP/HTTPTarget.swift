import Wire

/// The pieces of a request target. Source: RFC 9112 §3.2.
struct HTTPTarget {
  /// Host and port of an absolute-form or authority-form target.
  var host: Range<Int>?
  /// What stands before the `@` of an authority.
  var userinfo: Range<Int>?
  /// The path without query and fragment: empty when an absolute URI has none, the host of an authority-form target, `*`.
  var path: Range<Int>

  init(_ target: Range<Int>, _ bytes: RawSpan) {
    var pathStart = target.lowerBound
    if let authority = HTTPTarget.authority(target, bytes) {
      var hostStart = authority.lowerBound
      // The last `@` ends the userinfo: clients send passwords that hold one.
      while let sign = bytes.firstIndex(of: 0x40, from: hostStart, to: authority.upperBound) { hostStart = sign + 1 }
      if hostStart > authority.lowerBound { userinfo = authority.lowerBound..<hostStart - 1 }
      host = hostStart..<authority.upperBound
      pathStart = authority.upperBound
      if authority.lowerBound == target.lowerBound {
        // Authority-form names nothing but the host.
        path = hostStart..<target.upperBound
        return
      }
    }
    var pathEnd = pathStart
    while pathEnd < target.upperBound, bytes.load8(at: pathEnd) != 0x3f, bytes.load8(at: pathEnd) != 0x23 { pathEnd += 1 }
    path = pathStart..<pathEnd
  }

  /// The authority of `scheme://authority/path`, or of a target that is nothing but `host:port`; `nil` for origin-form and `*`.
  private static func authority(_ target: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    guard let first = bytes.uint8(at: target.lowerBound), first != 0x2f, first != 0x2a,
      let colon = bytes.firstIndex(of: 0x3a, from: target.lowerBound, to: target.upperBound)
    else { return nil }
    let isAbsolute = colon + 3 <= target.upperBound && bytes.hasBytes("://", at: colon)
    let start = isAbsolute ? colon + 3 : target.lowerBound
    var end = start
    while end < target.upperBound {
      let byte = bytes.load8(at: end)
      if byte == 0x2f || byte == 0x3f || byte == 0x23 { break }
      end += 1
    }
    return isAbsolute || end == target.upperBound ? start..<end : nil
  }
}
