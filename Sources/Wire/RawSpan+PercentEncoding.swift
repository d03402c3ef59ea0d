extension RawSpan {
  /// The bytes of `range` with `%` and two hexadecimal digits undone; what is no escape stays. Source: RFC 3986 §2.1.
  package func percentDecoded(_ range: Range<Int>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = load8(at: offset)
      if byte == 0x25, offset + 2 < range.upperBound, let high = load8(at: offset + 1).hexadecimalValue,
        let low = load8(at: offset + 2).hexadecimalValue
      {
        decoded.append(high << 4 | low)
        offset += 3
      } else {
        decoded.append(byte)
        offset += 1
      }
    }
    return decoded
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit in either case.
  fileprivate var hexadecimalValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }
}
