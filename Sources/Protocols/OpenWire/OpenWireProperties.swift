import Wire

/// Walks a map of primitive values: a count (4), then names behind their lengths (2), types (1) and values.
///
/// Source: org.apache.activemq.util.MarshallingSupport.
struct OpenWireProperties {
  static let boolean: UInt8 = 1
  static let text: UInt8 = 9
  /// Maps and lists within one another.
  private static let depthLimit = 8

  private var offset: Int
  private let end: Int
  private var remainingCount: Int

  init(_ range: Range<Int>, _ bytes: RawSpan) {
    offset = range.lowerBound + 4
    end = min(range.upperBound, bytes.byteCount)
    let count = bytes.bigEndian32(at: range.lowerBound).map { Int(Int32(bitPattern: $0)) } ?? 0
    remainingCount = range.count >= 4 ? count : 0
  }

  /// The next entry; of a text the value is without its length. `nil` at the end, and where the bytes make no sense.
  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, type: UInt8, value: Range<Int>)? {
    guard remainingCount > 0, let name = text(2, bytes), let type = byte(bytes), let value = value(type, 0, bytes) else { return nil }
    remainingCount -= 1
    return (name, type, value)
  }

  private mutating func value(_ type: UInt8, _ depth: Int, _ bytes: RawSpan) -> Range<Int>? {
    switch type {
    case 0: return run(0)
    case 1, 2: return run(1)
    case 3, 4: return run(2)
    case 5, 8: return run(4)
    case 6, 7: return run(8)
    case 9: return text(2, bytes)
    case 10, 13: return text(4, bytes)
    case 11, 12:
      let start = offset
      guard depth < OpenWireProperties.depthLimit, let count = run(4), let number = bytes.bigEndian32(at: count.lowerBound) else {
        return nil
      }
      var rest = Int(Int32(bitPattern: number))
      while rest > 0 {
        if type == 11, text(2, bytes) == nil { return nil }
        guard let inner = byte(bytes), value(inner, depth + 1, bytes) != nil else { return nil }
        rest -= 1
      }
      return start..<offset
    default: return nil
    }
  }

  private mutating func byte(_ bytes: RawSpan) -> UInt8? { run(1).flatMap { bytes.uint8(at: $0.lowerBound) } }

  /// Text, or bytes, behind a length of two or four bytes.
  private mutating func text(_ lengthByteCount: Int, _ bytes: RawSpan) -> Range<Int>? {
    guard let length = run(lengthByteCount) else { return nil }
    let count =
      lengthByteCount == 2
      ? bytes.bigEndian16(at: length.lowerBound).map { Int($0) } : bytes.bigEndian32(at: length.lowerBound).map { Int($0) }
    return count.flatMap { run($0) }
  }

  private mutating func run(_ count: Int) -> Range<Int>? {
    guard count <= end - offset else { return nil }
    defer { offset += count }
    return offset..<offset + count
  }
}
