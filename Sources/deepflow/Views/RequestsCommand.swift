import Analysis
import ArgumentParser
import Export

/// `deepflow requests`: the request log.
struct RequestsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "requests", abstract: "Show the request log: one line for each request at each place where it was seen.")

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Selection") var choice: SelectionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let selection = choice.selection
    var printer = try output.printer(.requests, text: Table.requests.textColumns, fields: selection.fields)
    printer.workers = input.threadCount
    _ = try RowOrder.check(selection, .requests)
    var options = AnalysisOptions()
    // Only the trace stage knows the thread-order identifiers; nobody else needs it for rows.
    options.includesTraces = true
    let result = try input.analyze(options)
    let order = try RowOrder.select(result.requests, .requests, selection, result.texts)
    var file = Terminal.standardOutput()
    try printer.print(result.requests, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }
}
