import Wire

/// A list of 16-bit numbers in a hello: cipher suites, extensions, groups.
struct TLSNumberList: Sendable {
  var range: Range<Int>

  /// Calls `body` with each number, at most `limit` of them.
  func forEach(_ bytes: RawSpan, limit: Int = 1024, _ body: (UInt16) -> Void) {
    var offset = range.lowerBound
    var count = 0
    while offset + 2 <= range.upperBound, count < limit {
      body(bytes.loadBigEndian16(at: offset))
      offset += 2
      count += 1
    }
  }
}

/// Walks a block of extensions. Source: RFC 8446 §4.2.
struct TLSExtensionCursor {
  private var offset: Int
  private let end: Int

  init(_ block: Range<Int>) {
    offset = block.lowerBound
    end = block.upperBound
  }

  /// The next extension; its data as far as they are there.
  mutating func next(_ bytes: RawSpan) -> (type: UInt16, data: Range<Int>)? {
    guard offset + 4 <= end else { return nil }
    let type = bytes.loadBigEndian16(at: offset)
    let start = offset + 4
    let stop = min(end, start + Int(bytes.loadBigEndian16(at: offset + 2)))
    offset = stop
    return (type, start..<stop)
  }
}

/// Extension types that are looked into. Source: IANA TLS ExtensionType Values.
enum TLSExtension {
  static let serverName: UInt16 = 0
  static let supportedGroups: UInt16 = 10
  static let pointFormats: UInt16 = 11
  static let signatureAlgorithms: UInt16 = 13
  static let applicationProtocols: UInt16 = 16
  static let preSharedKey: UInt16 = 41
  static let supportedVersions: UInt16 = 43
}
