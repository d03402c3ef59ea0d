package import Capture
// The members of `timespec` belong to the module whose headers the compiler reads first, which may be this one.
import CPcap
import Glibc

/// Reads the node's clocks.
package enum NodeClock {
  /// Tries of a snapshot; the one that took least time is taken.
  static let snapshotTries = 5

  /// CLOCK_MONOTONIC, CLOCK_BOOTTIME and CLOCK_REALTIME, read as one.
  ///
  /// The monotonic clock is read before and after the others and its middle is taken, so that the error is at most half of what
  /// the fastest of a few tries took (about 100 ns): a try that is interrupted is slower, and not taken.
  package static func snapshot() -> ClockSnapshot {
    var best = ClockSnapshot(monotonic: 0, bootTime: 0, realTime: Timestamp(nanoseconds: 0))
    var bestDuration = Int64.max
    for _ in 0..<snapshotTries {
      let before = nanoseconds(CLOCK_MONOTONIC)
      let realTime = nanoseconds(CLOCK_REALTIME)
      let bootTime = nanoseconds(CLOCK_BOOTTIME)
      let after = nanoseconds(CLOCK_MONOTONIC)
      guard after - before < bestDuration else { continue }
      bestDuration = after - before
      best = ClockSnapshot(
        monotonic: before + (after - before) / 2, bootTime: bootTime, realTime: Timestamp(nanoseconds: realTime))
    }
    return best
  }

  static func monotonicNanoseconds() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }

  static func now() -> Timestamp { Timestamp(nanoseconds: nanoseconds(CLOCK_REALTIME)) }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
