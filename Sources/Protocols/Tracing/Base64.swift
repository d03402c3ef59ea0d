import Wire

/// Base64 as tracing headers use it. Source: RFC 4648 §4 and §5; padding may be missing.
enum Base64 {
  /// The decoded bytes of `range`; `nil` when it is empty, holds a byte outside the alphabets or has an impossible length.
  static func decode(_ range: Range<Int>, _ bytes: RawSpan) -> [UInt8]? {
    var end = range.upperBound
    while end > range.lowerBound, range.upperBound - end < 2, bytes.load8(at: end - 1) == 0x3d { end -= 1 }
    let count = end - range.lowerBound
    guard count > 0, count % 4 != 1 else { return nil }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(count * 3 / 4)
    var accumulator: UInt32 = 0
    var bitCount = 0
    for index in range.lowerBound..<end {
      guard let digit = value(of: bytes.load8(at: index)) else { return nil }
      accumulator = accumulator << 6 | digit
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        decoded.append(UInt8(truncatingIfNeeded: accumulator >> bitCount))
        accumulator &= (1 << bitCount) - 1
      }
    }
    return decoded
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5a: UInt32(byte - 0x41)
    case 0x61...0x7a: UInt32(byte - 0x61) + 26
    case 0x30...0x39: UInt32(byte - 0x30) + 52
    case 0x2b, 0x2d: 62
    case 0x2f, 0x5f: 63
    default: nil
    }
  }
}
