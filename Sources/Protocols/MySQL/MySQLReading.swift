import Wire

extension RawSpan {
  /// A length-encoded integer and the offset behind it; `nil` when it is not there as a whole, or is NULL or an error.
  /// Source: MySQL Internals, "Protocol::LengthEncodedInteger".
  func lengthEncoded(at offset: Int) -> (value: UInt64, end: Int)? {
    guard let first = uint8(at: offset) else { return nil }
    switch first {
    case 0...0xfa: return (UInt64(first), offset + 1)
    case 0xfc: return littleEndian16(at: offset + 1).map { (UInt64($0), offset + 3) }
    case 0xfd: return littleEndian24(at: offset + 1).map { (UInt64($0), offset + 4) }
    case 0xfe: return littleEndian64(at: offset + 1).map { ($0, offset + 9) }
    default: return nil
    }
  }

  /// A string with a length before it.
  func lengthEncodedText(at offset: Int) -> Range<Int>? {
    guard let (value, start) = lengthEncoded(at: offset), let length = Int(exactly: value), length <= byteCount - start else { return nil }
    return start..<start + length
  }

  /// A string that a zero byte ends, before `end`; the range is without the zero.
  func zeroTerminated(at offset: Int, to end: Int) -> Range<Int>? {
    guard offset <= end, let zero = firstIndex(of: 0, from: offset, to: end) else { return nil }
    return offset..<zero
  }

  /// Whether all bytes of `range` are text: no control characters.
  func isText(_ range: Range<Int>) -> Bool {
    for index in range where load8(at: index) < 0x20 || load8(at: index) == 0x7f { return false }
    return true
  }
}

/// The four bytes before every packet's content.
struct MySQLPacketHeader {
  static let byteCount = 4
  /// A packet this long is continued by the next.
  static let largestLength = 0xff_ffff

  var length: Int
  var sequence: UInt8

  init?(_ bytes: RawSpan, at offset: Int) {
    guard let length = bytes.littleEndian24(at: offset), let sequence = bytes.uint8(at: offset + 3) else { return nil }
    self.length = Int(length)
    self.sequence = sequence
  }

  var isContinued: Bool { length == MySQLPacketHeader.largestLength }
}
