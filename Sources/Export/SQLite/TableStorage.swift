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

  /// What is subtracted from a value before it is stored. Columns are named by their positions in the catalog.
  enum Reference {
    case nothing
    /// The time of the first row.
    case base
    case column(Int, minus: Int?)
    /// A column of the leader: position in `StorageLayout.leaderColumns`.
    case leader(Int)
    /// The row's own identifier.
    case identifier
    /// The first value that the row's combination in the sequence group had: position among the sequence columns.
    case sequence(Int)
  }

  struct StoredColumn {
    var name: String
    var isText: Bool
    var isReal: Bool
    var place: Place
    var reference: Reference
  }

  let name: String
  let columns: [StoredColumn]
  let groups: [StorageLayout.Group]
  /// Columns of the table of rows, without the groups' numbers, which follow them.
  let rowColumnCount: Int
  /// The group whose combinations have first sequence numbers, and the columns these are of.
  let sequenceGroup: Int?
  let sequenceColumns: [String]
  /// Columns of the leader that this table's columns are stored relative to.
  let leaderColumns: [String]

  init<Row>(_ table: Table<Row>) {
    let layout = StorageLayout.of(table.name)
    let names = table.columns.map(\.name)
    // A layout may name columns that the catalog does not have (yet); a group without any is left out.
    let groups = layout.groups.map { StorageLayout.Group(name: $0.name, columns: $0.columns.filter { names.contains($0) }) }
      .filter { !$0.columns.isEmpty }
    let sequenceColumns = layout.sequenceColumns.filter { names.contains($0) }
    let leaderColumns = names.compactMap { layout.leaders[$0] }
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
      var reference = Reference.nothing
      if let leader = layout.leaders[column.name].flatMap({ StorageLayout.leaderColumns.firstIndex(of: $0) }) {
        reference = .leader(leader)
      } else if layout.identifierColumns.contains(column.name) {
        reference = .identifier
      } else if let sequence = sequenceColumns.firstIndex(of: column.name) {
        reference = .sequence(sequence)
      } else if let named = layout.references[column.name], let subtracted = names.firstIndex(of: named.column) {
        let added = named.minus.flatMap { names.firstIndex(of: $0) }
        precondition(max(subtracted, added ?? 0) < columns.count, "a column is stored relative to columns before it")
        reference = .column(subtracted, minus: added)
      } else if layout.basedColumns.contains(column.name) {
        reference = .base
      }
      columns.append(
        StoredColumn(
          name: column.name, isText: column.kind == .text, isReal: column.kind == .real, place: place, reference: reference))
    }
    let leansOnIdentifier = columns.contains { if case .identifier = $0.reference { true } else { false } }
    precondition(!leansOnIdentifier || names.first == "_id", "what is stored relative to the row's identifier stands behind it")
    name = table.name
    self.columns = columns
    self.groups = groups
    rowColumnCount = rowCount
    sequenceGroup = layout.sequenceGroup.flatMap { name in groups.firstIndex { $0.name == name } }
    self.sequenceColumns = sequenceColumns
    self.leaderColumns = leaderColumns
  }

  /// Position of the column that identifies a row.
  var identifierColumn: Int? { columns.firstIndex { $0.name == "_id" } }

  /// Position of the column whose first value is the base.
  var basedColumn: Int? { columns.firstIndex { if case .base = $0.reference { true } else { false } } }

  /// Of the leader: positions of the columns that others lean on, in the order of `StorageLayout.leaderColumns`.
  var keptColumns: [Int] {
    guard name == StorageLayout.leader else { return [] }
    return StorageLayout.leaderColumns.compactMap { wanted in columns.firstIndex { $0.name == wanted } }
  }

  private var rowColumns: [StoredColumn] {
    columns.filter { if case .row = $0.place { true } else { false } }
  }

  /// Columns of a group's table after its number: the combination, and the first sequence numbers where it has them.
  private func groupColumns(_ group: Int) -> [String] {
    groups[group].columns + (group == sequenceGroup ? sequenceColumns.map { "first_\($0)" } : [])
  }

  var createStatements: [String] {
    let rows = rowColumns.map { "\(quoted($0.name)) \($0.name == "_id" ? "INTEGER PRIMARY KEY" : type(of: $0.name))" }
    let keys = groups.map { "\(quoted($0.name)) INTEGER" }
    return ["CREATE TABLE \(name)_rows(\((rows + keys).joined(separator: ", ")))"]
      + groups.indices.map { group in
        "CREATE TABLE \(name)_\(groups[group].name)(id INTEGER PRIMARY KEY, \(groupColumns(group).map { "\(quoted($0)) \(type(of: $0))" }.joined(separator: ", ")))"
      }
  }

  private func type(of name: String) -> String { columns.first { $0.name == name }?.isReal == true ? "REAL" : "INTEGER" }

  var insertStatement: String {
    "INSERT INTO \(name)_rows VALUES(\(placeholders(rowColumnCount + groups.count)))"
  }

  func insertStatement(group: Int) -> String {
    "INSERT INTO \(name)_\(groups[group].name) VALUES(\(placeholders(groupColumns(group).count + 1)))"
  }

  /// A table of rows together with what its expressions need, as a view joins it.
  struct Joined {
    var storage: TableStorage
    var base: Int64
    /// Names of the table of rows and, with the group's name behind it, of a group, in the statement.
    var row: String
    var groupPrefix: String
  }

  /// The view under the table's own name, with exactly the columns of the catalog. The joins are outer ones, of which SQLite leaves out
  /// those that a query does not need; each finds its row.
  /// - Parameter leader: the table that this one leans on, when there is one.
  func viewStatement(base: Int64, leader: (storage: TableStorage, base: Int64)?) -> String {
    let own = Joined(storage: self, base: base, row: "r", groupPrefix: "g_")
    let leader = leader.map { Joined(storage: $0.storage, base: $0.base, row: "l", groupPrefix: "l_") }
    let list = columns.indices.map { "\(own.value(of: $0, leader)) AS \(quoted(columns[$0].name))" }.joined(separator: ", ")
    var joins = own.groupJoins(groups.indices.map { $0 })
    if let leader, !leaderColumns.isEmpty {
      joins += " LEFT JOIN \(leader.storage.name)_rows AS l ON l._id = r._id" + leader.groupJoins(leader.storage.groups(of: leaderColumns))
    }
    return "CREATE VIEW \(name) AS SELECT \(list) FROM \(name)_rows AS r\(joins)"
  }

  /// The groups that hold these columns.
  private func groups(of names: [String]) -> [Int] {
    groups.indices.filter { group in groups[group].columns.contains { names.contains($0) } }
  }

  private func quoted(_ name: String) -> String { "\"\(name)\"" }

  private func placeholders(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ",") }
}

extension TableStorage.Joined {
  /// The expression that gives the value of a column as the catalog has it.
  func value(of index: Int, _ leader: TableStorage.Joined?) -> String {
    let number = number(of: index, leader)
    return storage.columns[index].isText ? "(SELECT value FROM text WHERE id = \(number))" : number
  }

  func groupJoins(_ groups: [Int]) -> String {
    groups.map { group in
      let name = storage.groups[group].name
      return " LEFT JOIN \(storage.name)_\(name) AS \(groupPrefix)\(name) ON \(groupPrefix)\(name).id = \(row).\"\(name)\""
    }.joined()
  }

  /// The same before a text is looked up.
  private func number(of index: Int, _ leader: TableStorage.Joined?) -> String {
    let column = storage.columns[index]
    let stored: String
    switch column.place {
    case .row: stored = "\(row).\"\(column.name)\""
    case .group(let group, _): stored = "\(groupPrefix)\(storage.groups[group].name).\"\(column.name)\""
    }
    switch column.reference {
    case .nothing: return stored
    case .base: return "(\(stored) + \(base))"
    case .column(let subtracted, let minus):
      let difference = minus.map { " - coalesce(\(number(of: $0, leader)), 0)" } ?? ""
      return "(\(stored) + coalesce(\(number(of: subtracted, leader)), 0)\(difference))"
    case .leader(let position):
      guard let leader, let index = leader.storage.columns.firstIndex(where: { $0.name == StorageLayout.leaderColumns[position] }) else {
        return stored
      }
      return "(\(stored) + coalesce(\(leader.number(of: index, nil)), 0))"
    case .identifier: return IdentifierDistance.expression(own: "\(row)._id", distance: stored)
    case .sequence(let position):
      guard let group = storage.sequenceGroup else { return stored }
      let first = "\(groupPrefix)\(storage.groups[group].name).\"first_\(storage.sequenceColumns[position])\""
      return "((\(stored) + \(first)) & \(UInt32.max))"
    }
  }
}
