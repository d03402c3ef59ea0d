package import Analysis
import Capture

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Everything in one SQLite database. Texts are stored once (table `text`), combinations that recur are stored once, and rows are integers;
/// views under the catalog's names decode them, so that SQL stays plain and the file small.
package enum SQLiteDocument {
  /// Version of the storage behind the views (`PRAGMA user_version`).
  package static let storageVersion = 1

  /// Writes beside `path` and renames at the end: nobody ever sees half a database, and without a journal the renaming is what makes the
  /// export atomic.
  package static func write(_ result: borrowing AnalysisResult, to path: String) throws(ExportError) {
    let temporary = try temporaryFile(besides: path)
    do throws(ExportError) {
      try fill(temporary, result)
      guard rename(temporary, path) == 0 else { throw .system(place: path, action: "rename", errorNumber: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func temporaryFile(besides path: String) throws(ExportError) -> String {
    var template = Array("\(path).XXXXXX".utf8CString)
    let descriptor = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
    guard descriptor >= 0 else { throw .system(place: path, action: "create", errorNumber: errno) }
    close(descriptor)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The same content in a database of this process alone. SQLite keeps it in memory, and what does not fit in a file that has no name.
  package static func temporary(_ result: borrowing AnalysisResult) throws(ExportError) -> Database {
    try fill("", result)
  }

  @discardableResult
  private static func fill(_ path: String, _ result: borrowing AnalysisResult) throws(ExportError) -> Database {
    let database = try Database(path: path)
    for pragma in ["page_size=16384", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-65536"] {
      try database.execute("PRAGMA \(pragma)")
    }
    try database.execute("PRAGMA user_version=\(storageVersion)")
    try database.execute("BEGIN")
    var writer = SQLiteWriter(database, capturedTextCount: result.texts.count)
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

  init(_ database: consuming Database, capturedTextCount: Int) {
    self.database = database
    texts = TextDictionary(capturedCount: capturedTextCount)
  }

  mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ captured: borrowing TextTable) throws(ExportError) {
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
    try texts.insertAll(captured, into: insert)
    for statement in finalStatements { try database.execute(statement) }
    try database.execute("COMMIT")
    return database
  }
}
