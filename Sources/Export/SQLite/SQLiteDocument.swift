package import Analysis
import Capture

/// Everything in one SQLite database. Texts are stored once (table `text`), combinations that recur are stored once, and rows are integers;
/// views under the catalog's names decode them, so that SQL stays plain and the file small.
package enum SQLiteDocument {
  /// Version of the storage behind the views (`PRAGMA user_version`).
  package static let storageVersion = 1

  /// Writes beside `path` and renames at the end: nobody ever sees half a database, and without a journal the renaming is what makes the
  /// export atomic.
  /// - Parameter report: called with each part when it is written.
  package static func write(
    _ result: borrowing AnalysisResult, to path: String, report: ((SQLiteExportPart) -> Void)? = nil
  ) throws(ExportError) {
    guard PendingFile.canReplace(path) else {
      throw .database(place: path, action: "create", message: "it is no regular file")
    }
    var file = try PendingFile(for: path)
    try fill(file.temporaryPath, result, report)
    try file.commit()
  }

  /// The same content in a database of this process alone. SQLite keeps it in memory, and what does not fit in a file that has no name.
  package static func temporary(_ result: borrowing AnalysisResult) throws(ExportError) -> Database {
    try fill("", result, nil)
  }

  @discardableResult
  private static func fill(
    _ path: String, _ result: borrowing AnalysisResult, _ report: ((SQLiteExportPart) -> Void)?
  ) throws(ExportError) -> Database {
    let database = try Database(path: path)
    for pragma in ["page_size=16384", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-65536"] {
      try database.execute("PRAGMA \(pragma)")
    }
    try database.execute("PRAGMA user_version=\(storageVersion)")
    try database.execute("BEGIN")
    var writer = SQLiteWriter(database, capturedTextCount: result.texts.count, report)
    try result.visitTables(&writer)
    return try writer.finish(result.texts)
  }
}

/// Writes the tables one after the other, then the dictionaries, views and indexes, in one transaction.
private struct SQLiteWriter: ~Copyable, TableVisitor {
  private let database: Database
  private var texts: TextDictionary
  /// Views and indexes, which are made last.
  private var finalStatements: [String] = []
  private let report: ((SQLiteExportPart) -> Void)?

  init(_ database: consuming Database, capturedTextCount: Int, _ report: ((SQLiteExportPart) -> Void)?) {
    self.database = database
    self.report = report
    texts = TextDictionary(capturedCount: capturedTextCount)
  }

  mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ captured: borrowing TextTable) throws(ExportError) {
    let start = SQLiteExportPart.now()
    let storage = TableStorage(table)
    for statement in storage.createStatements { try database.execute(statement) }
    var base: Int64 = 0
    if let column = storage.columns.firstIndex(where: \.isBased), let row = rows.first {
      base = table.columns[column].value(row).number ?? 0
    }
    var encoder = RowEncoder(storage, base: base)
    let insert = try database.prepare(storage.insertStatement)
    for index in rows.indices {
      encoder.encode(rows[index], table.columns, captured, &texts, into: insert)
      try insert.insert()
    }
    for group in storage.groups.indices { try write(group, storage, encoder) }
    finalStatements.append(storage.viewStatement(base: base))
    finalStatements += storage.indexStatements
    report?(SQLiteExportPart(table.name, rowCount: rows.count, columnCount: table.columns.count, since: start))
  }

  private func write(_ group: Int, _ storage: TableStorage, _ encoder: borrowing RowEncoder) throws(ExportError) {
    let insert = try database.prepare(storage.insertStatement(group: group))
    let width = storage.groups[group].columns.count
    for number in 0..<encoder.combinationCount(group) {
      insert.bind(Int64(number + 1), at: 0)
      for position in 0..<width {
        if let value = encoder.combination(group, number, position) {
          insert.bind(value, at: position + 1)
        } else {
          insert.bindNull(at: position + 1)
        }
      }
      try insert.insert()
    }
  }

  consuming func finish(_ captured: borrowing TextTable) throws(ExportError) -> Database {
    try database.execute("CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT)")
    let insert = try database.prepare("INSERT INTO text VALUES(?,?)")
    let start = SQLiteExportPart.now()
    try texts.insertAll(captured, into: insert)
    report?(SQLiteExportPart("text", rowCount: texts.count, columnCount: 0, since: start))
    let finalStart = SQLiteExportPart.now()
    for statement in finalStatements { try database.execute(statement) }
    try database.execute("COMMIT")
    report?(SQLiteExportPart("views, indexes and commit", rowCount: 0, columnCount: 0, since: finalStart))
    return database
  }
}
