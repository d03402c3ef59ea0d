import Testing

@testable import Analysis

@Suite struct PercentilesTests {
  @Test(
    "percentiles are by nearest rank",
    arguments: [
      ([7], 7, 7, 7), (Array(1...100), 50, 95, 99), (Array(1...20), 10, 19, 20), ([3, 1, 2], 2, 3, 3), ([1, 2], 1, 2, 2),
    ] as [([Int64], Int64, Int64, Int64)])
  func nearestRank(durations: [Int64], p50: Int64, p95: Int64, p99: Int64) {
    let percentiles = Percentiles(durations)
    #expect(percentiles?.p50 == p50)
    #expect(percentiles?.p95 == p95)
    #expect(percentiles?.p99 == p99)
    #expect(percentiles?.maximum == durations.max())
  }

  @Test("nothing has no percentiles")
  func nothing() { #expect(Percentiles([]) == nil) }
}
