import Analysis
import ArgumentParser
import Export

/// `deepflow query`: SQL over the tables.
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Answer a question in SQL about the tables that 'deepflow schema' lists.",
    discussion: """
      The statement is one of SQLite's dialect, and can only read. For many questions about one capture, write the tables to a file once: \
      'deepflow export sqlite BUNDLE -o FILE'.
      """)

  @Argument(help: "One SELECT statement.")
  var sql: String

  @OptionGroup var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    // A mistake in the statement is told before a large capture is read: nothing has the same tables.
    _ = try prepared(try database(of: Pipeline().finish()))
    let result = try input.analyze(.everything)
    let database = try database(of: result)
    let statement = try prepared(database)
    var printer = QueryPrinter(format: output.resolvedFormat(isReport: false))
    printer.lineWidth = output.terminal.width
    printer.isColored = output.terminal.isColored
    var file = Terminal.standardOutput()
    try printer.print(statement, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }

  private func database(of result: borrowing AnalysisResult) throws -> Database {
    let database = try SQLiteDocument.temporary(result)
    try database.makeReadOnly()
    return database
  }

  private func prepared(_ database: borrowing Database) throws -> Statement {
    do throws(QueryError) {
      return try database.prepare(query: sql)
    } catch {
      throw CommandFailure(error.description + pointer(error))
    }
  }

  /// The statement with a mark below the place that is wrong, when there is one.
  private func pointer(_ error: QueryError) -> String {
    guard case .refused(_, let offset?) = error, !sql.contains("\n") else { return "" }
    let blanks = String(decoding: sql.utf8.prefix(offset), as: UTF8.self).count
    return " (at character \(blanks + 1))"
  }
}
