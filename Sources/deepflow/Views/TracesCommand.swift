import Analysis
import ArgumentParser
import Export

/// `deepflow traces`: one line a trace.
struct TracesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traces", abstract: "Show the traces, one line each: what one request set off.",
    discussion: "A trace is shown when it meets the conditions itself (status, service, times) and one of its requests meets the others.")

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Selection") var choice: SelectionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let selection = choice.selection
    let printer = try output.printer(.traces, text: Table.traces.textColumns, fields: selection.fields)
    try TraceOrder.check(selection)
    let result = try input.analyze()
    let order = try TraceOrder.select(result, selection)
    var file = Terminal.standardOutput()
    try printer.print(result.traces, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }
}
