import Analysis
import ArgumentParser

/// Which rows a view shows, and in which order: the same flags on every view.
struct SelectionOptions: ParsableArguments {
  @OptionGroup var conditions: ConditionOptions

  @Option(help: "At most this many rows.")
  var limit: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Sort by these fields; -FIELD for the largest first.", valueName: "field,..."))
  var sort: String?

  @Option(help: ArgumentHelp("Show these fields, in this order.", valueName: "field,..."))
  var fields: String?

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is a number of rows, not \(limit)") }
  }

  var selection: RowSelection {
    var selection = conditions.selection
    selection.limit = limit
    selection.sort = split(sort).map { RowSelection.SortField($0) }
    selection.fields = split(fields)
    return selection
  }

  private func split(_ list: String?) -> [String] { (list ?? "").split(separator: ",").map { String($0) } }
}
