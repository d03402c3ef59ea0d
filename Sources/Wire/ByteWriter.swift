/// Appends fixed-width integers and length-prefixed text to a growing buffer, little-endian unless the name says otherwise.
package struct ByteWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init(reservingCapacity capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  package var count: Int { bytes.count }

  package mutating func append(_ value: UInt8) { bytes.append(value) }

  package mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func append(_ span: RawSpan) {
    span.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  package mutating func append(contentsOf sequence: some Sequence<UInt8>) {
    bytes.append(contentsOf: sequence)
  }

  /// UTF-8 bytes behind a 16-bit byte count; longer text is cut at 65,535 bytes.
  package mutating func appendText(_ text: String) {
    let cut = text.utf8.prefix(Int(UInt16.max))
    appendLittleEndian(UInt16(cut.count))
    bytes.append(contentsOf: cut)
  }

  /// Zero bytes up to the next multiple of `alignment`.
  package mutating func pad(toMultipleOf alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }

  /// Overwrites four bytes written before, for a length that is known only at the end.
  package mutating func replaceLittleEndian32(at offset: Int, with value: UInt32) {
    precondition(offset >= 0 && offset + 4 <= bytes.count, "a replacement lies inside what was written")
    withUnsafeBytes(of: value.littleEndian) { source in
      for index in 0..<4 { bytes[offset + index] = source[index] }
    }
  }

  package mutating func removeAll(keepingCapacity keep: Bool = true) { bytes.removeAll(keepingCapacity: keep) }
}
