/// Durations of exchanges, and their percentiles by nearest rank: the smallest value that is at least as large as the given share of
/// all values, so that a percentile is always a duration that occurred.
package struct Percentiles: Equatable, Sendable {
  /// Microseconds.
  package let p50: Int64
  package let p95: Int64
  package let p99: Int64
  package let maximum: Int64

  /// `nil` of no durations.
  package init?(_ durations: [Int64]) {
    guard !durations.isEmpty else { return nil }
    let sorted = durations.sorted()
    func rank(_ percent: Int) -> Int64 { sorted[Swift.max(0, (sorted.count * percent + 99) / 100 - 1)] }
    p50 = rank(50)
    p95 = rank(95)
    p99 = rank(99)
    maximum = sorted[sorted.count - 1]
  }
}
