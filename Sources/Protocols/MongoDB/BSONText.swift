import Wire

/// A document in the manner of MongoDB's shell, without credentials.
struct BSONText {
  /// Documents within one another that are spelled out.
  private static let deepest = 8
  /// Bytes of one text.
  private static let longestText = 512

  private var output: [UInt8] = []
  private let limit: Int
  /// The command is one of those that authenticate.
  private var isAuthentication = false
  private var isFull: Bool { output.count >= limit }

  private init(limit: Int) {
    self.limit = limit
    output.reserveCapacity(min(limit, 512))
  }

  /// The document that begins at `range`, as far as it is there, cut behind `limit` bytes.
  static func text(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    var writer = BSONText(limit: limit)
    writer.document(range, bytes, depth: 0, isArray: false, isCredential: false)
    if writer.isFull {
      // Not in the midst of a character.
      var end = limit
      while end > 0, end < writer.output.count, writer.output[end] & 0xc0 == 0x80 { end -= 1 }
      writer.output.removeLast(writer.output.count - min(end, writer.output.count))
      writer.append("…")
    }
    return writer.output
  }

  private mutating func document(_ range: Range<Int>, _ bytes: RawSpan, depth: Int, isArray: Bool, isCredential: Bool) {
    guard depth < BSONText.deepest else { return append("{ … }") }
    append(isArray ? "[" : "{")
    let document = bytes.extracting(0..<range.upperBound)
    var offset = range.lowerBound + 4
    var isFirst = true
    elements: while !isFull {
      switch BSONElement.read(document, at: offset) {
      case .endOfDocument: break elements
      case .incomplete, .invalid:
        append(isFirst ? "…" : ", …")
        break elements
      case .element(let element):
        if depth == 0, isFirst { isAuthentication = BSONText.isAuthentication(element.name, bytes) }
        append(isArray ? (isFirst ? "" : ", ") : isFirst ? " " : ", ")
        isFirst = false
        if !isArray {
          append(0x22)
          append(element.name, bytes)
          append("\": ")
        }
        value(element, document, depth, isCredential: isCredential)
        offset = element.end
      }
    }
    append(isArray ? "]" : isFirst ? "}" : " }")
  }

  private mutating func value(_ element: BSONElement, _ bytes: RawSpan, _ depth: Int, isCredential: Bool) {
    if isSecret(element, bytes, isCredential: isCredential) { return append("***") }
    let start = element.valueStart
    switch element.type {
    case BSONType.document, BSONType.array:
      let isCredential = element.hasName("speculativeAuthenticate", bytes)
      document(
        start..<min(element.end, bytes.byteCount), bytes, depth: depth + 1, isArray: element.type == BSONType.array,
        isCredential: isCredential)
    case BSONType.string, 0x0d, 0x0e:
      append(0x22)
      append(
        min(
          start + 4, bytes.byteCount)..<max(
            min(start + 4, bytes.byteCount), min(element.end - 1, bytes.byteCount, start + 4 + BSONText.longestText)), bytes)
      append(0x22)
    case BSONType.double:
      guard let bits = bytes.littleEndian64(at: start) else { return append("…") }
      let number = Double(bitPattern: bits)
      append(Int64(exactly: number).map { "\($0)" } ?? "\(number)")
    case BSONType.int32, BSONType.int64: append(element.integer(bytes).map { "\($0)" } ?? "…")
    case BSONType.boolean: append(bytes.uint8(at: start).map { $0 == 0 ? "false" : "true" } ?? "…")
    case BSONType.date: append(bytes.littleEndian64(at: start).map { "Date(\(Int64(bitPattern: $0)))" } ?? "…")
    case BSONType.timestamp:
      guard let bits = bytes.littleEndian64(at: start) else { return append("…") }
      append("Timestamp(\(bits >> 32), \(bits & 0xffff_ffff))")
    case BSONType.objectIdentifier:
      append("ObjectId(")
      for index in start..<min(start + 12, bytes.byteCount) { appendHexadecimal(bytes.load8(at: index)) }
      append(")")
    case BSONType.binary: append(bytes.littleEndian32(at: start).map { "Binary(\($0) bytes)" } ?? "…")
    case BSONType.null, 0x06: append("null")
    case 0x0b: append("/…/")
    case 0x7f: append("MaxKey")
    case 0xff: append("MinKey")
    case 0x13: append("Decimal128")
    default: append("Code")
    }
  }

  // MARK: Credentials

  /// Source: MongoDB manual, "Authentication Commands" and "User Management Commands".
  private static func isAuthentication(_ name: Range<Int>, _ bytes: RawSpan) -> Bool {
    bytes.hasBytes("sasl", at: name.lowerBound) || bytes.hasBytes("authenticate", at: name.lowerBound)
      || bytes.hasBytes("copydb", at: name.lowerBound) || bytes.hasBytes("conversationId", at: name.lowerBound)
  }

  private func isSecret(_ element: BSONElement, _ bytes: RawSpan, isCredential: Bool) -> Bool {
    switch element.name.count {
    case 3: element.hasName("pwd", bytes) || isAuthentication && element.hasName("key", bytes)
    case 5: isAuthentication && element.hasName("nonce", bytes)
    case 7: (isAuthentication || isCredential || element.type == BSONType.binary) && element.hasName("payload", bytes)
    case 8: element.hasName("password", bytes)
    case 9: element.hasName("storedKey", bytes) || element.hasName("serverKey", bytes)
    case 11: element.hasName("credentials", bytes)
    default: false
    }
  }

  // MARK: Output

  private mutating func append(_ byte: UInt8) { output.append(byte) }

  private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

  private mutating func append(_ range: Range<Int>, _ bytes: RawSpan) {
    bytes.extracting(range).withUnsafeBytes { output.append(contentsOf: $0) }
  }

  private mutating func appendHexadecimal(_ byte: UInt8) {
    let digits: StaticString = "0123456789abcdef"
    output.append(digits.utf8Start[Int(byte >> 4)])
    output.append(digits.utf8Start[Int(byte & 15)])
  }
}
