import Capture

extension AnalysisResult {
  /// Packets that were dropped before they could be recorded: the last counters of each interface, and the loss ledger where no interface
  /// counted.
  package var droppedPacketCount: UInt64 {
    var latest: [UInt32: UInt64] = [:]
    for statistics in interfaceStatistics {
      if let dropped = statistics.dropped { latest[statistics.interfaceIndex] = dropped }
    }
    let counted = latest.values.reduce(UInt64(0)) { $0.addingReportingOverflow($1).partialValue }
    let ledger = lossCount { $0.source == .packets && !$0.isTruncation }
    return max(counted, ledger)
  }

  /// Socket events that are missing as a whole.
  package var lostSocketEventCount: UInt64 { lossCount { $0.source == .socketEvents && !$0.isTruncation } }

  /// Blocks of the files that were damaged or missing.
  package var damagedBlockCount: UInt64 { lossCount { $0.source == .file && $0.cause != .unknownBlock } }

  /// Whether anything is known to be missing: figures are lower bounds then. What was cut on purpose (payload limits) does not count.
  package var hasLostEvidence: Bool {
    droppedPacketCount > 0 || losses.contains { !$0.isTruncation && $0.cause != .unknownBlock && $0.count > 0 }
  }

  private func lossCount(_ isCounted: (LossRecord) -> Bool) -> UInt64 {
    var sum: UInt64 = 0
    for loss in losses where isCounted(loss) { sum = sum.addingReportingOverflow(loss.count).partialValue }
    return sum
  }
}
