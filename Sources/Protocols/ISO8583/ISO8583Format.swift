import Wire

/// The form of messages: none of it is said on the wire, so that it is found by trying until a message's elements end where it ends.
struct ISO8583Format: Hashable, Sendable {
  /// How the length stands before a message; it does not count itself.
  enum Framing: UInt8, Sendable, CaseIterable {
    case binary
    case digits

    var byteCount: Int { self == .binary ? 2 : 4 }
  }

  /// What stands between the length and the message's type.
  enum Prefix: UInt8, Sendable, CaseIterable {
    case none
    /// 60, a destination and a source. Source: ISO 8583 over X.25 and its successors, "TPDU".
    case transport
    /// "ISO" and nine digits, of BASE24.
    case base24
    /// 46 bytes that begin with their own length, of UnionPay.
    case unionPay

    var byteCount: Int {
      switch self {
      case .none: 0
      case .transport: 5
      case .base24: 12
      case .unionPay: 46
      }
    }

    /// Whether the prefix is this one, as far as it is there.
    func matches(_ bytes: RawSpan, _ start: Int) -> Bool {
      guard let first = bytes.uint8(at: start) else { return true }
      switch self {
      case .none: return true
      case .transport: return first == 0x60
      case .base24: return first == UInt8(ascii: "I") && bytes.uint8(at: start + 1) ?? UInt8(ascii: "S") == UInt8(ascii: "S")
      case .unionPay: return first == 46
      }
    }
  }

  enum Encoding: UInt8, Sendable, CaseIterable {
    /// Digits and letters, the bitmap in bytes.
    case text
    /// Digits and letters, the bitmap and binary elements in hexadecimal.
    case hexadecimal
    /// Two digits a byte, letters as they are.
    case packed

    var typeByteCount: Int { self == .packed ? 2 : 4 }
    var bitmapByteCount: Int { self == .hexadecimal ? 16 : 8 }
  }

  var framing: Framing
  var prefix: Prefix
  var encoding: Encoding

  /// Offset of the message's type.
  var typeOffset: Int { framing.byteCount + prefix.byteCount }

  static let all: [ISO8583Format] = Framing.allCases.flatMap { framing in
    Prefix.allCases.flatMap { prefix in Encoding.allCases.map { ISO8583Format(framing: framing, prefix: prefix, encoding: $0) } }
  }

  /// The message's end by its length; `nil` when the length is not there, or none.
  func end(_ bytes: RawSpan) -> Int? {
    switch framing {
    case .binary: bytes.bigEndian16(at: 0).map { 2 + Int($0) }
    case .digits: bytes.byteCount < 4 ? nil : bytes.decimal(in: 0..<4).map { 4 + $0 }
    }
  }

  /// Whether the beginning can be one of this form, as far as it is there: the length, what stands behind it, the type.
  func matches(_ bytes: RawSpan) -> Bool {
    if framing == .digits {
      for index in 0..<min(4, bytes.byteCount) where !bytes.load8(at: index).isASCIIDigit { return false }
    }
    if let end = end(bytes), end < typeOffset + encoding.typeByteCount + encoding.bitmapByteCount { return false }
    guard prefix.matches(bytes, framing.byteCount) else { return false }
    guard bytes.byteCount >= typeOffset + encoding.typeByteCount else { return true }
    return type(bytes) != nil
  }

  /// The message's type: version 0 (1987), class, function, origin. Source: §4.1.
  func type(_ bytes: RawSpan) -> UInt16? {
    let type: UInt16
    if encoding == .packed {
      guard let packed = bytes.bigEndian16(at: typeOffset) else { return nil }
      type = packed
    } else {
      var value: UInt16 = 0
      for index in 0..<4 {
        guard let digit = bytes.uint8(at: typeOffset + index), digit.isASCIIDigit else { return nil }
        value = value << 4 | UInt16(digit - 0x30)
      }
      type = value
    }
    guard type >> 12 == 0, (1...8).contains(type >> 8 & 15), type >> 4 & 15 <= 7, type & 15 <= 5 else { return nil }
    return type
  }
}
