import Analysis
import ArgumentParser
import Export

extension RowFormat: ExpressibleByArgument {}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// How a view prints.
struct OutputOptions: ParsableArguments {
  @Option(help: "Form of the output.")
  var format: RowFormat?

  @Flag(help: "The same as --format jsonl; on reports, --format json.")
  var json = false

  @Option(help: "Colours: on a terminal, always or never. NO_COLOR turns them off.")
  var color: ColorChoice = .auto

  func validate() throws {
    if json, let format, format != .json, format != .jsonl {
      throw ValidationError("--json and --format \(format.rawValue) contradict each other")
    }
  }

  /// - Parameter isReport: one value rather than rows.
  func resolvedFormat(isReport: Bool) -> RowFormat {
    format ?? (json ? (isReport ? .json : .jsonl) : .text)
  }

  var terminal: Terminal { Terminal(color) }

  /// A printer of `table`'s rows, with the columns of `fields` or the view's own.
  func printer<Row>(_ table: Table<Row>, text: [TextColumn<Row>], fields: [String]) throws -> RowPrinter<Row> {
    let chosen = try RowOrder.columns(fields, of: table)
    var printer = RowPrinter(
      format: resolvedFormat(isReport: false), columns: chosen.isEmpty ? table.columns : chosen,
      textColumns: chosen.isEmpty ? text : chosen.map { TextColumn($0) })
    printer.lineWidth = terminal.width
    printer.isColored = terminal.isColored
    return printer
  }
}
