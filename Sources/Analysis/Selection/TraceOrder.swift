import Capture

/// Selecting traces. What a trace row has itself is asked of the row; everything else (`--path`, `--protocol`, `--pid` …) is asked of the
/// requests it consists of: one of them must meet all of it.
package enum TraceOrder {
  package static func select(_ result: borrowing AnalysisResult, _ selection: RowSelection) throws(SelectionError) -> [Int] {
    let (traceFilter, requestFilter) = try filters(selection)
    var order: [Int] = []
    for index in result.traces.indices where traceFilter.matches(result.traces[index], result.texts) {
      let trace = result.traces[index]
      var matches = requestFilter.isEmpty
      for span in trace.firstSpan..<(trace.firstSpan + trace.spanCount) where !matches {
        matches = requestFilter.matches(result.requests[result.spans[span].requestIndex], result.texts)
      }
      if matches { order.append(index) }
    }
    return try RowOrder.sort(order, result.traces, Table.traces, selection, result.texts)
  }

  /// Finds out whether the selection can be applied, before anything is read.
  package static func check(_ selection: RowSelection) throws(SelectionError) {
    _ = try filters(selection)
    _ = try RowOrder.columns(selection.sort.map(\.name), of: Table.traces)
    _ = try RowOrder.columns(selection.fields, of: Table.traces)
  }

  private static func filters(_ selection: RowSelection) throws(SelectionError) -> (RowFilter<TraceRow>, RowFilter<RequestRow>) {
    var own = RowSelection()
    own.statuses = selection.statuses
    own.services = selection.services
    own.traceIDs = selection.traceIDs
    own.minimumDuration = selection.minimumDuration
    own.since = selection.since
    own.until = selection.until
    var ofRequests = selection
    ofRequests.statuses = []
    ofRequests.services = []
    ofRequests.traceIDs = []
    ofRequests.minimumDuration = nil
    ofRequests.since = nil
    ofRequests.until = nil
    return (try RowFilter(own, Table.traces), try RowFilter(ofRequests, Table.requests))
  }
}
