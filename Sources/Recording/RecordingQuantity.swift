/// Amounts on the command line: `30`, `30s`, `5m`, `200M`.
package enum RecordingQuantity {
  /// Nanoseconds of a duration: a decimal number with an optional unit `ns`, `us`, `ms`, `s` (the default), `m`, `h`, `d`. `nil`
  /// for anything else, for zero, and for what does not fit.
  package static func durationNanoseconds(_ text: String) -> Int64? {
    let units: [(String, Int64)] = [
      ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
      ("d", 86_400_000_000_000), ("", 1_000_000_000),
    ]
    guard let value = scaled(text, units), value > 0 else { return nil }
    return value
  }

  /// Bytes of a size: a decimal number with an optional unit `K`, `M`, `G`, `T` (powers of 1024, with or without `B` or `iB`). `nil`
  /// for anything else, for zero, and for what does not fit.
  package static func byteCount(_ text: String) -> UInt64? {
    var units: [(String, Int64)] = []
    for (index, letter) in ["k", "m", "g", "t"].enumerated() {
      let factor = Int64(1) << Int64(10 * (index + 1))
      units += [(letter + "ib", factor), (letter + "b", factor), (letter, factor)]
    }
    units += [("b", 1), ("", 1)]
    guard let value = scaled(text.lowercased(), units), value > 0 else { return nil }
    return UInt64(value)
  }

  /// The number times the factor of the first unit that ends `text`.
  private static func scaled(_ text: String, _ units: [(String, Int64)]) -> Int64? {
    for (suffix, factor) in units where text.hasSuffix(suffix) {
      let number = text.dropLast(suffix.count)
      let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = parts.first, !first.isEmpty, first.allSatisfy({ $0.isASCII && $0.isNumber }), let whole = Int64(first) else {
        return nil
      }
      let (product, overflowed) = whole.multipliedReportingOverflow(by: factor)
      guard !overflowed else { return nil }
      guard parts.count == 2 else { return product }
      // Nine digits of a fraction are more than any unit can use.
      guard !parts[1].isEmpty, parts[1].count <= 9, parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let digits = Int64(parts[1]) else {
        return nil
      }
      let divisor = (0..<parts[1].count).reduce(Int64(1)) { value, _ in value * 10 }
      let fraction = digits.multipliedFullWidth(by: factor)
      let (sum, carried) = product.addingReportingOverflow(divisor.dividingFullWidth(fraction).quotient)
      return carried ? nil : sum
    }
    return nil
  }
}
