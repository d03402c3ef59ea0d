import Analysis
import ArgumentParser
import Export

/// `deepflow map`: the service map.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Show who calls whom: one line for each pair of services and protocol.",
    discussion: "An exchange or a flow that was seen at several points counts once.")

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Selection") var choice: SelectionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let selection = choice.selection
    let requestFilter = try RowFilter(selection, .requests)
    // What only requests have cannot choose flows; then the map shows what the requests say.
    let flowFilter = try? RowFilter(selection, .flows)
    let table = Table<MetricRow<LinkFigures>>.serviceMap(hasLostEvidence: false)
    _ = try RowOrder.columns(selection.sort.map(\.name), of: table)
    let printer = try output.printer(table, text: table.metricTextColumns, fields: selection.fields)
    var options = AnalysisOptions()
    options.includesTraces = false
    let result = try input.analyze(options)
    var exchanges: [Int] = []
    for index in result.exchangeRows() where requestFilter.matches(result.requests[index], result.texts) { exchanges.append(index) }
    var flows: [Int] = []
    if let flowFilter {
      for index in result.distinctFlowRows where flowFilter.matches(result.flows[index], result.texts) { flows.append(index) }
    }
    let view = result.serviceMap(exchanges, flows)
    let order = try RowOrder.sort(Array(view.rows.indices), view.rows, view.table, selection, result.texts)
    var file = Terminal.standardOutput()
    try printer.print(view.rows, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }
}
