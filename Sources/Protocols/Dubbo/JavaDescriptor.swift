import Wire

/// Types of a method's parameters, one after the other. Source: The Java Virtual Machine Specification, §4.3.
enum JavaDescriptor {
  /// How many types `range` names.
  static func count(in range: Range<Int>, _ bytes: RawSpan) -> Int {
    var count = 0
    var offset = range.lowerBound
    while offset < range.upperBound {
      let code = bytes.load8(at: offset)
      offset += 1
      // Brackets belong to the type behind them.
      if code == UInt8(ascii: "[") { continue }
      if code == UInt8(ascii: "L") { offset = (bytes.firstIndex(of: UInt8(ascii: ";"), from: offset, to: range.upperBound) ?? offset) + 1 }
      count += 1
    }
    return count
  }
}
