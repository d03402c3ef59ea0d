import Capture

/// Appending numbers and addresses as text, without a `String` on the way.
extension [UInt8] {
  @inline(__always)
  package mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  package mutating func append(text: String) {
    append(contentsOf: text.utf8)
  }

  package mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
  }

  package mutating func appendDecimal(_ value: UInt64) {
    if value < 10 {
      append(UInt8(ascii: "0") + UInt8(value))
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = value
      var start = 20
      while rest > 0 {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// `value` with zeros in front up to `width` digits.
  package mutating func appendDecimal(_ value: Int64, width: Int) {
    var digitCount = 1
    var rest = value / 10
    while rest > 0 {
      digitCount += 1
      rest /= 10
    }
    for _ in 0..<Swift.max(0, width - digitCount) { append(UInt8(ascii: "0")) }
    appendDecimal(value)
  }

  /// Decimal with commas between groups of three digits, for reports.
  package mutating func appendGrouped(_ value: UInt64) {
    if value >= 1000 {
      appendGrouped(value / 1000)
      append(UInt8(ascii: ","))
      appendDecimal(Int64(value % 1000), width: 3)
    } else {
      appendDecimal(value)
    }
  }

  /// Fixed-point: `scaled / 10^fractionDigits`.
  package mutating func appendFixed(_ scaled: Int64, fractionDigits: Int) {
    var scale: Int64 = 1
    for _ in 0..<fractionDigits { scale *= 10 }
    if scaled < 0 { append(UInt8(ascii: "-")) }
    let magnitude = Int64(clamping: scaled.magnitude)
    appendDecimal(magnitude / scale)
    if fractionDigits > 0 {
      append(UInt8(ascii: "."))
      appendDecimal(magnitude % scale, width: fractionDigits)
    }
  }

  /// The shortest decimal that reads back as the same number; nothing for an infinite value or NaN.
  package mutating func append(real value: Double) {
    if value.isFinite { append(text: value.description) }
  }

  mutating func append(_ address: IPAddress) {
    guard let v4 = address.v4 else {
      append(text: address.description)
      return
    }
    appendDecimal(UInt64(v4 >> 24))
    append(UInt8(ascii: "."))
    appendDecimal(UInt64(v4 >> 16 & 0xff))
    append(UInt8(ascii: "."))
    appendDecimal(UInt64(v4 >> 8 & 0xff))
    append(UInt8(ascii: "."))
    appendDecimal(UInt64(v4 & 0xff))
  }
}
