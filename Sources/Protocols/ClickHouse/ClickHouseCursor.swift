import Wire

/// Reads numbers and texts one after another. A reading that gives nothing is not there as a whole, or is not valid: `isInvalid` tells.
struct ClickHouseCursor: Sendable {
  /// Bytes of a text that must be there as a whole: a name, a type, a setting.
  static let longestText = 64 * 1024
  /// Settings of a query, or of a server.
  private static let settingLimit = 4096

  var offset: Int
  private(set) var isInvalid = false

  init(_ offset: Int) { self.offset = offset }

  /// Seven bits a byte, the lowest first.
  mutating func number(_ bytes: RawSpan) -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<10 {
      guard let byte = bytes.uint8(at: offset + index) else { return nil }
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte & 0x80 == 0 {
        offset += index + 1
        return value
      }
    }
    isInvalid = true
    return nil
  }

  mutating func byte(_ bytes: RawSpan) -> UInt8? {
    guard let byte = bytes.uint8(at: offset) else { return nil }
    offset += 1
    return byte
  }

  mutating func littleEndian64(_ bytes: RawSpan) -> UInt64? {
    guard let value = bytes.littleEndian64(at: offset) else { return nil }
    offset += 8
    return value
  }

  /// A byte that says yes or no.
  mutating func flag(_ bytes: RawSpan) -> Bool? {
    guard let byte = byte(bytes) else { return nil }
    if byte > 1 { isInvalid = true }
    return byte > 1 ? nil : byte == 1
  }

  mutating func text(_ bytes: RawSpan) -> Range<Int>? {
    guard let length = number(bytes) else { return nil }
    guard length <= UInt64(ClickHouseCursor.longestText) else {
      isInvalid = true
      return nil
    }
    let range = offset..<offset + Int(length)
    guard range.upperBound <= bytes.byteCount else { return nil }
    offset = range.upperBound
    return range
  }

  /// A text without control characters.
  mutating func line(_ bytes: RawSpan) -> Range<Int>? {
    let start = offset
    guard let range = text(bytes) else {
      // What is there of it is looked at already.
      var ahead = ClickHouseCursor(start)
      if !isInvalid, ahead.number(bytes) != nil, ahead.offset <= bytes.byteCount, !bytes.isText(ahead.offset..<bytes.byteCount) {
        isInvalid = true
      }
      return nil
    }
    if !bytes.isText(range) { isInvalid = true }
    return isInvalid ? nil : range
  }

  /// What was read makes no sense.
  mutating func refuse() -> Bool? {
    isInvalid = true
    return nil
  }

  mutating func skip(_ byteCount: Int, _ bytes: RawSpan) -> Bool? {
    guard byteCount <= bytes.byteCount - offset else { return nil }
    offset += byteCount
    return true
  }

  mutating func texts(_ count: Int, _ bytes: RawSpan) -> Bool? {
    for _ in 0..<count where text(bytes) == nil { return nil }
    return true
  }

  /// Names, flags and values; an empty name ends them.
  mutating func settings(_ bytes: RawSpan) -> Bool? {
    for _ in 0..<ClickHouseCursor.settingLimit {
      guard let name = text(bytes) else { return nil }
      if name.isEmpty { return true }
      guard number(bytes) != nil, text(bytes) != nil else { return nil }
    }
    isInvalid = true
    return nil
  }

  /// Before revision 54429: values are numbers or texts, and only their names would tell which. What follows a value must be a name.
  mutating func binarySettings(_ bytes: RawSpan) -> Bool? {
    for _ in 0..<ClickHouseCursor.settingLimit {
      guard let name = text(bytes) else { return nil }
      if name.isEmpty { return true }
      guard isName(name, bytes) else {
        isInvalid = true
        return nil
      }
      var asNumber = self
      if asNumber.number(bytes) != nil, asNumber.beginsName(bytes) {
        self = asNumber
      } else if text(bytes) == nil {
        return nil
      }
    }
    isInvalid = true
    return nil
  }

  private func beginsName(_ bytes: RawSpan) -> Bool {
    var ahead = self
    guard let name = ahead.text(bytes) else { return false }
    return name.isEmpty || isName(name, bytes)
  }

  private func isName(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard range.count >= 3, range.count <= 128 else { return false }
    for index in range {
      let byte = bytes.load8(at: index)
      guard byte.isASCIILetter || byte.isASCIIDigit || byte == 0x5f else { return false }
    }
    return true
  }
}
