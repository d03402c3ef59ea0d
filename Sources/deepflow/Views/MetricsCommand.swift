import Analysis
import ArgumentParser
import Capture
import Export

extension MetricInterval: ExpressibleByArgument {}

/// The metric tables, under the names that DeepFlow gives them.
enum MetricTable: String, ExpressibleByArgument, CaseIterable {
  case application
  case applicationMap = "application_map"
  case network
  case networkMap = "network_map"
}

/// Which observation of an exchange stands for it.
enum MetricSide: String, ExpressibleByArgument, CaseIterable {
  case server, client
}

/// `deepflow metrics`: totals and time series.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Show metrics of services: totals, or a time series with --interval.",
    discussion: """
      An exchange or a flow that was seen at several points counts once, as the point nearest the server saw it. Percentiles come from \
      HdrHistograms: they are exact below 2 ms and at most 0.1 % too high above. The selection applies to the exchanges (or flows) that \
      are counted; --sort, --limit and --fields to the rows that are shown.
      """)

  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp(
      "Group by these: service, client, protocol, endpoint, type, status, ip, port, process, or any field of the log.",
      valueName: "field,..."
    ))
  var by: String?

  @Option(help: "A row for each of these intervals instead of totals.")
  var interval: MetricInterval?

  @Option(help: "What is counted: exchanges (application) or flows (network); with _map, by client and server.")
  var table = MetricTable.application

  @Option(help: "Whose view of an exchange counts: at the client its time includes the way, and waiting on it.")
  var seenBy = MetricSide.server

  @OptionGroup(title: "Selection") var choice: SelectionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    var options = AnalysisOptions()
    options.includesTraces = false
    options.includesFlowSeconds = interval != nil && (table == .network || table == .networkMap)
    switch table {
    case .application, .applicationMap:
      let dimensions = try MetricDimensions.requests.columns(names)
      let shown = ApplicationTables.table(table.rawValue, by: dimensions, interval, hasLostEvidence: false)
      try check(shown, .requests)
      let result = try input.analyze(options)
      let order = try selected(result.exchangeRows(nearestClient: seenBy == .client), result.requests, .requests, result.texts)
      try print(result.applicationMetrics(table.rawValue, order, by: dimensions, interval), result) { $0.figures.requestCount }
    case .network, .networkMap:
      let dimensions = try MetricDimensions.flows.columns(names)
      let shown = NetworkTables.table(table.rawValue, by: dimensions, interval, hasLostEvidence: false)
      try check(shown, .flows)
      let result = try input.analyze(options)
      let order = try selected(result.distinctFlowRows, result.flows, .flows, result.texts)
      try print(result.networkMetrics(table.rawValue, order, by: dimensions, interval), result) { $0.figures.byteCount }
    }
  }

  /// What to group by: as asked for, or as the table needs it to be worth reading.
  private var names: [String] {
    if let by { return by.split(separator: ",").map { String($0) } }
    switch table {
    case .application: return ["service", "protocol"]
    case .applicationMap: return ["client", "server", "protocol"]
    case .network: return ["service", "protocol"]
    case .networkMap: return ["client", "server", "protocol"]
    }
  }

  /// Finds mistakes before anything is read.
  private func check<Source, Row>(_ table: Table<Row>, _ log: Table<Source>) throws {
    _ = try RowFilter(choice.selection, log)
    _ = try RowOrder.columns(choice.selection.sort.map(\.name), of: table)
    _ = try RowOrder.columns(choice.selection.fields, of: table)
  }

  /// Of the rows that stand for what is counted, those that the selection lets pass.
  private func selected<Source>(
    _ order: [Int], _ rows: [Source], _ log: Table<Source>, _ texts: borrowing TextTable
  ) throws -> [Int] {
    let filter = try RowFilter(choice.selection, log)
    if filter.isEmpty { return order }
    var passed: [Int] = []
    for index in order where filter.matches(rows[index], texts) { passed.append(index) }
    return passed
  }

  /// Totals with the largest first; a series in order of time.
  private func print<Figures>(
    _ view: MetricView<Figures>, _ result: borrowing AnalysisResult, size: (MetricRow<Figures>) -> UInt64
  ) throws {
    let selection = choice.selection
    var order = Array(view.rows.indices)
    if interval == nil {
      let sizes = view.rows.map(size)
      order.sort { (sizes[$1], $0) < (sizes[$0], $1) }
    }
    order = try RowOrder.sort(order, view.rows, view.table, selection, result.texts)
    let printer = try output.printer(view.table, text: view.table.metricTextColumns, fields: selection.fields)
    var file = Terminal.standardOutput()
    try printer.print(view.rows, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }
}
