import Wire

/// The static Huffman code of HPACK, which QPACK shares. Source: RFC 7541 §5.2 and appendix B.
///
/// The code is canonical: symbols of one length have consecutive codes in the order of their values, and each length goes on where the
/// shorter one ended. The lengths alone therefore define it.
enum HPACKHuffman {
  /// Bits of each byte's code. The end of the string (symbol 256) has 30 bits, all ones, and never occurs.
  private static let lengths: [UInt8] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  ]

  private static let longestCode = 30
  /// Codes of at most this many bits are found in one step; they cover all but exotic bytes.
  private static let stepBitCount = 9

  private struct Tables: Sendable {
    /// Indexed by the next `stepBitCount` bits: the symbol, and the length of its code; 0 when the code is longer.
    var step: [(symbol: UInt8, length: UInt8)]
    /// By length: the first code behind those of this length, aligned to the left of 32 bits.
    var limits: [UInt32]
    /// By length: the index in `symbols` of the first code of this length, less that code.
    var offsets: [Int]
    /// All symbols in the order of their codes.
    var symbols: [UInt8]
  }

  private static let tables: Tables = {
    var symbols: [UInt8] = []
    var limits = [UInt32](repeating: 0, count: longestCode + 1)
    var offsets = [Int](repeating: 0, count: longestCode + 1)
    var step = [(symbol: UInt8, length: UInt8)](repeating: (0, 0), count: 1 << stepBitCount)
    var code: UInt32 = 0
    for length in 1...longestCode {
      code <<= 1
      offsets[length] = symbols.count - Int(code)
      for symbol in 0..<256 where lengths[symbol] == UInt8(length) {
        if length <= stepBitCount {
          let first = Int(code) << (stepBitCount - length)
          for index in first..<first + 1 << (stepBitCount - length) { step[index] = (UInt8(symbol), UInt8(length)) }
        }
        symbols.append(UInt8(symbol))
        code += 1
      }
      limits[length] = code << UInt32(32 - length)
    }
    return Tables(step: step, limits: limits, offsets: offsets, symbols: symbols)
  }()

  /// Appends the decoded bytes to `text`; `false` when the string holds the end symbol, or its padding is not the 0 to 7 most significant
  /// bits of that symbol.
  static func decode(_ bytes: RawSpan, into text: inout [UInt8]) -> Bool {
    let tables = tables
    // The bits not yet decoded, aligned to the left.
    var bits: UInt64 = 0
    var bitCount = 0
    var offset = 0
    while true {
      while bitCount <= 56, offset < bytes.byteCount {
        bits |= UInt64(bytes.load8(at: offset)) << UInt64(56 - bitCount)
        bitCount += 8
        offset += 1
      }
      guard bitCount > 0 else { return true }
      let found = tables.step[Int(truncatingIfNeeded: bits >> UInt64(64 - stepBitCount))]
      var length = Int(found.length)
      var symbol = found.symbol
      if length == 0 {
        let code = UInt32(truncatingIfNeeded: bits >> 32)
        length = stepBitCount + 1
        while length <= longestCode, code >= tables.limits[length] { length += 1 }
        // Beyond all codes of 30 bits lies only the end symbol, whose beginning is the padding.
        guard length <= longestCode else { return isPadding(bits, bitCount) }
        symbol = tables.symbols[tables.offsets[length] + Int(code >> UInt32(32 - length))]
      }
      guard length <= bitCount else { return isPadding(bits, bitCount) }
      text.append(symbol)
      bits <<= UInt64(length)
      bitCount -= length
    }
  }

  private static func isPadding(_ bits: UInt64, _ bitCount: Int) -> Bool {
    bitCount < 8 && bits == ~(UInt64.max >> UInt64(bitCount))
  }
}
