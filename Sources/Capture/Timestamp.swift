/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
@usableFromInline package struct Timestamp: Hashable, Comparable, Sendable {
  @usableFromInline package var nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Microseconds since the epoch, rounded down: the unit of every exported time.
  @inlinable package var microseconds: Int64 {
    let quotient = nanoseconds / 1000
    return nanoseconds % 1000 < 0 ? quotient - 1 : quotient
  }

  @inlinable package static func == (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds == right.nanoseconds }
  @inlinable package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Nanoseconds from `earlier` to `self`; saturates instead of overflowing (times come from the capture).
  @inlinable package func nanoseconds(since earlier: Timestamp) -> Int64 {
    let (difference, overflowed) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return overflowed ? (nanoseconds < 0 ? Int64.min : Int64.max) : difference
  }

  /// Whole microseconds from `earlier` to `self`, both rounded down first, so that exported times and durations agree.
  @inlinable package func microseconds(since earlier: Timestamp) -> Int64 { microseconds - earlier.microseconds }
}
