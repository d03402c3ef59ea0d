/// Text inside XML, in an element or in an attribute between double quotes (XML 1.0 §2.2, §2.4).
extension [UInt8] {
  /// Markup is escaped; what a terminal must not see is shown as an escape here too, since XML may not hold control characters at all.
  mutating func append(xml text: String) {
    var visible: [UInt8] = []
    visible.append(terminal: text)
    visible.withUnsafeBytes { raw in
      var offset = 0
      while offset < raw.count {
        let (scalar, byteCount) = CapturedText.scalar(raw, at: offset)
        switch scalar {
        case 0x26: append("&amp;")
        case 0x3c: append("&lt;")
        case 0x3e: append("&gt;")
        case 0x22: append("&quot;")
        case 0x27: append("&#39;")
        // Noncharacters that XML excludes.
        case 0xfffe, 0xffff: append(scalar: 0xfffd)
        default: append(contentsOf: raw[offset..<(offset + byteCount)])
        }
        offset += byteCount
      }
    }
  }

  /// ` name="value"`.
  mutating func append(attribute name: StaticString, _ value: String) {
    append(" ")
    append(name)
    append("=\"")
    append(xml: value)
    append("\"")
  }

  /// ` name="12.5"`: a coordinate, in hundredths of a pixel at most.
  mutating func append(attribute name: StaticString, _ value: Double) {
    append(" ")
    append(name)
    append("=\"")
    append(coordinate: value)
    append("\"")
  }

  mutating func append(coordinate value: Double) {
    let hundredths = Int64((value * 100).rounded())
    if hundredths % 100 == 0 {
      appendDecimal(hundredths / 100)
    } else {
      appendFixed(hundredths, fractionDigits: 2)
    }
  }
}
