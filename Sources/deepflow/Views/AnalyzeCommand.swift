import Analysis
import ArgumentParser
import Export

/// `deepflow analyze`: the one-page report.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Show one page: what is slow, what fails, who talks to whom, and how much was lost.",
    discussion: "With a selection, the page is about the requests and flows that meet it; what was captured and lost is told of the whole.")

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Selection") var conditions: ConditionOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if output.format == .csv { throw ValidationError("analyze prints text or JSON, not csv") }
  }

  func run() throws {
    let selection = conditions.selection
    try ReportSelection.check(selection)
    let result = try input.analyze()
    let report = Report(result, try ReportSelection(result, selection))
    var file = Terminal.standardOutput()
    if output.resolvedFormat(isReport: true) == .text {
      var text = ReportText(files: input.files)
      text.lineWidth = output.terminal.width
      text.isColored = output.terminal.isColored
      text.append(report, to: &file.bytes)
    } else {
      ReportJSON(files: input.files).append(report, to: &file.bytes)
    }
    try file.finish()
    try input.checkLosses(result)
  }
}
