import Analysis
import ArgumentParser
import Export

/// `deepflow trace`: one trace as a tree.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Show one trace as a tree: where the time of a request went.")

  @Argument(help: "'slowest', the ID of a line of 'deepflow traces', or the application's trace identifier.")
  var id: String

  @OptionGroup var input: InputOptions

  @Flag(help: "Say for every span why it hangs below its parent, and how certain that is.")
  var explain = false

  @OptionGroup(title: "Selection") var conditions: ConditionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard TraceChoice(id) != .slowest, !conditions.selection.isEmpty else { return }
    throw ValidationError("a selection chooses the slowest of several traces; '\(id)' is one")
  }

  func run() throws {
    let selection = conditions.selection
    try TraceOrder.check(selection)
    let result = try input.analyze()
    let index = try chosenTrace(id, result, input, among: selection.isEmpty ? nil : try TraceOrder.select(result, selection))
    let trace = result.traces[index]
    var file = Terminal.standardOutput()
    let spans = trace.firstSpan..<(trace.firstSpan + trace.spanCount)
    switch output.resolvedFormat(isReport: true) {
    case .json:
      file.bytes.append("{\"trace\":")
      JSONRows(Table.traces.columns).append(trace, result.texts, to: &file.bytes)
      file.bytes.append(",\"spans\":")
      try RowPrinter(format: .json, columns: Table.spans.columns, textColumns: []).print(
        result.spans, order: spans, result.texts, to: &file)
      file.bytes.removeLast()
      file.bytes.append("}\n")
    case .jsonl, .csv:
      let printer = RowPrinter(format: output.format ?? .jsonl, columns: Table.spans.columns, textColumns: [])
      try printer.print(result.spans, order: spans, result.texts, to: &file)
    case .text:
      var tree = TraceTreeText()
      tree.lineWidth = output.terminal.width
      tree.isColored = output.terminal.isColored
      tree.isExplained = explain
      tree.append(trace, result, to: &file.bytes)
    }
    try file.finish()
    try input.checkLosses(result)
  }
}

/// The trace of this name, or an error that says what to do.
///
/// - Parameter selected: The traces that the slowest is looked for among; `nil` for all.
func chosenTrace(_ name: String, _ result: borrowing AnalysisResult, _ input: InputOptions, among selected: [Int]? = nil) throws -> Int {
  if let index = TraceChoice(name).index(in: result, among: selected) { return index }
  let files = input.files.joined(separator: ", ")
  guard !result.traces.isEmpty else {
    throw CommandFailure("\(files): no trace to show: no request was found in the capture; 'deepflow inspect' says what is in it")
  }
  if selected != nil {
    throw CommandFailure("\(files): no trace to show: none of its \(result.traces.count) traces meets the selection")
  }
  throw CommandFailure("\(files): trace '\(name)' not found: no trace has this ID; 'deepflow traces' lists them")
}
