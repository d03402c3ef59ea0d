/// A command, a login or a response: what the request log shows of it.
struct MySQLMessage: Sendable {
  enum Content: Sendable {
    case command(MySQLRequest)
    case login(MySQLLogin)
    /// The further text of a statement was read.
    case statement(SQLDigest)
    case response(MySQLResult)
    /// Authentication data, the content of a file: nothing of it is shown.
    case hidden
  }

  var content: Content
  var role: MessageRole
  /// What ranges refer to, when it is not what was parsed: the bytes of a compressed packet.
  var unpacked: [UInt8]?

  init(_ content: Content, _ role: MessageRole) {
    self.content = content
    self.role = role
  }
}

/// A command; ranges are into the bytes it was parsed from.
struct MySQLRequest: Sendable {
  var command: MySQLCommand
  /// The statement, or its first bytes; the name of a database or a table.
  var text: Range<Int>?
  /// Of a statement, and of the one that is executed.
  var digest: SQLDigest?
  var statementID: UInt32?
  /// The text of the statement that is executed.
  var prepared: [UInt8]?
  /// What the parameters are, as text.
  var parameters: [UInt8]?
  /// The number of a thread that is to be killed.
  var number: UInt32?
  /// A traceparent among the query attributes.
  var traceParent: Range<Int>?
  /// The database in use.
  var database: [UInt8] = []
}

struct MySQLLogin: Sendable {
  var user: Range<Int>
  var database: Range<Int>?
  /// The program's name, among the attributes of the connection.
  var program: Range<Int>?
  var serverVersion: [UInt8]
  /// It changes the user of a connection that is logged in.
  var isChange = false
}

/// What a response says when it has ended, and what is known of it before.
struct MySQLResult: Hashable, Sendable {
  struct Failure: Hashable, Sendable {
    var code: UInt16
    var state: [UInt8]
    var message: [UInt8]
  }

  /// Bytes of a text that are shown.
  static let shownByteCount = 512

  var failure: Failure?
  var affectedRowCount: UInt64?
  var insertID: UInt64 = 0
  var warningCount: UInt16 = 0
  /// Rows and columns of result sets; several sets are added up.
  var rowCount: UInt64?
  var columnCount = 0
  var resultCount = 0
  var statementID: UInt32?
  var text: [UInt8] = []
  /// The command that it answers was not seen: what it says depends on it.
  var isPartial = false
}
