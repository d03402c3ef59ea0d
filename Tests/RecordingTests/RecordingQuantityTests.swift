import Recording
import Testing

@Suite struct RecordingQuantityTests {
  @Test(
    "a duration is a number with a unit, seconds by default",
    arguments: [
      ("30", 30_000_000_000), ("30s", 30_000_000_000), ("5m", 300_000_000_000), ("1.5h", 5_400_000_000_000), ("250ms", 250_000_000),
      ("0.25", 250_000_000), ("10us", 10_000), ("7ns", 7), ("2d", 172_800_000_000_000),
    ] as [(String, Int64)])
  func duration(text: String, nanoseconds: Int64) {
    #expect(RecordingQuantity.durationNanoseconds(text) == nanoseconds)
  }

  @Test("what is no duration is refused", arguments: ["", "s", "0", "0s", "-3", "5x", "1e3", "99999999999999d", "1.s", ".5", "١"])
  func notADuration(text: String) {
    #expect(RecordingQuantity.durationNanoseconds(text) == nil)
  }

  @Test(
    "a size is a number with a unit of 1024",
    arguments: [
      ("200M", 209_715_200), ("200MiB", 209_715_200), ("1g", 1_073_741_824), ("4096", 4096), ("1.5k", 1536), ("10kB", 10_240), ("17b", 17),
      ("1T", 1_099_511_627_776),
    ] as [(String, UInt64)])
  func size(text: String, byteCount: UInt64) {
    #expect(RecordingQuantity.byteCount(text) == byteCount)
  }

  @Test("what is no size is refused", arguments: ["", "M", "0", "0M", "-1", "5Q", "99999999T", "1..5M"])
  func notASize(text: String) {
    #expect(RecordingQuantity.byteCount(text) == nil)
  }
}
