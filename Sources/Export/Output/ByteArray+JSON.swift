/// JSON strings (RFC 8259 §7) from text that came from a capture.
extension [UInt8] {
  /// A quoted string of valid UTF-8. Besides what JSON demands, characters that could harm a terminal are escaped: that changes
  /// the bytes, not the value.
  package mutating func append(json bytes: UnsafeRawBufferPointer) {
    append(UInt8(ascii: "\""))
    var copied = 0
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        offset += 1
        continue
      }
      let (scalar, byteCount) = CapturedText.scalar(bytes, at: offset)
      // A valid scalar beyond ASCII that is safe stays part of the run that is copied as it is; U+FFFD may stand for bytes that
      // must not be copied.
      if byte >= 0x80, scalar != 0xfffd, !CapturedText.isUnsafe(scalar) {
        offset += byteCount
        continue
      }
      append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[copied..<offset]))
      appendJSONEscape(scalar)
      offset += byteCount
      copied = offset
    }
    append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[copied..<offset]))
    append(UInt8(ascii: "\""))
  }

  package mutating func append(json text: String) {
    var text = text
    text.withUTF8 { append(json: UnsafeRawBufferPointer($0)) }
  }

  /// A name of the program's own, which needs no escape.
  @inline(__always)
  mutating func append(json name: StaticString) {
    append(UInt8(ascii: "\""))
    append(name)
    append(UInt8(ascii: "\""))
  }

  private mutating func appendJSONEscape(_ scalar: UInt32) {
    switch scalar {
    case 0x22: append("\\\"")
    case 0x5c: append("\\\\")
    case 0x0a: append("\\n")
    case 0x0d: append("\\r")
    case 0x09: append("\\t")
    case 0xfffd: append(scalar: scalar)
    case ..<0x10000:
      append("\\u")
      appendHexadecimal(scalar, digitCount: 4)
    default:
      // RFC 8259 §7: beyond the basic plane as a surrogate pair.
      append("\\u")
      appendHexadecimal(0xd800 + (scalar - 0x10000) >> 10, digitCount: 4)
      append("\\u")
      appendHexadecimal(0xdc00 + (scalar - 0x10000) & 0x3ff, digitCount: 4)
    }
  }
}
