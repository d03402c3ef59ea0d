import Capture

extension AnalysisResult {
  /// RED metrics of exchanges. Each counts once, as the point nearest the server saw it, in the interval in which its request began.
  ///
  /// - Parameters:
  ///   - order: Rows of the request log that stand for an exchange each.
  ///   - interval: `nil` for the whole capture.
  package func applicationMetrics(
    _ name: String, _ order: [Int], by dimensions: [Column<RequestRow>], _ interval: MetricInterval?
  ) -> MetricView<ApplicationFigures> {
    var groups = MetricGroups<ApplicationFigures>(interval, captureSeconds: captureSeconds)
    for index in order {
      let row = requests[index]
      groups.update(dimensions.map { $0.value(row) }, at: row.startTime.microseconds) { $0.add(row) }
    }
    return MetricView(
      table: ApplicationTables.table(name, by: dimensions, interval, hasLostEvidence: hasLostEvidence),
      rows: groups.inOrder)
  }

  /// Rows of the request log that stand for one exchange each, in order of time: as seen nearest the server, or nearest the client.
  package func exchangeRows(nearestClient: Bool = false) -> [Int] {
    nearestClient ? ExchangeSelection.clientRows(of: requests) : ExchangeSelection.rows(of: requests)
  }

  /// Rows of the flow log that stand for one connection or other flow each, in order of time.
  package var distinctFlowRows: [Int] { ExchangeSelection.flows(of: flows) }

  /// From the first observation to the last.
  var captureSeconds: Double {
    guard let firstTime, let lastTime else { return 0 }
    return max(0, Double(lastTime.nanoseconds(since: firstTime)) / 1_000_000_000)
  }
}

/// The definitions of `application` and `application_map`.
package enum ApplicationTables {
  package static func table(
    _ name: String, by dimensions: [Column<RequestRow>], _ interval: MetricInterval?, hasLostEvidence: Bool
  ) -> Table<MetricRow<ApplicationFigures>> {
    .metrics(
      name, "requests, errors and response times of exchanges, each counted once", by: dimensions, interval,
      figures: Column.applicationFigures(hasLostEvidence: hasLostEvidence))
  }
}
