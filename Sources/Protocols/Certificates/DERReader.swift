import Wire

/// One value in DER: its tag, and where its content lies.
struct DERElement: Sendable {
  var tag: UInt8
  var content: Range<Int>
}

/// Steps over the values of a constructed one. Nothing recurses: who wants to go deeper makes another reader, so that the depth is
/// that of the code.
///
/// Source: ITU-T X.690 §8.1 and §10.1 (definite lengths only).
struct DERReader: Sendable {
  static let boolean: UInt8 = 0x01
  static let octetString: UInt8 = 0x04
  static let objectIdentifier: UInt8 = 0x06
  static let utcTime: UInt8 = 0x17
  static let generalizedTime: UInt8 = 0x18
  static let sequence: UInt8 = 0x30
  static let set: UInt8 = 0x31

  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next value; `nil` at the end, and when its length is malformed or leaves the range.
  mutating func next(_ bytes: RawSpan) -> DERElement? {
    guard offset + 2 <= end, let tag = bytes.uint8(at: offset), let first = bytes.uint8(at: offset + 1) else { return nil }
    // Tags above 30 do not occur in certificates.
    guard tag & 0x1f != 0x1f else { return nil }
    var start = offset + 2
    var length = Int(first)
    if first & 0x80 != 0 {
      let count = Int(first & 0x7f)
      guard (1...4).contains(count), start + count <= end else { return nil }
      length = 0
      for index in start..<start + count { length = length << 8 | Int(bytes.load8(at: index)) }
      start += count
    }
    guard length <= end - start else { return nil }
    offset = start + length
    return DERElement(tag: tag, content: start..<offset)
  }

  /// The next value when it has this tag.
  mutating func next(_ tag: UInt8, _ bytes: RawSpan) -> DERElement? {
    guard let element = next(bytes), element.tag == tag else { return nil }
    return element
  }
}
