import Analysis
import ArgumentParser
import Export

/// `deepflow flows`: the flow log.
struct FlowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flows", abstract: "Show the flow log: one line for each flow at each place where it was seen.")

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Selection") var choice: SelectionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Flag(name: .customLong("no-l7"), help: "Leave application protocols out: faster.")
  var leavesRequestsOut = false

  func run() throws {
    let selection = choice.selection
    let printer = try output.printer(.flows, text: Table.flows.textColumns, fields: selection.fields)
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
}
