package import Analysis
package import Capture

/// What receives every table of a result, one after the other: how exports write all of them by one rule.
package protocol TableVisitor: ~Copyable {
  associatedtype Failure: Error
  mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ texts: borrowing TextTable) throws(Failure)
}

extension AnalysisResult {
  /// Every table in the order of DESIGN.md §3, also empty ones. In the module of the visitors, so that these are compiled for
  /// each table's rows: without that, every cell costs a copy of its row.
  package func visitTables<Visitor: TableVisitor & ~Copyable>(_ visitor: inout Visitor) throws(Visitor.Failure) {
    try visitor.visit(.flows, flows, texts)
    try visitor.visit(.requests, requests, texts)
    let (exchanges, distinctFlows) = (exchangeRows(), distinctFlowRows)
    for interval in MetricInterval.allCases {
      let network = networkTables(distinctFlows, interval)
      try visitor.visit(network.services.table, network.services.rows, texts)
      try visitor.visit(network.pairs.table, network.pairs.rows, texts)
    }
    for interval in MetricInterval.allCases {
      let application = applicationTables(exchanges, interval)
      try visitor.visit(application.services.table, application.services.rows, texts)
      try visitor.visit(application.pairs.table, application.pairs.rows, texts)
    }
    try visitor.visit(.traces, traces, texts)
    try visitor.visit(.spans, spans, texts)
    try visitor.visit(.profile, profileRows, texts)
    try visitor.visit(.processes, processes, texts)
    try visitor.visit(.interfaces, interfaces, texts)
    try visitor.visit(.clocks, clocks, texts)
    try visitor.visit(.losses, losses, texts)
    try visitor.visit(.anomalies, anomalies, texts)
    try visitor.visit(.meta, metaRows, texts)
  }
}
