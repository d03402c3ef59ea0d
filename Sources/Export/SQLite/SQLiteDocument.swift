package import Analysis
import Capture

/// Everything in one SQLite database. Texts are stored once (table `text`), combinations that recur are stored once, and rows are integers;
/// views under the catalog's names decode them, so that SQL stays plain and the file small.
package enum SQLiteDocument {
  /// Version of the storage behind the views (`PRAGMA user_version`).
  package static let storageVersion = 2

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

/// Writes the tables one after the other, then the dictionary of texts and the views, in one transaction.
private struct SQLiteWriter: ~Copyable, TableVisitor {
  private let database: Database
  private var texts: TextDictionary
  /// Views, which are made last.
  private var viewStatements: [String] = []
  /// The table that others lean on, when it was written.
  private var leader: (storage: TableStorage, base: Int64)?
  private var leaderRows = LeaderRows()
  private let report: ((SQLiteExportPart) -> Void)?

  init(_ database: consuming Database, capturedTextCount: Int, _ report: ((SQLiteExportPart) -> Void)?) {
    self.database = database
    self.report = report
    texts = TextDictionary(capturedCount: capturedTextCount)
  }

  mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ captured: borrowing TextTable) throws(ExportError) {
    let start = SQLiteExportPart.Start()
    let storage = TableStorage(table)
    let readers = table.columns.map(\.read)
    try rows.withUnsafeBufferPointer { buffer throws(ExportError) in
      try write(storage, readers, buffer.indices.map { UnsafeRawPointer(buffer.baseAddress! + $0) }, captured)
    }
    report?(SQLiteExportPart(table.name, rowCount: rows.count, columnCount: table.columns.count, since: start))
  }

  private mutating func write(
    _ storage: TableStorage, _ readers: [CellReader], _ rows: [UnsafeRawPointer], _ captured: borrowing TextTable
  ) throws(ExportError) {
    for statement in storage.createStatements { try database.execute(statement) }
    let identifier = storage.identifierColumn.map { readers[$0] }
    // In ascending order: SQLite then only ever appends, and leaves no page half empty.
    var rows = rows
    if let identifier {
      let identifiers = rows.map { identifier($0).number ?? 0 }
      if !zip(identifiers, identifiers.dropFirst()).allSatisfy({ $0 < $1 }) {
        rows = rows.indices.sorted { (identifiers[$0], $0) < (identifiers[$1], $1) }.map { rows[$0] }
      }
    }
    let base = storage.basedColumn.flatMap { column in rows.first.flatMap { readers[column]($0).number } } ?? 0
    var encoder = RowEncoder(storage, readers, base: base)
    let insert = try database.prepare(storage.insertStatement)
    leaderRows.rewind()
    let kept = storage.keptColumns
    for row in rows {
      if !storage.leaderColumns.isEmpty, let identifier {
        let found = leaderRows.find(identifier(row).number ?? 0)
        for column in StorageLayout.leaderColumns.indices { encoder.setLeader(column, found.map { leaderRows.value($0, column) } ?? 0) }
      }
      encoder.encode(row, captured, &texts, into: insert)
      try insert.insert()
      if kept.isEmpty { continue }
      leaderRows.append(identifier: encoder.number(0))
      for column in kept { leaderRows.append(value: encoder.number(column)) }
    }
    for group in storage.groups.indices {
      try encoder.insertCombinations(group, into: try database.prepare(storage.insertStatement(group: group)))
    }
    if !kept.isEmpty { leader = (storage, base) }
    viewStatements.append(storage.viewStatement(base: base, leader: leader))
  }

  consuming func finish(_ captured: borrowing TextTable) throws(ExportError) -> Database {
    for statement in TextDictionary.createStatements { try database.execute(statement) }
    let insert = try database.prepare(TextDictionary.insertStatement)
    let start = SQLiteExportPart.Start()
    try texts.insertAll(captured, into: insert)
    report?(SQLiteExportPart("text", rowCount: texts.count, columnCount: 0, since: start))
    let finalStart = SQLiteExportPart.Start()
    for statement in viewStatements { try database.execute(statement) }
    try database.execute("COMMIT")
    report?(SQLiteExportPart("views and commit", rowCount: 0, columnCount: 0, since: finalStart))
    return database
  }
}
