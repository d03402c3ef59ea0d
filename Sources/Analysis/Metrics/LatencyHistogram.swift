/// How often which duration occurred: an HdrHistogram with three significant digits, of which only the counts that are not zero are kept.
///
/// Values below 2,048 have a bucket each and are exact. Above, every power of two is divided into 1,024 buckets, so that a bucket is
/// never wider than 1/1,024 of the values in it: a percentile is at most 0.1 % above the duration that has its rank, and never below it.
/// Count, sum, minimum and maximum are exact. Histograms of parts merge into the histogram of the whole, whatever the order.
///
/// Source: G. Tene, HdrHistogram (http://hdrhistogram.org), its bucket layout for `numberOfSignificantValueDigits` 3.
package struct LatencyHistogram: Hashable, Sendable {
  /// Values below it have a bucket of their own.
  package static let exactLimit: Int64 = 2048
  /// Buckets of every power of two above.
  private static let bucketsPerDoubling = 1024
  /// log2 of `bucketsPerDoubling`.
  private static let precisionBits = 10

  private struct Bucket: Hashable, Sendable {
    var index: UInt16
    var count: UInt64
  }

  /// Ordered by index, none with a count of zero.
  private var buckets: [Bucket] = []
  package private(set) var count: UInt64 = 0
  package private(set) var sum: UInt64 = 0
  package private(set) var minimum: Int64?
  package private(set) var maximum: Int64?

  package init() {}

  /// The mean, rounded to the nearest; `nil` of nothing.
  package var average: Int64? { count == 0 ? nil : Int64((Double(sum) / Double(count)).rounded()) }

  /// Counts a duration; a negative one counts as zero.
  package mutating func add(_ value: Int64) {
    let value = max(0, value)
    add(bucket: LatencyHistogram.index(of: value), count: 1)
    count &+= 1
    sum = sum.addingReportingOverflow(UInt64(value)).partialValue
    minimum = min(minimum ?? value, value)
    maximum = max(maximum ?? value, value)
  }

  /// Adds what another histogram counted.
  package mutating func merge(_ other: LatencyHistogram) {
    var merged: [Bucket] = []
    merged.reserveCapacity(buckets.count + other.buckets.count)
    var (left, right) = (0, 0)
    while left < buckets.count || right < other.buckets.count {
      if right == other.buckets.count || left < buckets.count && buckets[left].index < other.buckets[right].index {
        merged.append(buckets[left])
        left += 1
      } else if left == buckets.count || other.buckets[right].index < buckets[left].index {
        merged.append(other.buckets[right])
        right += 1
      } else {
        merged.append(Bucket(index: buckets[left].index, count: buckets[left].count &+ other.buckets[right].count))
        left += 1
        right += 1
      }
    }
    buckets = merged
    count &+= other.count
    sum = sum.addingReportingOverflow(other.sum).partialValue
    minimum = [minimum, other.minimum].compactMap(\.self).min()
    maximum = [maximum, other.maximum].compactMap(\.self).max()
  }

  /// The value that `percent` of all values do not exceed, by nearest rank: the largest value of the bucket that holds it, and never
  /// more than the maximum. `nil` of nothing.
  ///
  /// - Parameter percent: Above 0, up to 100.
  /// - Complexity: O(buckets).
  package func percentile(_ percent: Double) -> Int64? {
    guard count > 0, let maximum else { return nil }
    let rank = max(1, UInt64((Double(count) * percent / 100).rounded(.up)))
    var passed: UInt64 = 0
    for bucket in buckets {
      passed &+= bucket.count
      if passed >= rank { return min(LatencyHistogram.highestValue(ofBucket: Int(bucket.index)), maximum) }
    }
    return maximum
  }

  private mutating func add(bucket index: UInt16, count: UInt64) {
    // Durations of one service are near each other, and the last bucket is often the one.
    var lower = 0
    var upper = buckets.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if buckets[middle].index < index { lower = middle + 1 } else { upper = middle }
    }
    if lower < buckets.count, buckets[lower].index == index {
      buckets[lower].count &+= count
    } else {
      buckets.insert(Bucket(index: index, count: count), at: lower)
    }
  }

  /// Position of a value's bucket: at most 2,048 + 52 × 1,024.
  private static func index(of value: Int64) -> UInt16 {
    guard value >= exactLimit else { return UInt16(value) }
    let shift = Int64.bitWidth - 1 - value.leadingZeroBitCount - precisionBits
    return UInt16(Int(exactLimit) + (shift - 1) * bucketsPerDoubling + Int(value >> Int64(shift)) - bucketsPerDoubling)
  }

  private static func highestValue(ofBucket index: Int) -> Int64 {
    guard index >= exactLimit else { return Int64(index) }
    let (doubling, position) = (index - Int(exactLimit)).quotientAndRemainder(dividingBy: bucketsPerDoubling)
    let shift = Int64(doubling + 1)
    let lowest = Int64(bucketsPerDoubling + position) << shift
    return lowest | (1 << shift - 1)
  }
}
