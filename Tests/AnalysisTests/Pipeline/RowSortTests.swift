import Capture
import Testing

@testable import Analysis

/// Sorting large rows in place, against the standard library's sort.
@Suite struct RowSortTests {
  /// Holds memory of its own, so that a row that is lost or doubled shows.
  private struct Row: Equatable {
    var time: Int64
    var identifier: UInt64
    var names: [String]
  }

  @Test("rows come into order, each once", arguments: [0, 1, 2, 3, 17, 1000], [1, 2, 3] as [UInt64])
  func order(_ count: Int, _ seed: UInt64) {
    var state = seed
    var rows = (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Row(time: Int64(state >> 40 % 50), identifier: UInt64(index), names: ["row \(index)"])
    }
    let expected = rows.sorted { ($0.time, $0.identifier) < ($1.time, $1.identifier) }
    FlowStage.sort(&rows) { (Timestamp(nanoseconds: $0.time), $0.identifier) }
    #expect(rows == expected, "seed \(seed)")
  }
}
