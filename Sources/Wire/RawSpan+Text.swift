#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Reading ASCII text from untrusted bytes. Offsets are absolute in the span; ranges are half-open.
extension RawSpan {
  /// The offset of the first `byte` at or after `start` and before `end` (default: the end of the span).
  package func firstIndex(of byte: UInt8, from start: Int = 0, to end: Int? = nil) -> Int? {
    let limit = Swift.min(end ?? byteCount, byteCount)
    guard start >= 0, start < limit else { return nil }
    return withUnsafeBytes { raw in
      guard let base = raw.baseAddress, let found = memchr(base + start, Int32(byte), limit - start) else { return nil }
      return base.distance(to: UnsafeRawPointer(found))
    }
  }

  /// Whether the bytes at `offset` are exactly `text`.
  package func hasBytes(_ text: StaticString, at offset: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard offset >= 0, length <= byteCount, offset <= byteCount - length else { return false }
    return withUnsafeBytes { raw in memcmp(raw.baseAddress! + offset, text.utf8Start, length) == 0 }
  }

  /// Whether `range` equals `text`, ASCII letters compared without case.
  @inlinable
  package func equalsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
    let length = text.utf8CodeUnitCount
    guard range.count == length, range.lowerBound >= 0, range.upperBound <= byteCount else { return false }
    for index in 0..<length where load8(at: range.lowerBound + index).asciiLowercased != text.utf8Start[index].asciiLowercased {
      return false
    }
    return true
  }

  /// An unsigned decimal number that fills `range`; `nil` when it is empty, holds another byte or overflows `Int`.
  @inlinable
  package func decimal(in range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
    var value = 0
    for index in range {
      let digit = load8(at: index) &- 0x30
      guard digit <= 9 else { return nil }
      let (shifted, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = shifted.addingReportingOverflow(Int(digit))
      guard !overflowed, !carried else { return nil }
      value = sum
    }
    return value
  }

  /// `range` without leading and trailing spaces and tabs.
  @inlinable
  package func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, load8(at: lower).isASCIIBlank { lower += 1 }
    while upper > lower, load8(at: upper - 1).isASCIIBlank { upper -= 1 }
    return lower..<upper
  }

  /// The bytes of `range` as text; what is not UTF-8 becomes U+FFFD. Not for hot paths: it allocates.
  package func text(in range: Range<Int>) -> String {
    extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}

extension UInt8 {
  @inlinable @inline(__always)
  package var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5a ? self | 0x20 : self }

  @inlinable @inline(__always)
  package var isASCIIBlank: Bool { self == 0x20 || self == 0x09 }

  @inlinable @inline(__always)
  package var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }

  @inlinable @inline(__always)
  package var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7a }
}
