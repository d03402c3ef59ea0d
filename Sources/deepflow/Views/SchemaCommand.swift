import Analysis
import ArgumentParser
import Export

/// `deepflow schema`: the tables and their columns.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Show the tables that queries and exports have, or the columns of one.",
    discussion: "deepflow-schema(5) has all of them on one page.")

  @Argument(help: "A table; without it, the list of tables.")
  var table: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let catalog = SchemaCatalog()
    var tables = catalog.tables
    if let table {
      guard let known = catalog.table(table) else {
        let hint = NearestName.of(table, among: tables.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
        throw ValidationError("there is no table '\(table)'\(hint)")
      }
      tables = [known]
    }
    var file = Terminal.standardOutput()
    switch output.resolvedFormat(isReport: true) {
    case .text where table == nil: SchemaText.appendOverview(catalog, to: &file.bytes)
    case .text: SchemaText.append(tables[0], to: &file.bytes)
    case .json: SchemaText.append(json: tables, isLines: false, to: &file.bytes)
    case .jsonl: SchemaText.append(json: tables, isLines: true, to: &file.bytes)
    case .csv: SchemaText.append(csv: tables, to: &file.bytes)
    }
    try file.finish()
  }
}
