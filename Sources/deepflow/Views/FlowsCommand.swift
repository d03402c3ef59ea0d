import Analysis
import ArgumentParser
import Export

/// `deepflow flows`: the flow log.
struct FlowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flows", abstract: "Show the flow log: one line for each flow at each place where it was seen.",
    discussion: """
      With --by, a line for each group of flows. The selection applies to the flows that are counted; --sort, --limit and --fields to the \
      lines that are shown. A flow that was seen at several places counts at each; 'deepflow metrics --table network' counts it once. \
      --by path has a line for every two neighbouring places on the way from clients to servers, with what was lost between them.
      """)

  @OptionGroup var input: InputOptions
  @Option(
    help: ArgumentHelp(
      "Group by these: process, service, pair (of addresses), interface, path, close_type, client, port, protocol, or any field.",
      valueName: "field,..."))
  var by: String?

  @OptionGroup(title: "Selection") var choice: SelectionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Flag(name: .customLong("no-l7"), help: "Leave application protocols out: faster.")
  var leavesRequestsOut = false

  func run() throws {
    if let by { return try showGroups(by.split(separator: ",").map { String($0) }) }
    let selection = choice.selection
    var printer = try output.printer(.flows, text: Table.flows.textColumns, fields: selection.fields)
    printer.workers = input.threadCount
    _ = try RowOrder.check(selection, .flows)
    var options = AnalysisOptions()
    options.includesTraces = false
    options.includesRequests = !leavesRequestsOut
    let result = try input.analyze(options)
    let order = try RowOrder.select(result.flows, .flows, selection, result.texts)
    var file = Terminal.standardOutput()
    try printer.print(result.flows, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }

  private func showGroups(_ names: [String]) throws {
    let grouping = try FlowGrouping(by: names, choice.selection)
    let selection = grouping.order(choice.selection)
    let expected = grouping.table(hasLostEvidence: false)
    _ = try RowOrder.columns(selection.sort.map(\.name) + selection.fields, of: expected)
    var options = AnalysisOptions()
    options.includesTraces = false
    options.includesRequests = !leavesRequestsOut
    options.flowGrouping = grouping
    let result = try input.analyze(options)
    let view = result.flowGroups(grouping)
    let printer = try output.printer(view.table, text: view.table.flowGroupTextColumns, fields: selection.fields)
    let order = try RowOrder.sort(Array(view.rows.indices), view.rows, view.table, selection, result.texts)
    var file = Terminal.standardOutput()
    try printer.print(view.rows, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }
}
