import Wire

/// Reads the head of a message, in the binary protocol (with or without a version) and in the compact one.
///
///     binary, strict     80 01 00 type   name length (4)  name  sequence (4)
///     binary, old        name length (4) name  type (1)  sequence (4)
///     compact            82  type (3 bits) version 1 (5 bits)  sequence (varint)  name length (varint)  name
///
/// Source: Thrift specification, "Thrift Binary protocol encoding" and "Thrift Compact protocol encoding".
enum ThriftHeadReader {
  /// Bytes of a method's name, with the service before it where several share a connection.
  static let longestName = 256
  /// Bytes of an exception that are read.
  static let longestException = 4096

  enum Result {
    case head(ThriftMessage, end: Int)
    case incomplete
    case none
  }

  /// The head at `start`; nothing of the message lies at or behind `limit`.
  static func read(_ bytes: RawSpan, at start: Int, limit: Int) -> Result {
    guard let first = bytes.uint8(at: start) else { return .incomplete }
    switch first {
    case 0x80: return strict(bytes, start, limit)
    case 0x82: return compact(bytes, start, limit)
    case 0: return old(bytes, start, limit)
    default: return .none
    }
  }

  private static func strict(_ bytes: RawSpan, _ start: Int, _ limit: Int) -> Result {
    guard let version = bytes.bigEndian32(at: start) else {
      return bytes.uint8(at: start + 1) ?? 1 == 1 && bytes.uint8(at: start + 2) ?? 0 == 0 ? .incomplete : .none
    }
    guard version >> 8 == 0x80_0100, let kind = ThriftMessage.Kind(rawValue: UInt8(version & 0xff)) else { return .none }
    guard let length = bytes.bigEndian32(at: start + 4) else { return .incomplete }
    guard let name = name(bytes, start + 8, Int(length), limit) else { return .none }
    guard let sequence = bytes.bigEndian32(at: name.upperBound) else { return .incomplete }
    return .head(
      ThriftMessage(kind: kind, encoding: .binary, name: name, sequence: sequence), end: name.upperBound + 4)
  }

  private static func old(_ bytes: RawSpan, _ start: Int, _ limit: Int) -> Result {
    guard let length = bytes.bigEndian32(at: start) else { return .incomplete }
    guard let name = name(bytes, start + 4, Int(length), limit) else { return .none }
    guard let code = bytes.uint8(at: name.upperBound) else { return .incomplete }
    guard let kind = ThriftMessage.Kind(rawValue: code) else { return .none }
    guard let sequence = bytes.bigEndian32(at: name.upperBound + 1) else { return .incomplete }
    return .head(ThriftMessage(kind: kind, encoding: .binary, name: name, sequence: sequence), end: name.upperBound + 5)
  }

  private static func compact(_ bytes: RawSpan, _ start: Int, _ limit: Int) -> Result {
    guard let second = bytes.uint8(at: start + 1) else { return .incomplete }
    guard second & 0x1f == 1, let kind = ThriftMessage.Kind(rawValue: second >> 5) else { return .none }
    var offset = start + 2
    guard let sequence = ThriftVariableInteger.read(bytes, &offset) else {
      return bytes.byteCount - offset < ThriftVariableInteger.longest ? .incomplete : .none
    }
    guard let length = ThriftVariableInteger.read(bytes, &offset) else {
      return bytes.byteCount - offset < ThriftVariableInteger.longest ? .incomplete : .none
    }
    guard length <= longestName, let name = name(bytes, offset, Int(length), limit) else { return .none }
    guard name.upperBound <= bytes.byteCount else { return .incomplete }
    return .head(
      ThriftMessage(kind: kind, encoding: .compact, name: name, sequence: UInt32(truncatingIfNeeded: sequence)), end: name.upperBound)
  }

  /// Where a name of `length` bytes lies; `nil` when it cannot be one, as far as it is there.
  private static func name(_ bytes: RawSpan, _ start: Int, _ length: Int, _ limit: Int) -> Range<Int>? {
    guard length > 1, length <= longestName, start + length <= limit else { return nil }
    for offset in start..<min(start + length, bytes.byteCount) where !bytes.load8(at: offset).isThriftNameCharacter { return nil }
    return start..<start + length
  }
}

/// Seven bits a byte, the lowest first.
enum ThriftVariableInteger {
  static let longest = 10

  static func read(_ bytes: RawSpan, _ offset: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<longest {
      guard let byte = bytes.uint8(at: offset + index) else { return nil }
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte & 0x80 == 0 {
        offset += index + 1
        return value
      }
    }
    return nil
  }

  /// Signed integers alternate: 0, -1, 1, -2.
  static func signed(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
}

extension UInt8 {
  /// Identifiers, with what joins a service to its method.
  fileprivate var isThriftNameCharacter: Bool {
    isASCIILetter || isASCIIDigit || self == 0x5f || self == 0x2e || self == 0x3a || self == 0x2d || self == 0x2f || self == 0x24
  }
}
