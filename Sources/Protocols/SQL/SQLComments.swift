import Capture
import Wire

/// Tracing tags that applications put into the comments of their statements: `traceparent='00-…'` of sqlcommenter, `traceparent: 00-…`,
/// `sw8=…`.
///
/// Source: the sqlcommenter specification ("key='value'" pairs joined by commas, keys and values URL-encoded); DeepFlow reads a colon as well.
enum SQLComments {
  /// Reads the pairs of `comments`; values that are no tracing tags are passed over.
  static func read(_ comments: [UInt8], _ headers: TraceHeaderTable, into summary: inout MessageSummary, _ texts: inout TextTable) {
    let bytes = comments.span.bytes
    var tags = TraceTags()
    var offset = 0
    while offset < bytes.byteCount {
      let start = offset
      while offset < bytes.byteCount, isKeyByte(bytes.load8(at: offset)) { offset += 1 }
      guard offset > start else {
        offset += 1
        continue
      }
      guard let header = headers.header(named: start..<offset, in: bytes), let value = value(&offset, bytes) else { continue }
      let decoded = bytes.percentDecoded(value)
      tags.take(header, 0..<decoded.count, decoded.span.bytes, into: &summary, &texts)
    }
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isASCIIDigit || byte == 0x2d || byte == 0x5f }

  /// What follows the sign of equality or the colon behind a key, without its quotes.
  private static func value(_ offset: inout Int, _ bytes: RawSpan) -> Range<Int>? {
    skipBlanks(&offset, bytes)
    guard let sign = bytes.uint8(at: offset), sign == 0x3d || sign == 0x3a else { return nil }
    offset += 1
    skipBlanks(&offset, bytes)
    guard let first = bytes.uint8(at: offset) else { return nil }
    if first == 0x27 || first == 0x22 {
      let start = offset + 1
      guard let end = bytes.firstIndex(of: first, from: start) else { return nil }
      offset = end + 1
      return start..<end
    }
    let start = offset
    while let byte = bytes.uint8(at: offset), byte > 0x20, byte != 0x2c, byte != 0x3b { offset += 1 }
    return start..<offset
  }

  private static func skipBlanks(_ offset: inout Int, _ bytes: RawSpan) {
    while let byte = bytes.uint8(at: offset), byte.isASCIIBlank { offset += 1 }
  }
}
