import Wire

/// The first line of a value: its type and, of a type with a length or a count, the number.
///
/// Source: Redis serialization protocol specification, RESP2 and RESP3.
struct RESPElement {
  enum Kind {
    /// Complete with its line: simple string, error, integer, null, boolean, double, big number.
    case line
    /// So many bytes and a line end follow: bulk string, bulk error, verbatim string.
    case bulk(Int)
    /// So many elements follow: array, set, push; twice the number of a map's entries.
    case aggregate(Int)
    /// So many elements follow, and then the value that they describe.
    case attribute(Int)
  }

  /// Bytes of a line of text, and of one with a number.
  static let longestLine = 65_536
  static let longestNumberLine = 32
  /// Bytes of one bulk string. Servers allow 512 MiB by default.
  static let longestBulk = 1 << 40
  /// Elements of one aggregate.
  static let mostElements = 1 << 30

  var type: UInt8
  var kind: Kind
  /// Offset of the line's text, behind the type.
  var textStart: Int
  /// Offset of the carriage return.
  var textEnd: Int
  /// Offset behind the line.
  var end: Int { textEnd + 2 }

  enum Reading {
    case element(RESPElement)
    case incomplete
    case invalid(StaticString)
  }

  /// The element at `offset`; its line end is looked for from `scanned` on.
  static func read(_ bytes: RawSpan, _ offset: Int, scanned: Int = 0) -> Reading {
    guard let type = bytes.uint8(at: offset) else { return .incomplete }
    let isText: Bool
    switch type {
    case RESPType.simpleString, RESPType.simpleError, RESPType.bigNumber: isText = true
    case RESPType.integer, RESPType.bulkString, RESPType.array, RESPType.null, RESPType.boolean, RESPType.double, RESPType.bulkError,
      RESPType.verbatimString, RESPType.map, RESPType.set, RESPType.push, RESPType.attribute:
      isText = false
    default: return .invalid("an unknown type of value")
    }
    let limit = isText ? longestLine : longestNumberLine
    guard let lineFeed = bytes.firstIndex(of: 0x0a, from: max(offset + 1, scanned), to: offset + limit) else {
      return bytes.byteCount - offset < limit ? checkPrefix(bytes, offset, isText) : .invalid("a line longer than the limit")
    }
    let textStart = offset + 1
    guard lineFeed > textStart, bytes.load8(at: lineFeed - 1) == 0x0d else {
      return .invalid("a line that does not end with a carriage return and a line feed")
    }
    let text = textStart..<lineFeed - 1
    guard let kind = kind(type, text, bytes) else { return .invalid("a malformed number or length") }
    return .element(RESPElement(type: type, kind: kind, textStart: text.lowerBound, textEnd: text.upperBound))
  }

  /// What there is of a line with a number must be of one, so that foreign bytes do not wait for a line end.
  private static func checkPrefix(_ bytes: RawSpan, _ offset: Int, _ isText: Bool) -> Reading {
    guard !isText else { return .incomplete }
    for index in offset + 1..<bytes.byteCount {
      let byte = bytes.load8(at: index)
      guard byte.isASCIILetter || byte.isASCIIDigit || byte.isSign || byte == 0x2e || byte == 0x0d else {
        return .invalid("a malformed number or length")
      }
    }
    return .incomplete
  }

  private static func kind(_ type: UInt8, _ text: Range<Int>, _ bytes: RawSpan) -> Kind? {
    switch type {
    case RESPType.simpleString, RESPType.simpleError, RESPType.bigNumber: return .line
    case RESPType.null: return text.isEmpty ? .line : nil
    case RESPType.boolean:
      return text.count == 1 && (bytes.load8(at: text.lowerBound) == 0x74 || bytes.load8(at: text.lowerBound) == 0x66) ? .line : nil
    case RESPType.integer: return isInteger(text, bytes) ? .line : nil
    case RESPType.double: return isDouble(text, bytes) ? .line : nil
    case RESPType.bulkString, RESPType.bulkError, RESPType.verbatimString:
      guard let length = count(text, bytes) else { return nil }
      return length < 0 ? .line : length <= longestBulk ? .bulk(length) : nil
    case RESPType.array, RESPType.set, RESPType.push:
      guard let count = count(text, bytes), count <= mostElements else { return nil }
      return count < 0 ? .line : .aggregate(count)
    case RESPType.map, RESPType.attribute:
      guard let count = count(text, bytes), count <= mostElements / 2 else { return nil }
      if count < 0 { return .line }
      return type == RESPType.attribute ? .attribute(2 * count) : .aggregate(2 * count)
    default: return nil
    }
  }

  /// A length or a count; -1 is the null of RESP2.
  private static func count(_ text: Range<Int>, _ bytes: RawSpan) -> Int? {
    if text.count == 2, bytes.hasBytes("-1", at: text.lowerBound) { return -1 }
    return bytes.decimal(in: text)
  }

  private static func isInteger(_ text: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard let first = text.first else { return false }
    let sign = bytes.load8(at: first)
    return bytes.decimal(in: (sign.isSign ? first + 1 : first)..<text.upperBound) != nil || isLeastInteger(text, bytes)
  }

  /// -2^63, whose digits alone do not fit.
  private static func isLeastInteger(_ text: Range<Int>, _ bytes: RawSpan) -> Bool {
    text.count == 20 && bytes.hasBytes("-9223372036854775808", at: text.lowerBound)
  }

  /// Digits, signs, a point, an exponent, `inf` or `nan`.
  private static func isDouble(_ text: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard !text.isEmpty else { return false }
    for index in text {
      let byte = bytes.load8(at: index)
      guard byte.isASCIIDigit || byte.isASCIILetter || byte == 0x2e || byte.isSign else { return false }
    }
    return true
  }
}

/// The first byte of a value. Source: RESP specification, "RESP protocol description".
enum RESPType {
  static let simpleString: UInt8 = 0x2b  // +
  static let simpleError: UInt8 = 0x2d  // -
  static let integer: UInt8 = 0x3a  // :
  static let bulkString: UInt8 = 0x24  // $
  static let array: UInt8 = 0x2a  // *
  static let null: UInt8 = 0x5f  // _
  static let boolean: UInt8 = 0x23  // #
  static let double: UInt8 = 0x2c  // ,
  static let bigNumber: UInt8 = 0x28  // (
  static let bulkError: UInt8 = 0x21  // !
  static let verbatimString: UInt8 = 0x3d  // =
  static let map: UInt8 = 0x25  // %
  static let set: UInt8 = 0x7e  // ~
  static let push: UInt8 = 0x3e  // >
  static let attribute: UInt8 = 0x7c  // |
}

extension UInt8 {
  fileprivate var isSign: Bool { self == 0x2b || self == 0x2d }
}
