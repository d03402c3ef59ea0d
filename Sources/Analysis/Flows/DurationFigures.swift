package import Capture

/// Sum, count and maximum of some durations, in microseconds.
package struct DurationFigures: Hashable, Sendable {
  package private(set) var sum: UInt64 = 0
  package private(set) var count: UInt32 = 0
  package private(set) var maximum: UInt32 = 0

  package init() {}

  /// Counts the time from `earlier` to `later`, unless it is zero, negative or above `limit`: such a figure says more about the
  /// capture than about the network.
  package mutating func add(from earlier: Timestamp, to later: Timestamp, limit: UInt32) {
    let duration = later.microseconds(since: earlier)
    guard duration > 0, duration <= Int64(limit) else { return }
    add(microseconds: UInt32(duration))
  }

  package mutating func add(microseconds: UInt32) {
    sum &+= UInt64(microseconds)
    count &+= 1
    maximum = max(maximum, microseconds)
  }

  // MARK: Parts of a whole

  /// Makes a difference of what was counted by now and `earlier`; the maximum stays.
  mutating func subtract(_ earlier: DurationFigures) {
    sum &-= earlier.sum
    count &-= earlier.count
  }

  mutating func forgetMaximum() { maximum = 0 }

  mutating func raiseMaximum(_ other: UInt32) { maximum = max(maximum, other) }
}
