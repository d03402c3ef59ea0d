import Analysis

/// The plan of one table in the database: where each column of the catalog is stored, and the SQL that follows from it.
struct TableStorage {
  /// Where a column's values are.
  enum Place {
    /// In the table of rows, at this position.
    case row(Int)
    /// In a dictionary of combinations, at this position after the mask of nulls.
    case group(Int, Int)
  }

  struct StoredColumn {
    var name: String
    var isText: Bool
    var isReal: Bool
    var place: Place
    /// Columns of the catalog whose values are subtracted from and added to the value before it is stored.
    var subtracted: Int?
    var added: Int?
    /// The base is subtracted.
    var isBased: Bool
  }

  let name: String
  let columns: [StoredColumn]
  let groups: [StorageLayout.Group]
  /// Columns of the table of rows, without the groups' numbers, which follow them.
  let rowColumnCount: Int
  let indexedColumns: [String]

  init<Row>(_ table: Table<Row>) {
    let layout = StorageLayout.of(table.name)
    name = table.name
    indexedColumns = layout.indexedColumns
    let names = table.columns.map(\.name)
    // A layout may name columns that the catalog does not have (yet); a group without any is left out.
    groups = layout.groups.map { StorageLayout.Group(name: $0.name, columns: $0.columns.filter { names.contains($0) }) }
      .filter { !$0.columns.isEmpty }
    var rowCount = 0
    var columns: [StoredColumn] = []
    for column in table.columns {
      let place: Place
      if let group = groups.firstIndex(where: { $0.columns.contains(column.name) }),
        let position = groups[group].columns.firstIndex(of: column.name)
      {
        place = .group(group, position)
      } else {
        place = .row(rowCount)
        rowCount += 1
      }
      let reference = layout.references[column.name].map { reference in
        (subtracted: names.firstIndex(of: reference.column), added: reference.minus.flatMap { names.firstIndex(of: $0) })
      }
      columns.append(
        StoredColumn(
          name: column.name, isText: column.kind == .text, isReal: column.kind == .real, place: place, subtracted: reference?.subtracted,
          added: reference?.added, isBased: layout.basedColumns.contains(column.name)))
      for referred in [reference?.subtracted, reference?.added] {
        precondition(referred ?? -1 < columns.count - 1, "a column is stored relative to columns before it")
      }
    }
    self.columns = columns
    rowColumnCount = rowCount
  }

  private var rowColumns: [StoredColumn] {
    columns.filter { if case .row = $0.place { true } else { false } }
  }

  var createStatements: [String] {
    let rows = rowColumns.map { column in
      let type = column.isReal ? "REAL" : "INTEGER"
      return "\(quoted(column.name)) \(column.name == "_id" ? "INTEGER PRIMARY KEY" : type)"
    }
    let keys = groups.map { "\(quoted($0.name)) INTEGER" }
    return ["CREATE TABLE \(name)_rows(\((rows + keys).joined(separator: ", ")))"]
      + groups.map { group in
        "CREATE TABLE \(name)_\(group.name)(id INTEGER PRIMARY KEY, \(group.columns.map { quoted($0) + " INTEGER" }.joined(separator: ", ")))"
      }
  }

  var insertStatement: String {
    "INSERT INTO \(name)_rows VALUES(\(placeholders(rowColumnCount + groups.count)))"
  }

  func insertStatement(group: Int) -> String {
    "INSERT INTO \(name)_\(groups[group].name) VALUES(\(placeholders(groups[group].columns.count + 1)))"
  }

  var indexStatements: [String] {
    indexedColumns.map { "CREATE INDEX \(name)_by_\($0) ON \(name)_rows(\(quoted($0)))" }
  }

  /// The view under the table's own name, with exactly the columns of the catalog. The joins are outer ones, of which SQLite leaves out
  /// those that a query does not need; each finds its row.
  func viewStatement(base: Int64) -> String {
    let list = columns.map { column in "\(expression(column, base: base)) AS \(quoted(column.name))" }.joined(separator: ", ")
    let joins = groups.map { " LEFT JOIN \(name)_\($0.name) AS \(alias($0.name)) ON \(alias($0.name)).id = r.\(quoted($0.name))" }.joined()
    return "CREATE VIEW \(name) AS SELECT \(list) FROM \(name)_rows AS r\(joins)"
  }

  private func expression(_ column: StoredColumn, base: Int64) -> String {
    let stored: String
    switch column.place {
    case .row: stored = "r.\(quoted(column.name))"
    case .group(let group, _): stored = "\(alias(groups[group].name)).\(quoted(column.name))"
    }
    if column.isText { return "(SELECT value FROM text WHERE id = \(stored))" }
    if let subtracted = column.subtracted {
      let minus = column.added.map { " - coalesce(\(expression(columns[$0], base: base)), 0)" } ?? ""
      return "\(stored) + coalesce(\(expression(columns[subtracted], base: base)), 0)\(minus)"
    }
    return column.isBased ? "\(stored) + \(base)" : stored
  }

  private func alias(_ group: String) -> String { "g_\(group)" }

  private func quoted(_ name: String) -> String { "\"\(name)\"" }

  private func placeholders(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ",") }
}
