/// A prepared statement.
struct MySQLStatement: Sendable {
  /// The first bytes of its text.
  var text: [UInt8]
  var digest: SQLDigest
  var parameterCount: Int
  /// The types of its parameters, two bytes each, as they were sent last.
  var types: [UInt8] = []
  /// A parameter was sent by COM_STMT_SEND_LONG_DATA: it is missing among the others.
  var hasLongData = false
}

/// The prepared statements of one connection, by their numbers.
struct MySQLStatementTable: Sendable {
  /// Statements of one connection. The server's own limit for all connections is 16,382 by default.
  static let limit = 4096
  /// Bytes of all of them together.
  static let byteLimit = 4 << 20

  /// Bytes of one statement's parameter types; parameters of a statement with more are shown only when their types come along.
  static let longestTypes = 1024

  private var statements: [UInt32: MySQLStatement] = [:]
  private var byteCount = 0

  /// `false` when there is no room for it.
  mutating func keep(_ statement: MySQLStatement, _ number: UInt32) -> Bool {
    remove(number)
    let size = MySQLStatementTable.size(statement)
    guard statements.count < MySQLStatementTable.limit, byteCount + size <= MySQLStatementTable.byteLimit else { return false }
    byteCount += size
    statements[number] = statement
    return true
  }

  subscript(number: UInt32) -> MySQLStatement? { statements[number] }

  mutating func setTypes(_ types: [UInt8], of number: UInt32) {
    statements[number]?.types = types.count <= MySQLStatementTable.longestTypes ? types : []
  }

  mutating func setLongData(_ hasLongData: Bool, of number: UInt32) { statements[number]?.hasLongData = hasLongData }

  mutating func remove(_ number: UInt32) {
    if let old = statements.removeValue(forKey: number) { byteCount -= MySQLStatementTable.size(old) }
  }

  private static func size(_ statement: MySQLStatement) -> Int {
    statement.text.count + statement.digest.shape.count + statement.digest.tables.count + longestTypes
  }
}
