import Analysis
import Testing

@Suite struct SequenceTrackerTests {
  typealias Verdict = SequenceTracker.Verdict

  @Test(
    "segments are told apart, also where the numbers wrap",
    arguments: [
      ("in order", [(0, 10, .new), (10, 10, .new)]), ("again", [(0, 10, .new), (0, 10, .retransmission), (5, 5, .retransmission)]),
      ("overtaken", [(0, 10, .new), (20, 10, .new), (10, 10, .outOfOrder), (10, 10, .retransmission)]),
      (
        "a hole filled piece by piece",
        [(0, 10, .new), (40, 10, .new), (20, 10, .outOfOrder), (10, 10, .outOfOrder), (30, 10, .outOfOrder), (20, 10, .retransmission)]
      ),
      ("partly seen", [(0, 10, .new), (20, 10, .new), (5, 10, .straddling), (25, 10, .straddling), (35, 1, .new)]),
      ("before the first", [(100, 10, .new), (90, 10, .outOfOrder), (90, 10, .retransmission)]),
    ] as [(String, [(UInt32, UInt32, Verdict)])])
  func verdicts(name: String, segments: [(UInt32, UInt32, Verdict)]) {
    for base in [1000, UInt32.max - 5, UInt32.max - 25, 0x7fff_fff0] as [UInt32] {
      var tracker = SequenceTracker()
      for (offset, count, expected) in segments {
        #expect(tracker.observe(base &+ offset, count) == expected, "\(name), base \(base), offset \(offset)")
      }
    }
  }

  /// Whole segments of ten bytes in random order, each several times, against a set.
  @Test("a segment's first copy is new or overtaken, every other one sent again", arguments: 1...20 as ClosedRange<UInt64>)
  func agreesWithSet(seed: UInt64) {
    var random = LinearGenerator(state: seed)
    var tracker = SequenceTracker()
    var seen: Set<UInt32> = []
    var highest: UInt32 = 0
    let base = UInt32.max - 300
    for _ in 0..<400 {
      // Mostly backwards, so that holes fill and stay fewer than the tracker remembers.
      let number = UInt32(max(0, min(99, Int(highest) + Int.random(in: -12...2, using: &random))))
      let verdict = tracker.observe(base &+ number * 10, 10)
      let isFirst = seen.insert(number).inserted
      if isFirst {
        #expect(verdict == (seen.count == 1 || number > highest ? .new : .outOfOrder), "seed \(seed)")
      } else {
        #expect(verdict == .retransmission, "seed \(seed)")
      }
      highest = max(highest, number)
    }
  }

  private struct LinearGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }
}
