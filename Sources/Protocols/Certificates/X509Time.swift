import Wire

/// UTCTime and GeneralizedTime as RFC 3339 text. Source: RFC 5280 §4.1.2.5.
enum X509Time {
  static func text(_ element: DERElement, _ bytes: RawSpan) -> [UInt8]? {
    let yearDigitCount: Int
    switch element.tag {
    case DERReader.utcTime: yearDigitCount = 2
    case DERReader.generalizedTime: yearDigitCount = 4
    default: return nil
    }
    let digits = bytes.copy(element.content)
    // Both are to end with seconds and "Z"; some certificates leave the seconds out.
    let withSeconds = yearDigitCount + 10
    guard digits.last == UInt8(ascii: "Z"), digits.dropLast().allSatisfy(\.isASCIIDigit),
      digits.count == withSeconds + 1 || digits.count == withSeconds - 1
    else { return nil }
    var text: [UInt8] = []
    // RFC 5280 §4.1.2.5.1: years from 50 on are of the last century.
    if yearDigitCount == 2 { text += Array((digits[0] >= UInt8(ascii: "5") ? "19" : "20").utf8) }
    text += digits[0..<yearDigitCount]
    for (index, separator) in "--T::".utf8.enumerated() {
      text.append(separator)
      let start = yearDigitCount + index * 2
      text += start < digits.count - 1 ? digits[start..<start + 2] : [0x30, 0x30]
    }
    return text + [UInt8(ascii: "Z")]
  }
}
