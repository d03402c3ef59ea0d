extension AnalysisResult {
  /// Metrics of flows. Each counts once, at the point nearest the server, with packets before system calls; what it did counts in the
  /// second in which it was seen, as far as the analysis divided flows into seconds, else in its first.
  ///
  /// - Parameters:
  ///   - order: Rows of the flow log that stand for a flow each.
  ///   - interval: `nil` for the whole capture.
  package func networkMetrics(
    _ name: String, _ order: [Int], by dimensions: [Column<FlowRow>], _ interval: MetricInterval?
  ) -> MetricView<NetworkFigures> {
    var groups = MetricGroups<NetworkFigures>(interval, captureSeconds: captureSeconds)
    for index in order {
      let row = flows[index]
      let cells = dimensions.map { $0.value(row) }
      let slices = slices(of: row)
      var lastStart: Int64?
      for (position, slice) in slices.enumerated() {
        let time = slice.second.multipliedReportingOverflow(by: 1_000_000).partialValue
        let start = interval?.start(of: time) ?? 0
        groups.update(cells, at: time) { figures in
          figures.add(slice, isNewInterval: start != lastStart)
          if position == 0 { figures.begin(row) }
          if position == slices.count - 1 { figures.end(row) }
        }
        lastStart = start
      }
    }
    return MetricView(
      table: NetworkTables.table(name, by: dimensions, interval, hasLostEvidence: hasLostEvidence), rows: groups.inOrder)
  }
}

extension AnalysisResult {
  /// What a flow did in each second in which it was seen; all in its first when the analysis did not divide it.
  func slices(of row: borrowing FlowRow) -> [FlowSlice] {
    guard !row.slices.isEmpty else { return [FlowSlice(row)] }
    return Array(flowSlices[Int(row.slices.lowerBound)..<Int(row.slices.upperBound)])
  }
}

/// The definitions of `network` and `network_map`.
package enum NetworkTables {
  package static func table(
    _ name: String, by dimensions: [Column<FlowRow>], _ interval: MetricInterval?, hasLostEvidence: Bool
  ) -> Table<MetricRow<NetworkFigures>> {
    .metrics(
      name, "traffic, faults and times of flows, each counted once", by: dimensions, interval,
      figures: Column.networkFigures(hasLostEvidence: hasLostEvidence))
  }
}
