import Wire

/// Texts as Kryo writes them. Source: com.esotericsoftware.kryo.io.Output.writeString.
struct KryoTextReader {
  /// Bytes of a text without a length: the last one has its highest bit set.
  private static let longestASCII = 256
  /// Characters of a text with a length that are believed.
  private static let longestText = 4096

  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next text; `nil` for nothing, or when it cannot be read. Copied, because the last character may carry a mark.
  mutating func next(_ bytes: RawSpan) -> [UInt8]? {
    guard offset < end, let first = bytes.uint8(at: offset) else { return nil }
    return first & 0x80 == 0 ? marked(bytes) : counted(first, bytes)
  }

  /// ASCII up to the byte with the mark.
  private mutating func marked(_ bytes: RawSpan) -> [UInt8]? {
    let start = offset
    while offset < end, offset - start < KryoTextReader.longestASCII, let byte = bytes.uint8(at: offset) {
      offset += 1
      if byte & 0x80 != 0 { return bytes.copy(start..<offset - 1) + [byte & 0x7f] }
    }
    return nil
  }

  /// Six bits of the length, then seven a byte, then UTF-8. The length counts one more than the characters; 0 stands for nothing. A text
  /// whose characters are not all ASCII is longer in bytes than its length says and cannot be stepped over without reading it.
  private mutating func counted(_ first: UInt8, _ bytes: RawSpan) -> [UInt8]? {
    var length = Int(first & 0x3f)
    var more = first & 0x40 != 0
    var shift = 6
    offset += 1
    while more, shift <= 20 {
      guard offset < end, let byte = bytes.uint8(at: offset) else { return nil }
      length |= Int(byte & 0x7f) << shift
      more = byte & 0x80 != 0
      shift += 7
      offset += 1
    }
    guard length > 0, length - 1 <= KryoTextReader.longestText else { return nil }
    let start = offset
    for _ in 1..<length {
      guard let first = bytes.uint8(at: offset) else { return nil }
      offset += first < 0x80 ? 1 : first < 0xe0 ? 2 : 3
    }
    return offset <= end ? bytes.copy(start..<offset) : nil
  }
}
