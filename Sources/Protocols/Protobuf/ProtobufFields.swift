import Wire

/// Walks the fields of one Protocol Buffers message; messages inside it are ranges, to be walked by another.
///
/// Source: Protocol Buffers documentation, "Encoding".
struct ProtobufFields {
  struct Field {
    var number: Int
    /// Of a varint or a fixed number.
    var value: UInt64
    /// Of a text, bytes, a message or packed numbers; otherwise empty.
    var range: Range<Int>
  }

  private(set) var offset: Int
  private let end: Int
  /// The bytes make no sense, or end inside a field.
  private(set) var isBroken = false

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field; `nil` at the end, or where the bytes make no sense.
  mutating func next(_ bytes: RawSpan) -> Field? {
    guard offset < end, !isBroken else { return nil }
    guard let tag = varint(bytes), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return broken() }
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0: return varint(bytes).map { Field(number: number, value: $0, range: offset..<offset) } ?? broken()
    case 1:
      guard end - offset >= 8, let value = bytes.littleEndian64(at: offset) else { return broken() }
      offset += 8
      return Field(number: number, value: value, range: offset..<offset)
    case 2:
      guard let length = varint(bytes), length <= UInt64(end - offset) else { return broken() }
      defer { offset += Int(length) }
      return Field(number: number, value: 0, range: offset..<offset + Int(length))
    case 5:
      guard end - offset >= 4, let value = bytes.littleEndian32(at: offset) else { return broken() }
      offset += 4
      return Field(number: number, value: UInt64(value), range: offset..<offset)
    default: return broken()
    }
  }

  private mutating func broken() -> Field? {
    isBroken = true
    return nil
  }

  /// Seven bits a byte, the lowest first; ten bytes at most.
  private mutating func varint(_ bytes: RawSpan) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end, let byte = bytes.uint8(at: offset) else { return nil }
      offset += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
