/// A request, a response, or a further part of either.
struct PostgreSQLMessage: Sendable {
  enum Content: Sendable {
    case startup(PostgreSQLStartup)
    case request(PostgreSQLRequest)
    /// The further text of a statement was read.
    case statement(SQLDigest)
    case response(PostgreSQLResult)
    /// What somebody said with NOTIFY: channel and payload.
    case notification(channel: Range<Int>, payload: Range<Int>)
    /// A wish to cancel what the server's process with this number does; the key beside it is a credential.
    case cancel(process: UInt32)
    /// A statement of a pipeline that was not executed, because one before it failed so.
    case aborted(PostgreSQLResult.Failure)
    /// Where the response lay, bytes were lost.
    case lost
    /// Authentication data, rows of COPY: nothing of it is shown.
    case hidden
  }

  var content: Content
  var role: MessageRole

  init(_ content: Content, _ role: MessageRole) {
    self.content = content
    self.role = role
  }
}

struct PostgreSQLStartup: Sendable {
  var user: Range<Int>?
  var database: Range<Int>?
  var application: Range<Int>?
}

/// One message of a request: what it says that those before it did not. Ranges are into the bytes it was parsed from.
struct PostgreSQLRequest: Sendable {
  var kind: StaticString
  /// The statement, or its first bytes, where they stand in this message.
  var text: Range<Int>?
  /// The statement that a name stands for.
  var known: [UInt8]?
  var digest: SQLDigest?
  /// The name of a prepared statement.
  var name: [UInt8] = []
  var parameters: [UInt8]?
  /// Its statement was not seen.
  var isPartial = false
  var database: [UInt8] = []
}

/// What a response says when it has ended, and what is known of it before.
struct PostgreSQLResult: Sendable {
  struct Failure: Hashable, Sendable {
    var state: [UInt8]
    var message: [UInt8]
    /// The server ends the connection.
    var isFatal: Bool

    /// DeepFlow's rule, by the class of the SQLSTATE.
    var isClients: Bool {
      guard state.count == 5 else { return false }
      return Failure.clientClasses.contains { state[0] == $0.utf8Start[0] && state[1] == $0.utf8Start[1] }
    }

    private static let clientClasses: [StaticString] = [
      "03", "0A", "0B", "0F", "0L", "0P", "20", "22", "23", "26", "2F", "34", "3D", "3F", "42",
    ]
  }

  /// Bytes of a text that are shown.
  static let shownByteCount = 512

  var failure: Failure?
  /// What the last command completed with: "INSERT 0 1".
  var tag: [UInt8] = []
  var affectedRowCount: UInt64?
  var rowCount: UInt64?
  var resultCount = 0
  /// The server's version, and how it wanted the client to prove itself.
  var version: [UInt8] = []
  var authentication: StaticString?
  /// The request that it answers was not seen: what it says depends on it.
  var isPartial = false
}

/// What a name stands for.
struct PostgreSQLStatement: Sendable {
  /// The first bytes of its text.
  var text: [UInt8]
  var digest: SQLDigest
  /// The types of its parameters, as far as the client says them.
  var types: [UInt32] = []
}
