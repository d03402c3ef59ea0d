import Wire

/// Reads the parameters of statements that are executed, and the attributes of queries, which are written alike.
///
/// Source: MySQL Internals, "COM_STMT_EXECUTE", "COM_QUERY", "Binary Protocol Value".
enum MySQLParameterReader {
  /// Bytes of one value, and of all together, that are shown.
  static let shownValueByteCount = 64
  static let shownByteCount = 1024
  /// Parameters that are read.
  private static let countLimit = 1024

  struct Parameters {
    var text: [UInt8]
    var types: [UInt8]
    var traceParent: Range<Int>?
  }

  private static let countIsAvailable: UInt8 = 8
  private static let mask = Array("***".utf8)

  /// `content` begins with the statement's number.
  static func parameters(
    _ bytes: RawSpan, _ content: Range<Int>, _ statement: MySQLStatement?, hasAttributes: Bool
  ) -> Parameters? {
    guard let flags = bytes.uint8(at: content.lowerBound + 4), !(statement?.hasLongData ?? false) else { return nil }
    var offset = content.lowerBound + 9
    var count = statement?.parameterCount ?? 0
    if hasAttributes, flags & countIsAvailable != 0 {
      guard let (all, end) = bytes.lengthEncoded(at: offset) else { return nil }
      count = Int(clamping: all)
      offset = end
    }
    guard count > 0, count <= countLimit, offset <= content.upperBound else { return nil }
    return read(bytes, offset..<content.upperBound, count, statement, hasNames: hasAttributes)
  }

  /// Where the text of a query begins, and a traceparent among the attributes before it. Without the capability known, the two bytes that say
  /// that there are none are no text.
  static func queryAttributes(_ bytes: RawSpan, _ content: Range<Int>, _ hasAttributes: Bool?) -> (end: Int, traceParent: Range<Int>?) {
    let start = content.lowerBound
    guard hasAttributes ?? (bytes.uint8(at: start) == 0 && bytes.uint8(at: start + 1) == 1),
      let (all, end) = bytes.lengthEncoded(at: start),
      let (_, afterSets) = bytes.lengthEncoded(at: end)
    else { return (start, nil) }
    guard all > 0 else { return (min(afterSets, content.upperBound), nil) }
    guard all <= UInt64(countLimit), afterSets <= content.upperBound,
      let (values, valuesStart) = types(bytes, afterSets..<content.upperBound, Int(all), nil, hasNames: true)
    else { return (start, nil) }
    var offset = valuesStart
    var traceParent: Range<Int>?
    for (index, value) in values.enumerated() where !isNull(index, bytes, afterSets) {
      guard let range = range(of: value.type, at: offset, bytes, content.upperBound) else { return (content.upperBound, traceParent) }
      if bytes.equalsIgnoringCase("traceparent", in: value.name) { traceParent = range }
      offset = range.upperBound
    }
    return (offset, traceParent)
  }

  private static func read(
    _ bytes: RawSpan, _ content: Range<Int>, _ count: Int, _ statement: MySQLStatement?, hasNames: Bool
  ) -> Parameters? {
    guard let (values, start) = types(bytes, content, count, statement?.types, hasNames: hasNames) else { return nil }
    var parameters = Parameters(text: [], types: [])
    var offset = start
    for (index, value) in values.enumerated() {
      parameters.types += [UInt8(truncatingIfNeeded: value.type), UInt8(truncatingIfNeeded: value.type >> 8)]
      var range: Range<Int>?
      if !isNull(index, bytes, content.lowerBound) {
        guard let found = self.range(of: value.type, at: offset, bytes, content.upperBound) else { return parameters }
        range = found
        offset = found.upperBound
      }
      if !value.name.isEmpty {
        // An attribute of the query, not a parameter.
        if bytes.equalsIgnoringCase("traceparent", in: value.name) { parameters.traceParent = range }
        continue
      }
      guard parameters.text.count < shownByteCount else { continue }
      if index > 0 { parameters.text += [0x2c, 0x20] }
      if statement?.digest.hasCredentials ?? false {
        parameters.text += mask
      } else if let range {
        append(value.type, range, bytes, to: &parameters.text)
      } else {
        parameters.text += Array("NULL".utf8)
      }
    }
    return parameters
  }

  private static func isNull(_ index: Int, _ bytes: RawSpan, _ bitmap: Int) -> Bool {
    (bytes.uint8(at: bitmap + index / 8) ?? 0) >> UInt8(index % 8) & 1 != 0
  }

  /// The types behind the bitmap of NULLs, or those that were sent before; and where the values begin.
  private static func types(
    _ bytes: RawSpan, _ content: Range<Int>, _ count: Int, _ known: [UInt8]?, hasNames: Bool
  ) -> ([(type: UInt16, name: Range<Int>)], Int)? {
    var offset = content.lowerBound + (count + 7) / 8
    guard let areNew = bytes.uint8(at: offset), areNew <= 1 else { return nil }
    offset += 1
    var types: [(type: UInt16, name: Range<Int>)] = []
    // The count is only believed as far as types follow.
    types.reserveCapacity(min(count, 64))
    guard areNew == 1 else {
      guard let known, known.count >= 2 * count else { return nil }
      for index in 0..<count { types.append((UInt16(known[2 * index]) | UInt16(known[2 * index + 1]) << 8, 0..<0)) }
      return (types, offset)
    }
    for _ in 0..<count {
      guard let type = bytes.littleEndian16(at: offset), offset + 2 <= content.upperBound else { return nil }
      offset += 2
      var name = 0..<0
      if hasNames {
        guard let range = bytes.lengthEncodedText(at: offset) else { return nil }
        name = range
        offset = range.upperBound
      }
      types.append((type, name))
    }
    return (types, offset)
  }

  private static func kind(_ type: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: type) }

  /// The bytes of a value; of a text without its length.
  private static func range(of type: UInt16, at offset: Int, _ bytes: RawSpan, _ end: Int) -> Range<Int>? {
    let length: Int
    switch kind(type) {
    case 0x01: length = 1
    case 0x02, 0x0d: length = 2
    case 0x03, 0x04, 0x09: length = 4
    case 0x05, 0x08: length = 8
    case 0x06: length = 0
    case 0x07, 0x0a, 0x0b, 0x0c: length = 1 + Int(bytes.uint8(at: offset) ?? 0)
    default:
      guard let text = bytes.lengthEncodedText(at: offset), text.upperBound <= end else { return nil }
      return text
    }
    return offset + length <= end ? offset..<offset + length : nil
  }

  private static func append(_ type: UInt16, _ range: Range<Int>, _ bytes: RawSpan, to text: inout [UInt8]) {
    let isUnsigned = type & 0x8000 != 0
    let start = range.lowerBound
    func add(_ value: some CustomStringConvertible) { text += Array(value.description.utf8) }
    switch kind(type) {
    case 0x01: if isUnsigned { add(bytes.load8(at: start)) } else { add(Int8(bitPattern: bytes.load8(at: start))) }
    case 0x02, 0x0d:
      let value = bytes.loadLittleEndian16(at: start)
      if isUnsigned { add(value) } else { add(Int16(bitPattern: value)) }
    case 0x03, 0x09:
      let value = bytes.loadLittleEndian32(at: start)
      if isUnsigned { add(value) } else { add(Int32(bitPattern: value)) }
    case 0x08:
      let value = bytes.loadLittleEndian64(at: start)
      if isUnsigned { add(value) } else { add(Int64(bitPattern: value)) }
    case 0x04: add(Float(bitPattern: bytes.loadLittleEndian32(at: start)))
    case 0x05: add(Double(bitPattern: bytes.loadLittleEndian64(at: start)))
    case 0x06: text += Array("NULL".utf8)
    case 0x07, 0x0a, 0x0c: text += MySQLTimeText.date(range, bytes)
    case 0x0b: text += MySQLTimeText.time(range, bytes)
    default:
      text.append(0x27)
      text += bytes.copy(range.prefix(shownValueByteCount))
      if range.count > shownValueByteCount { text += Array("…".utf8) }
      text.append(0x27)
    }
  }
}

/// Dates and times of the binary protocol as text. Source: "ProtocolBinary::MYSQL_TYPE_DATETIME", "ProtocolBinary::MYSQL_TYPE_TIME".
enum MySQLTimeText {
  /// A length, then year, month, day; hour, minute, second; microseconds, as far as the length says.
  static func date(_ range: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    let start = range.lowerBound + 1
    guard let year = bytes.littleEndian16(at: start), range.count >= 5 else { return Array("0000-00-00".utf8) }
    var text = padded(Int(year), 4) + [0x2d] + padded(bytes, start + 2) + [0x2d] + padded(bytes, start + 3)
    guard range.count >= 8 else { return text }
    text += [0x20] + padded(bytes, start + 4) + [0x3a] + padded(bytes, start + 5) + [0x3a] + padded(bytes, start + 6)
    if range.count >= 12, let fraction = bytes.littleEndian32(at: start + 7) { text += [0x2e] + padded(Int(fraction), 6) }
    return text
  }

  /// A length, then a sign, days, hours, minutes, seconds, microseconds.
  static func time(_ range: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    let start = range.lowerBound + 1
    guard range.count >= 9, let days = bytes.littleEndian32(at: start + 1) else { return Array("00:00:00".utf8) }
    let hours = Int(days) * 24 + Int(bytes.uint8(at: start + 5) ?? 0)
    var text: [UInt8] = bytes.uint8(at: start) == 1 ? [0x2d] : []
    text += padded(hours, 2) + [0x3a] + padded(bytes, start + 6) + [0x3a] + padded(bytes, start + 7)
    if range.count >= 13, let fraction = bytes.littleEndian32(at: start + 8) { text += [0x2e] + padded(Int(fraction), 6) }
    return text
  }

  private static func padded(_ bytes: RawSpan, _ offset: Int) -> [UInt8] { padded(Int(bytes.uint8(at: offset) ?? 0), 2) }

  private static func padded(_ value: Int, _ width: Int) -> [UInt8] {
    let digits = Array(String(value).utf8)
    return [UInt8](repeating: 0x30, count: max(0, width - digits.count)) + digits
  }
}
