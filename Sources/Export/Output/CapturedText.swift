/// Reading text that came from a capture: it need not be UTF-8, and it may be written to harm a terminal or a reader.
enum CapturedText {
  /// The scalar that begins at `offset`, and its length in bytes. What is not UTF-8 is U+FFFD, one for each maximal
  /// subpart (Unicode 15 §3.9, table 3-7 and practice for U+FFFD), as `String(decoding:as:)` does.
  @inline(__always)
  static func scalar(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> (value: UInt32, byteCount: Int) {
    let lead = bytes[offset]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let replacement: UInt32 = 0xfffd
    var lower: UInt8 = 0x80
    var upper: UInt8 = 0xbf
    let tailCount: Int
    var value: UInt32
    switch lead {
    case 0xc2...0xdf: (tailCount, value) = (1, UInt32(lead & 0x1f))
    case 0xe0...0xef:
      (tailCount, value) = (2, UInt32(lead & 0x0f))
      if lead == 0xe0 { lower = 0xa0 }
      if lead == 0xed { upper = 0x9f }
    case 0xf0...0xf4:
      (tailCount, value) = (3, UInt32(lead & 0x07))
      if lead == 0xf0 { lower = 0x90 }
      if lead == 0xf4 { upper = 0x8f }
    default: return (replacement, 1)
    }
    for index in 1...tailCount {
      guard offset + index < bytes.count else { return (replacement, index) }
      let byte = bytes[offset + index]
      guard byte >= lower, byte <= upper else { return (replacement, index) }
      value = value << 6 | UInt32(byte & 0x3f)
      (lower, upper) = (0x80, 0xbf)
    }
    return (value, tailCount + 1)
  }

  static func forEachScalar(_ bytes: UnsafeRawBufferPointer, _ body: (UInt32) -> Void) {
    var offset = 0
    while offset < bytes.count {
      let (scalar, byteCount) = scalar(bytes, at: offset)
      body(scalar)
      offset += byteCount
    }
  }

  /// Whether a database can take the bytes as a text: they are UTF-8, without NUL, which would end the text for many readers.
  static func isStorable(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let (scalar, byteCount) = scalar(bytes, at: offset)
      if scalar == 0 || scalar == 0xfffd { return false }
      offset += byteCount
    }
    return true
  }

  /// Whether a scalar must not reach a terminal as it is: control characters, and characters that have no shape of their own
  /// but change how others are shown (bidirectional controls, joiners, tags, line separators).
  @inline(__always)
  static func isUnsafe(_ scalar: UInt32) -> Bool {
    if scalar < 0x300 { return scalar < 0x20 || (scalar >= 0x7f && scalar < 0xa0) || scalar == 0xad }
    switch scalar {
    case 0x61c, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb, 0xe0000...0xe007f: return true
    default: return false
    }
  }

  /// Columns of a terminal that a scalar takes (Unicode Standard Annex #11, coarsely): 0 for combining marks, 2 for East Asian wide
  /// characters and pictographs.
  static func columnCount(_ scalar: UInt32) -> Int {
    switch scalar {
    case ..<0x300: 1
    case 0x300...0x36f, 0x483...0x489, 0x591...0x5bd, 0x610...0x61a, 0x64b...0x65f, 0x1ab0...0x1aff, 0x1dc0...0x1dff, 0x20d0...0x20ff,
      0xfe00...0xfe0f, 0xfe20...0xfe2f:
      0
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      2
    default: 1
    }
  }
}

extension [UInt8] {
  /// Text for a terminal: valid UTF-8 in which every unsafe character is written as an escape (`\n`, `\x1b`, `\u{202e}`).
  package mutating func append(terminal bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset < bytes.count {
      let (scalar, byteCount) = CapturedText.scalar(bytes, at: offset)
      if CapturedText.isUnsafe(scalar) {
        appendEscape(scalar)
      } else {
        append(scalar: scalar)
      }
      offset += byteCount
    }
  }

  package mutating func append(terminal text: String) {
    var text = text
    text.withUTF8 { append(terminal: UnsafeRawBufferPointer($0)) }
  }

  private mutating func appendEscape(_ scalar: UInt32) {
    switch scalar {
    case 0x0a: append("\\n")
    case 0x0d: append("\\r")
    case 0x09: append("\\t")
    case ..<0x100:
      append("\\x")
      appendHexadecimal(scalar, digitCount: 2)
    default:
      append("\\u{")
      appendHexadecimal(scalar, digitCount: scalar > 0xffff ? 5 : 4)
      append("}")
    }
  }

  mutating func appendHexadecimal(_ value: UInt32, digitCount: Int) {
    for index in (0..<digitCount).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> UInt32(4 * index)) & 0xf
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  mutating func append(scalar value: UInt32) {
    switch value {
    case ..<0x80: append(UInt8(value))
    case ..<0x800:
      append(UInt8(0xc0 | value >> 6))
      append(UInt8(0x80 | value & 0x3f))
    case ..<0x10000:
      append(UInt8(0xe0 | value >> 12))
      append(UInt8(0x80 | value >> 6 & 0x3f))
      append(UInt8(0x80 | value & 0x3f))
    default:
      append(UInt8(0xf0 | value >> 18))
      append(UInt8(0x80 | value >> 12 & 0x3f))
      append(UInt8(0x80 | value >> 6 & 0x3f))
      append(UInt8(0x80 | value & 0x3f))
    }
  }
}
