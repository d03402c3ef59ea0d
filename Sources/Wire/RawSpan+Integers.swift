/// Reading integers from untrusted bytes.
///
/// Two families: the plain names return `nil` outside the span and are what a parser uses; the `load…` names trap
/// outside the span and are for a fixed header after one length check has covered all of it.
extension RawSpan {
  @inlinable @inline(__always)
  package func uint8(at offset: Int) -> UInt8? {
    guard offset >= 0, offset < byteCount else { return nil }
    return unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
  }

  @inlinable @inline(__always)
  package func bigEndian16(at offset: Int) -> UInt16? { integer(at: offset, as: UInt16.self)?.bigEndian }

  @inlinable @inline(__always)
  package func bigEndian32(at offset: Int) -> UInt32? { integer(at: offset, as: UInt32.self)?.bigEndian }

  @inlinable @inline(__always)
  package func bigEndian64(at offset: Int) -> UInt64? { integer(at: offset, as: UInt64.self)?.bigEndian }

  @inlinable @inline(__always)
  package func bigEndian24(at offset: Int) -> UInt32? {
    guard let high = uint8(at: offset), let low = bigEndian16(at: offset + 1) else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  @inlinable @inline(__always)
  package func littleEndian16(at offset: Int) -> UInt16? { integer(at: offset, as: UInt16.self)?.littleEndian }

  @inlinable @inline(__always)
  package func littleEndian32(at offset: Int) -> UInt32? { integer(at: offset, as: UInt32.self)?.littleEndian }

  @inlinable @inline(__always)
  package func littleEndian64(at offset: Int) -> UInt64? { integer(at: offset, as: UInt64.self)?.littleEndian }

  @inlinable @inline(__always)
  package func littleEndian24(at offset: Int) -> UInt32? {
    guard let low = littleEndian16(at: offset), let high = uint8(at: offset + 2) else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  /// An unaligned integer in host byte order, or `nil` outside the span.
  @inlinable @inline(__always)
  package func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type) -> T? {
    guard offset >= 0, offset <= byteCount &- MemoryLayout<T>.size, byteCount >= MemoryLayout<T>.size else { return nil }
    return unsafeLoadUnaligned(fromByteOffset: offset, as: type)
  }

  @inlinable @inline(__always)
  package func load8(at offset: Int) -> UInt8 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self) }

  @inlinable @inline(__always)
  package func loadBigEndian16(at offset: Int) -> UInt16 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self).bigEndian }

  @inlinable @inline(__always)
  package func loadBigEndian32(at offset: Int) -> UInt32 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian }

  @inlinable @inline(__always)
  package func loadBigEndian64(at offset: Int) -> UInt64 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).bigEndian }

  @inlinable @inline(__always)
  package func loadLittleEndian16(at offset: Int) -> UInt16 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self).littleEndian }

  @inlinable @inline(__always)
  package func loadLittleEndian32(at offset: Int) -> UInt32 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian }

  @inlinable @inline(__always)
  package func loadLittleEndian64(at offset: Int) -> UInt64 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian }
}
