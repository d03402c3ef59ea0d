import Wire

/// What begins every segment. Both ends say how they write numbers; the length is always written with its highest byte first.
///
///      0  "TSH ", "TSHC" or "TSHM", in ASCII or EBCDIC
///      4  length of the segment, these bytes included
///      8  of "TSHM": conversation (4), request (4); the others stand 8 bytes earlier without
///     16  byte order (1): 1 highest byte first, 2 lowest
///     17  type (1), flags (1), flags (1), unit of work (8), encoding (4), character set (2), 0 (2)
struct WebSphereMQSegment: Sendable {
  static let shortByteCount = 28
  static let longByteCount = 36
  /// The longest segment taken at its word; a message longer than what the ends agreed on comes in several.
  static let longestSegment = 1 << 24

  var byteCount: Int
  var length: Int
  var conversation: UInt32?
  var request: UInt32?
  var isLittleEndian: Bool
  var isEBCDIC: Bool
  var type: WebSphereMQType
  var flags: UInt8

  var wantsConfirmation: Bool { flags & 0x01 != 0 }
  var isFirst: Bool { flags & 0x10 != 0 }
  var isLast: Bool { flags & 0x20 != 0 }

  enum Reading {
    case segment(WebSphereMQSegment)
    case incomplete
    case none
  }

  static func read(_ bytes: RawSpan) -> Reading {
    let isEBCDIC = bytes.uint8(at: 0) == 0xe3
    for index in 0..<min(4, bytes.byteCount) where !isEyecatcher(bytes.load8(at: index), at: index, isEBCDIC) { return .none }
    guard let fourth = bytes.uint8(at: 3), let length = bytes.bigEndian32(at: 4) else { return .incomplete }
    guard Int(length) >= shortByteCount, Int(length) <= longestSegment else { return .none }
    let isLong = fourth == (isEBCDIC ? 0xd4 : UInt8(ascii: "M"))
    let start = isLong ? 16 : 8
    guard let order = bytes.uint8(at: start), let type = bytes.uint8(at: start + 1), let flags = bytes.uint8(at: start + 2) else {
      return .incomplete
    }
    guard order == 1 || order == 2, !isLong || Int(length) >= longByteCount else { return .none }
    let segment = WebSphereMQSegment(
      byteCount: isLong ? longByteCount : shortByteCount, length: Int(length), conversation: isLong ? bytes.bigEndian32(at: 8) : nil,
      request: isLong ? bytes.bigEndian32(at: 12) : nil, isLittleEndian: order == 2, isEBCDIC: isEBCDIC,
      type: WebSphereMQType(rawValue: type), flags: flags)
    return segment.type.name == nil ? .none : .segment(segment)
  }

  private static func isEyecatcher(_ byte: UInt8, at index: Int, _ isEBCDIC: Bool) -> Bool {
    switch (index, isEBCDIC) {
    case (0, false): byte == UInt8(ascii: "T")
    case (1, false): byte == UInt8(ascii: "S")
    case (2, false): byte == UInt8(ascii: "H")
    case (3, false): byte == UInt8(ascii: " ") || byte == UInt8(ascii: "C") || byte == UInt8(ascii: "M")
    case (0, true): byte == 0xe3
    case (1, true): byte == 0xe2
    case (2, true): byte == 0xc8
    default: byte == 0x40 || byte == 0xc3 || byte == 0xd4
    }
  }

  /// A number as this end writes it.
  func number(at offset: Int, _ bytes: RawSpan) -> UInt32? {
    isLittleEndian ? bytes.littleEndian32(at: offset) : bytes.bigEndian32(at: offset)
  }
}
