/// A packet of a client, or everything that a server answers: what the request log shows of it. Ranges are into the bytes it was parsed from.
struct ClickHouseMessage: Sendable {
  enum Content: Sendable {
    case hello(ClickHouseHello)
    case query(ClickHouseQuery)
    /// A packet that is its name: Ping, Cancel, TablesStatusRequest.
    case request(StaticString)
    case response(ClickHouseResult)
    /// Data, keys: nothing of it is shown.
    case hidden
  }

  var content: Content
  var role: MessageRole

  init(_ content: Content, _ role: MessageRole) {
    self.content = content
    self.role = role
  }
}

/// Who comes, to which database, by which program. What proves it is stepped over.
struct ClickHouseHello: Sendable {
  var program: Range<Int>
  var revision: UInt64
  var database: Range<Int>
  var user: Range<Int>
}

struct ClickHouseQuery: Sendable {
  var identifier: Range<Int>
  /// Of the query that this one is a part of.
  var initialIdentifier = 0..<0
  /// What the client says that it can speak; 0 when it says nothing.
  var clientRevision: UInt64 = 0
  /// The context of the caller's trace: identifiers of 16 and of 8 bytes, as they stand on the wire.
  var trace: (trace: Range<Int>, span: Range<Int>)?
  var isCompressed = false
  /// The statement, or its first bytes.
  var text = 0..<0
  var textByteCount = 0
  /// Parameters follow the text.
  var hasParameters = false
  var digest: SQLDigest?
  /// The database in use, and the user, as the login named them.
  var database: [UInt8] = []
  var user: [UInt8] = []
}

/// What a server says when it has answered.
struct ClickHouseResult: Sendable {
  struct Failure: Hashable, Sendable {
    var code: Int32
    var name: [UInt8]
    var message: [UInt8]
  }

  /// Bytes of a text that are shown.
  static let shownByteCount = 512

  var failure: Failure?
  /// The server's version, at login.
  var version: [UInt8] = []
  /// Rows of the result, by its blocks, and by the server's own count of them.
  var blockRowCount: UInt64 = 0
  var profileRowCount: UInt64?
  var readRowCount: UInt64 = 0
  var readByteCount: UInt64 = 0
  var writtenRowCount: UInt64 = 0
  /// Rows that the client sent for the statement.
  var sentRowCount: UInt64 = 0
  var hasBlocks = false
  var text: StaticString?
  /// The request was not seen, or the rest of the answer cannot be read.
  var isPartial = false
}
