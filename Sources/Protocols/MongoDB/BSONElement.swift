import Wire

/// The beginning of an element: its type, its name, and how long its value is.
///
/// Source: bsonspec.org, version 1.1.
struct BSONElement {
  /// Bytes of a name that are looked through for its end.
  static let longestName = 1024
  /// Bytes of a regular expression.
  private static let longestExpression = 8192

  var type: UInt8
  var name: Range<Int>
  /// Offset behind the name.
  var valueStart: Int
  /// Bytes of the value, those of its own length included.
  var valueByteCount: Int
  var end: Int { valueStart + valueByteCount }

  enum Reading {
    case element(BSONElement)
    /// The zero that ends a document.
    case endOfDocument
    case incomplete
    case invalid
  }

  /// The element at `offset`. Of its value no more need be there than its length.
  static func read(_ bytes: RawSpan, at offset: Int) -> Reading {
    guard let type = bytes.uint8(at: offset) else { return .incomplete }
    guard type != 0 else { return .endOfDocument }
    guard BSONType.isOne(type) else { return .invalid }
    guard let nameEnd = bytes.firstIndex(of: 0, from: offset + 1, to: offset + 1 + longestName) else {
      return bytes.byteCount - offset > longestName ? .invalid : .incomplete
    }
    let start = nameEnd + 1
    let count: Int
    switch BSONType.size(type) {
    case .fixed(let fixed): count = fixed
    case .prefixed(let extra, let least):
      guard let word = bytes.littleEndian32(at: start) else { return .incomplete }
      guard word >= least, word <= UInt32(Int32.max) else { return .invalid }
      count = Int(word) + extra
    case .expression:
      guard let pattern = bytes.firstIndex(of: 0, from: start, to: start + longestExpression),
        let options = bytes.firstIndex(of: 0, from: pattern + 1, to: pattern + 1 + longestName)
      else { return bytes.byteCount - start > longestExpression + longestName ? .invalid : .incomplete }
      count = options + 1 - start
    }
    return .element(BSONElement(type: type, name: offset + 1..<nameEnd, valueStart: start, valueByteCount: count))
  }

  /// A text's bytes, without its length and the zero at its end, as far as they are there.
  func text(_ bytes: RawSpan, atMost limit: Int) -> Range<Int>? {
    guard type == BSONType.string, valueByteCount >= 5, bytes.byteCount >= valueStart + 4 else { return nil }
    return valueStart + 4..<min(end - 1, bytes.byteCount, valueStart + 4 + limit)
  }

  /// A number of any of the types that servers use for one.
  func integer(_ bytes: RawSpan) -> Int64? {
    switch type {
    case BSONType.int32: bytes.littleEndian32(at: valueStart).map { Int64(Int32(bitPattern: $0)) }
    case BSONType.int64: bytes.littleEndian64(at: valueStart).map { Int64(bitPattern: $0) }
    case BSONType.double: bytes.littleEndian64(at: valueStart).flatMap { Int64(exactly: Double(bitPattern: $0).rounded()) }
    case BSONType.boolean: bytes.uint8(at: valueStart).map { Int64($0) }
    default: nil
    }
  }

  func hasName(_ text: StaticString, _ bytes: RawSpan) -> Bool {
    name.count == text.utf8CodeUnitCount && bytes.hasBytes(text, at: name.lowerBound)
  }
}

enum BSONType {
  static let double: UInt8 = 0x01
  static let string: UInt8 = 0x02
  static let document: UInt8 = 0x03
  static let array: UInt8 = 0x04
  static let binary: UInt8 = 0x05
  static let objectIdentifier: UInt8 = 0x07
  static let boolean: UInt8 = 0x08
  static let date: UInt8 = 0x09
  static let null: UInt8 = 0x0a
  static let int32: UInt8 = 0x10
  static let timestamp: UInt8 = 0x11
  static let int64: UInt8 = 0x12

  enum Size {
    case fixed(Int)
    /// A length of four bytes, and so many bytes beside what it counts; it is at least so large.
    case prefixed(extra: Int, least: UInt32)
    /// Two texts that end with a zero.
    case expression
  }

  static func isOne(_ type: UInt8) -> Bool { type >= 0x01 && type <= 0x13 || type == 0x7f || type == 0xff }

  static func size(_ type: UInt8) -> Size {
    switch type {
    case double, date, timestamp, int64: .fixed(8)
    case string, 0x0d, 0x0e: .prefixed(extra: 4, least: 1)
    case document, array: .prefixed(extra: 0, least: 5)
    case 0x0f: .prefixed(extra: 0, least: 14)
    case binary: .prefixed(extra: 5, least: 0)
    case 0x0c: .prefixed(extra: 16, least: 1)
    case objectIdentifier: .fixed(12)
    case boolean: .fixed(1)
    case 0x0b: .expression
    case int32: .fixed(4)
    case 0x13: .fixed(16)
    default: .fixed(0)
    }
  }
}
