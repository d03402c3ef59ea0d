import Testing

@testable import Analysis

@Suite struct LatencyHistogramTests {
  /// Durations as services have them, and others: several scales, many equal ones, zero and the largest.
  private static func values(_ generator: inout SeededGenerator, count: Int) -> [Int64] {
    (0..<count).map { _ in
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: 0
      case 1: Int64.random(in: 0..<3000, using: &generator)
      case 2: 2047 + Int64.random(in: 0..<3, using: &generator)
      case 3: Int64(1) << Int64.random(in: 0..<63, using: &generator)
      case 4: Int64.max - Int64.random(in: 0..<2, using: &generator)
      default: Int64.random(in: 0...(1 << Int64.random(in: 1...40, using: &generator)), using: &generator)
      }
    }
  }

  private static func histogram(_ values: some Sequence<Int64>) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for value in values { histogram.add(value) }
    return histogram
  }

  @Test("a percentile is the value of its rank, at most 0.1 % too high and never too low", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func percentiles(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for count in [1, 2, 3, 10, 99, 100, 101, 5000] {
      let values = Self.values(&generator, count: count)
      let sorted = values.sorted()
      let histogram = Self.histogram(values)
      for percent in [0.001, 1, 25, 50, 90, 95, 99, 99.9, 100] {
        let rank = max(1, Int((Double(count) * percent / 100).rounded(.up)))
        let exact = sorted[rank - 1]
        let found = try #require(histogram.percentile(percent))
        #expect(found >= exact, "seed \(seed), \(count) values, \(percent) %")
        #expect(found - exact <= exact / 1000, "seed \(seed), \(count) values, \(percent) %: \(found) for \(exact)")
        if exact < LatencyHistogram.exactLimit { #expect(found == exact) }
      }
      #expect(histogram.percentile(100) == sorted.last)
      #expect(histogram.minimum == sorted.first)
      #expect(histogram.maximum == sorted.last)
      #expect(histogram.count == UInt64(count))
    }
  }

  @Test("parts merged in any order are the whole", arguments: [7, 8, 9] as [UInt64])
  func merging(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = Self.values(&generator, count: 2000)
    let whole = Self.histogram(values)
    var parts: [LatencyHistogram] = []
    var rest = values[...]
    while !rest.isEmpty {
      let count = min(rest.count, Int.random(in: 0...300, using: &generator))
      parts.append(Self.histogram(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    parts.shuffle(using: &generator)
    var merged = LatencyHistogram()
    for part in parts { merged.merge(part) }
    #expect(merged == whole, "seed \(seed)")
  }

  @Test("nothing has no percentiles, and a negative duration counts as zero")
  func edges() {
    #expect(LatencyHistogram().percentile(50) == nil)
    #expect(LatencyHistogram().average == nil)
    let histogram = Self.histogram([-5, 10])
    #expect(histogram.minimum == 0)
    #expect(histogram.sum == 10)
    #expect(histogram.average == 5)
  }
}
