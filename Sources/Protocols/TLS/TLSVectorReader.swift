import Wire

/// Reads numbers and vectors in order. A vector that was cut is as long as what is there of it.
struct TLSVectorReader {
  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func skip(_ count: Int) -> Bool {
    guard offset + count <= end else { return false }
    offset += count
    return true
  }

  mutating func number8(_ bytes: RawSpan) -> UInt8? {
    guard offset + 1 <= end, let value = bytes.uint8(at: offset) else { return nil }
    offset += 1
    return value
  }

  mutating func number16(_ bytes: RawSpan) -> UInt16? {
    guard offset + 2 <= end, let value = bytes.bigEndian16(at: offset) else { return nil }
    offset += 2
    return value
  }

  mutating func number24(_ bytes: RawSpan) -> Int? {
    guard offset + 3 <= end, let value = bytes.bigEndian24(at: offset) else { return nil }
    offset += 3
    return Int(value)
  }

  mutating func vector8(_ bytes: RawSpan) -> Range<Int>? { number8(bytes).map { take(Int($0)) } }

  mutating func vector16(_ bytes: RawSpan) -> Range<Int>? { number16(bytes).map { take(Int($0)) } }

  mutating func vector24(_ bytes: RawSpan) -> Range<Int>? { number24(bytes).map { take($0) } }

  private mutating func take(_ count: Int) -> Range<Int> {
    let start = offset
    offset = min(end, start + count)
    return start..<offset
  }
}
