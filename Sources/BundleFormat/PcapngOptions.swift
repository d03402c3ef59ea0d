import Wire

/// Steps through the options at the end of a pcapng block: 16-bit code, 16-bit length, value, padding to four bytes.
/// Source: draft-ietf-opsawg-pcapng §3.5.
struct PcapngOptions {
  private var offset: Int
  private let end: Int
  private let isBigEndian: Bool

  /// The options in `range` of the span that is passed to `next`.
  init(in range: Range<Int>, isBigEndian: Bool) {
    offset = range.lowerBound
    end = range.upperBound
    self.isBigEndian = isBigEndian
  }

  /// The next option's code and the range of its value. `nil` at the end, and where an option reaches beyond it.
  mutating func next(_ bytes: RawSpan) -> (code: UInt16, value: Range<Int>)? {
    guard end - offset >= 4 else { return nil }
    let code = bytes.load16(at: offset, isBigEndian: isBigEndian)
    let length = Int(bytes.load16(at: offset + 2, isBigEndian: isBigEndian))
    guard code != 0, length <= end - offset - 4 else { return nil }
    let value = offset + 4..<offset + 4 + length
    offset = min(end, value.upperBound + (4 - length % 4) % 4)
    return (code, value)
  }

  /// The value as a number, when its length is that of the type.
  func integer<T: FixedWidthInteger & BitwiseCopyable>(_ value: Range<Int>, _ bytes: RawSpan, as type: T.Type) -> T? {
    guard value.count == MemoryLayout<T>.size, let raw = bytes.integer(at: value.lowerBound, as: type) else { return nil }
    return isBigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
  }
}

/// Loads in the byte order of a section. They trap outside the span, as the `load…` family of `Wire` does.
extension RawSpan {
  @inline(__always)
  func load16(at offset: Int, isBigEndian: Bool) -> UInt16 {
    let value = loadLittleEndian16(at: offset)
    return isBigEndian ? value.byteSwapped : value
  }

  @inline(__always)
  func load32(at offset: Int, isBigEndian: Bool) -> UInt32 {
    let value = loadLittleEndian32(at: offset)
    return isBigEndian ? value.byteSwapped : value
  }
}

/// The same without a check, for headers that one length check has covered: four checked loads a packet cost more than the rest of
/// its parsing.
extension UnsafeRawPointer {
  @inline(__always)
  func uncheckedLoad32(at offset: Int, isBigEndian: Bool) -> UInt32 {
    let value = loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
    return isBigEndian ? value.byteSwapped : value
  }
}
