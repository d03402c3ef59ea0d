import Wire

/// Reads the parameters of Bind as text. Source: §54.7, "Bind", "Parse"; types by their numbers in `pg_type.dat`.
enum PostgreSQLParameterReader {
  /// Bytes of one value, and of all together, that are shown.
  static let shownValueByteCount = 64
  static let shownByteCount = 1024
  /// Types of one statement that are kept.
  private static let typeLimit = 256

  private static let mask = Array("***".utf8)

  /// The types behind a statement's text, whose zero byte stands at `zero`.
  static func types(_ bytes: RawSpan, _ zero: Int, _ end: Int) -> [UInt32] {
    guard let count = bytes.bigEndian16(at: zero + 1), count > 0, Int(count) <= typeLimit else { return [] }
    var types: [UInt32] = []
    for index in 0..<Int(count) {
      guard let type = bytes.bigEndian32(at: zero + 3 + 4 * index), zero + 7 + 4 * index <= end else { break }
      types.append(type)
    }
    return types
  }

  /// Formats, then values, each with a length; `nil` when there are none.
  static func parameters(_ bytes: RawSpan, _ content: Range<Int>, _ statement: PostgreSQLStatement?) -> [UInt8]? {
    guard let formatCount = bytes.bigEndian16(at: content.lowerBound) else { return nil }
    let formats = content.lowerBound + 2
    var offset = formats + 2 * Int(formatCount)
    guard let count = bytes.bigEndian16(at: offset), count > 0, offset + 2 <= content.upperBound else { return nil }
    offset += 2
    var text: [UInt8] = []
    for index in 0..<Int(count) {
      guard text.count < shownByteCount, let length = bytes.bigEndian32(at: offset), offset + 4 <= content.upperBound else { break }
      offset += 4
      if index > 0 { text += [0x2c, 0x20] }
      guard length != .max else {
        text += Array("NULL".utf8)
        continue
      }
      guard let length = Int(exactly: length), length <= content.upperBound - offset else { break }
      let value = offset..<offset + length
      offset += length
      // One format stands for all; none for text.
      let format =
        formatCount == 0 ? 0 : bytes.bigEndian16(at: formats + 2 * (formatCount == 1 ? 0 : min(index, Int(formatCount) - 1))) ?? 0
      if statement?.digest.hasCredentials ?? false {
        text += mask
      } else {
        append(
          value, isBinary: format == 1, type: statement.flatMap { index < $0.types.count ? $0.types[index] : nil } ?? 0, bytes, to: &text)
      }
    }
    return text
  }

  private static func append(_ value: Range<Int>, isBinary: Bool, type: UInt32, _ bytes: RawSpan, to text: inout [UInt8]) {
    func add(_ number: some CustomStringConvertible) { text += Array(number.description.utf8) }
    let start = value.lowerBound
    switch (isBinary, type, value.count) {
    case (true, 16, 1): text += Array((bytes.load8(at: start) == 0 ? "false" : "true").utf8)
    case (true, 21, 2): add(Int16(bitPattern: bytes.loadBigEndian16(at: start)))
    case (true, 23, 4), (true, 26, 4): add(Int32(bitPattern: bytes.loadBigEndian32(at: start)))
    case (true, 20, 8): add(Int64(bitPattern: bytes.loadBigEndian64(at: start)))
    case (true, 700, 4): add(Float(bitPattern: bytes.loadBigEndian32(at: start)))
    case (true, 701, 8): add(Double(bitPattern: bytes.loadBigEndian64(at: start)))
    case (false, _, _), (true, 18, _), (true, 19, _), (true, 25, _), (true, 705, _), (true, 1042, _), (true, 1043, _):
      text.append(0x27)
      text += bytes.copy(value.prefix(shownValueByteCount))
      if value.count > shownValueByteCount { text += Array("…".utf8) }
      text.append(0x27)
    default:
      text += Array("\\x".utf8)
      for index in value.prefix(shownValueByteCount / 4) {
        let byte = bytes.load8(at: index)
        for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
      }
      if value.count > shownValueByteCount / 4 { text += Array("…".utf8) }
    }
  }
}
