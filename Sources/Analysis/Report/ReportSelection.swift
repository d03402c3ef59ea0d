/// The part of a result that a report is about.
package struct ReportSelection: Sendable {
  /// Indices of request rows, one an exchange.
  var exchanges: [Int]
  /// Indices of flow rows, one a flow.
  var flows: [Int]
  var traceCount: Int

  init(everythingOf result: borrowing AnalysisResult) {
    exchanges = ExchangeSelection.rows(of: result.requests)
    flows = ExchangeSelection.flows(of: result.flows)
    traceCount = result.traces.count
  }

  /// What meets the selection.
  package init(_ result: borrowing AnalysisResult, _ selection: RowSelection) throws(SelectionError) {
    self.init(everythingOf: result)
    if selection.isEmpty { return }
    let requestFilter = try RowFilter(selection, .requests)
    var chosenExchanges: [Int] = []
    for index in exchanges where requestFilter.matches(result.requests[index], result.texts) { chosenExchanges.append(index) }
    exchanges = chosenExchanges
    var chosenFlows: [Int] = []
    if let flowFilter = try? RowFilter(selection, .flows) {
      for index in flows where flowFilter.matches(result.flows[index], result.texts) { chosenFlows.append(index) }
    } else {
      // What only requests have chooses the flows that carried them.
      var carriers: Set<UInt64> = []
      for index in exchanges { carriers.insert(result.requests[index].flowID) }
      for index in flows where carriers.contains(result.flows[index].flowID) { chosenFlows.append(index) }
    }
    flows = chosenFlows
    traceCount = try TraceOrder.select(result, selection).count
  }

  /// Finds out whether the selection can be applied, before anything is read.
  package static func check(_ selection: RowSelection) throws(SelectionError) {
    _ = try RowFilter(selection, Table.requests)
    try TraceOrder.check(selection)
  }
}
