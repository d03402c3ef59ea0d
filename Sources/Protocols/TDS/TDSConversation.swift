/// What TDS must remember of a connection: the statement the client is sending, those that were prepared, and what the server has said so far.
struct TDSConversation: ConversationState {
  /// Statements of one connection, and bytes of all of them together.
  static let statementLimit = 1024
  static let byteLimit = 1 << 20

  struct Statement: Sendable {
    var text: [UInt8]
    var digest: SQLDigest
  }

  var database: [UInt8] = []
  /// Row counts have eight bytes since 7.2; `nil` until the version is known.
  var hasLongCounts: Bool?
  /// The client's message under way is a statement.
  var scanner: SQLScanner?
  /// The end of its text so far, which may go on.
  var rest: [UInt8] = []
  var result: TDSResult?
  /// Only the login is encrypted, and has not passed yet: the next record of TLS that the client sends of its own is it.
  var awaitsEncryptedLogin = false
  /// The statement that a response will give a handle.
  var preparing: Statement?
  private var statements: [UInt32: Statement] = [:]
  private var byteCount = 0
  private var anomaly: StaticString?

  mutating func loseSynchrony(of sender: MessageSender) {
    if sender == .client {
      scanner = nil
      rest = []
    } else {
      result = nil
      preparing = nil
    }
  }

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  mutating func keep(_ statement: Statement, _ handle: UInt32) {
    guard statements[handle] == nil else { return }
    let size = statement.text.count + statement.digest.shape.count
    guard statements.count < TDSConversation.statementLimit, byteCount + size <= TDSConversation.byteLimit else {
      return anomaly = "more prepared statements than are kept"
    }
    byteCount += size
    statements[handle] = statement
  }

  func statement(_ handle: UInt32) -> Statement? { statements[handle] }
}
