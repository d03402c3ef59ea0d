/// What CQL must remember of a connection: the statements that were prepared, and those that are being prepared.
struct CassandraConversation: ConversationState {
  /// Statements of one connection, and bytes of all of them together.
  static let statementLimit = 4096
  static let byteLimit = 4 << 20

  struct Statement: Sendable {
    var text: [UInt8]
    var digest: SQLDigest
  }

  private var statements: [[UInt8]: Statement] = [:]
  private var preparing: [Int16: Statement] = [:]
  private var byteCount = 0
  private var anomaly: StaticString?

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  mutating func prepare(_ statement: Statement, on stream: Int16) {
    if preparing.count < CassandraConversation.statementLimit { preparing[stream] = statement }
  }

  /// The server's name of the statement that was prepared on `stream`.
  mutating func name(_ identifier: [UInt8], on stream: Int16) {
    guard let statement = preparing.removeValue(forKey: stream), statements[identifier] == nil else { return }
    let size = identifier.count + statement.text.count + statement.digest.shape.count + statement.digest.tables.count
    guard statements.count < CassandraConversation.statementLimit, byteCount + size <= CassandraConversation.byteLimit else {
      return anomaly = "more prepared statements than are kept"
    }
    byteCount += size
    statements[identifier] = statement
  }

  mutating func forgetPreparing(on stream: Int16) { preparing[stream] = nil }

  func statement(_ identifier: [UInt8]) -> Statement? { statements[identifier] }
}
