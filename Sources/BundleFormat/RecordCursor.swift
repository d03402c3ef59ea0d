import Wire

/// Reads the fields of one record of a bundle, one after the other. Every record but a kernel record begins with its own length
/// in 32 bits, so that fields can be appended later and an older reader steps over them.
struct RecordCursor {
  private(set) var offset: Int
  /// Where the record ends.
  let end: Int

  /// - Returns: `nil` when no whole record begins at `start`.
  init?(_ bytes: RawSpan, at start: Int) {
    guard let length = bytes.littleEndian32(at: start), length >= 4, Int(length) <= bytes.byteCount - start else { return nil }
    offset = start + 4
    end = start + Int(length)
  }

  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ bytes: RawSpan, as type: T.Type = T.self) -> T? {
    guard end - offset >= MemoryLayout<T>.size, let value = bytes.integer(at: offset, as: type) else { return nil }
    offset += MemoryLayout<T>.size
    return T(littleEndian: value)
  }

  /// Text behind its 16-bit length.
  mutating func text(_ bytes: RawSpan) -> String? {
    guard let length = integer(bytes, as: UInt16.self), end - offset >= Int(length) else { return nil }
    defer { offset += Int(length) }
    return bytes.text(in: offset..<offset + Int(length))
  }

  /// Texts behind their 16-bit count.
  mutating func texts(_ bytes: RawSpan) -> [String]? {
    guard let count = integer(bytes, as: UInt16.self) else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = text(bytes) else { return nil }
      texts.append(text)
    }
    return texts
  }
}

extension ByteWriter {
  /// Appends a record whose length stands in front of it.
  mutating func appendRecord(_ fields: (inout ByteWriter) -> Void) {
    let start = count
    appendLittleEndian(UInt32(0))
    fields(&self)
    replaceLittleEndian32(at: start, with: UInt32(count - start))
  }

  mutating func appendTexts(_ texts: [String]) {
    let cut = texts.prefix(Int(UInt16.max))
    appendLittleEndian(UInt16(cut.count))
    for text in cut { appendText(text) }
  }
}
