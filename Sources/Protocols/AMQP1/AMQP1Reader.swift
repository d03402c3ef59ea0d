import Wire

/// Steps over values of AMQP 1.0. Source: part 1, §1.2 and §1.6.
struct AMQP1Reader {
  /// Described values inside one another.
  static let deepest = 16

  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }

  /// The descriptor of the value here, when it is a small number; the value follows.
  mutating func descriptor(_ bytes: RawSpan) -> UInt64? {
    guard offset < end, bytes.uint8(at: offset) == 0 else { return nil }
    let before = offset
    offset += 1
    if let code = number(bytes) { return code }
    offset = before
    return nil
  }

  /// An unsigned number; `nil`, and the value stepped over, for anything else.
  mutating func number(_ bytes: RawSpan) -> UInt64? {
    guard offset < end, let code = bytes.uint8(at: offset) else { return nil }
    let value: UInt64? =
      switch code {
      case 0x43, 0x44: 0
      case 0x50, 0x52, 0x53: bytes.uint8(at: offset + 1).map { UInt64($0) }
      case 0x60: bytes.bigEndian16(at: offset + 1).map { UInt64($0) }
      case 0x70: bytes.bigEndian32(at: offset + 1).map { UInt64($0) }
      case 0x80: bytes.bigEndian64(at: offset + 1)
      default: nil
      }
    return skip(bytes) ? value : nil
  }

  /// A truth; `nil`, and the value stepped over, for anything else.
  mutating func truth(_ bytes: RawSpan) -> Bool? {
    guard offset < end, let code = bytes.uint8(at: offset) else { return nil }
    let value: Bool? = code == 0x41 ? true : code == 0x42 ? false : code == 0x56 ? bytes.uint8(at: offset + 1) == 1 : nil
    return skip(bytes) ? value : nil
  }

  /// Text, a symbol or bytes; `nil`, and the value stepped over, for anything else.
  mutating func text(_ bytes: RawSpan) -> Range<Int>? {
    guard offset < end, let code = bytes.uint8(at: offset) else { return nil }
    let start = code >> 4 == 0xa ? offset + 2 : code >> 4 == 0xb ? offset + 5 : nil
    return skip(bytes) ? start.map { $0..<max($0, offset) } : nil
  }

  /// The elements of the list or map here; `nil`, and the value stepped over, for anything else.
  mutating func elements(_ bytes: RawSpan) -> AMQP1Reader? {
    guard offset < end, let code = bytes.uint8(at: offset) else { return nil }
    let start: Int? =
      switch code {
      case 0x45: offset + 1
      case 0xc0, 0xc1: offset + 3
      case 0xd0, 0xd1: offset + 9
      default: nil
      }
    guard skip(bytes) else { return nil }
    return start.map { AMQP1Reader(min($0, offset)..<offset) }
  }

  /// Steps over one value; `false` when it is cut or none.
  mutating func skip(_ bytes: RawSpan, depth: Int = 0) -> Bool {
    guard depth < AMQP1Reader.deepest, offset < end, let code = bytes.uint8(at: offset) else { return false }
    switch code >> 4 {
    case 0:
      offset += 1
      return code == 0 && skip(bytes, depth: depth + 1) && skip(bytes, depth: depth + 1)
    case 4: return advance(1)
    case 5: return advance(2)
    case 6: return advance(3)
    case 7: return advance(5)
    case 8: return advance(9)
    case 9: return advance(17)
    case 0xa, 0xc, 0xe: return bytes.uint8(at: offset + 1).map { advance(2 + Int($0)) } ?? false
    case 0xb, 0xd, 0xf: return bytes.bigEndian32(at: offset + 1).map { advance(5 + Int($0)) } ?? false
    default: return false
    }
  }

  private mutating func advance(_ count: Int) -> Bool {
    guard count <= end - offset else { return false }
    offset += count
    return true
  }
}
