/// What MySQL must remember of a connection: what was agreed upon at login, the commands that await an answer, the statements that were
/// prepared, and how far each side is within a message.
struct MySQLConversation: ConversationState {
  /// Commands remembered while they await their answer.
  static let awaitedLimit = 4096

  struct Awaited: Sendable {
    var command: MySQLCommand?
    /// Of a statement to prepare: what its number will stand for.
    var statement: MySQLStatement?
    /// The database in use when it succeeds.
    var database: [UInt8]?

    var shape: MySQLResponseShape { command?.responseShape ?? .authentication }
  }

  /// Source: MySQL 8.0, "Capabilities Flags".
  enum Capability {
    static let connectWithDatabase: UInt32 = 1 << 3
    static let compress: UInt32 = 1 << 5
    static let protocol41: UInt32 = 1 << 9
    static let tls: UInt32 = 1 << 11
    static let secureConnection: UInt32 = 1 << 15
    static let pluginAuthentication: UInt32 = 1 << 19
    static let connectionAttributes: UInt32 = 1 << 20
    static let lengthEncodedAuthentication: UInt32 = 1 << 21
    static let deprecateEOF: UInt32 = 1 << 24
    static let compressZstd: UInt32 = 1 << 26
    static let queryAttributes: UInt32 = 1 << 27
  }

  var serverVersion: [UInt8] = []
  var serverCapabilities: UInt32?
  /// What both sides can do; `nil` when the login was not seen.
  var capabilities: UInt32?
  var isLoggedIn = false
  var startsTLS = false
  var isCompressed: Bool?
  var database: [UInt8] = []
  /// Result sets end with OK instead of EOF; `nil` until it is known.
  var deprecatesEOF: Bool?

  private(set) var awaited: [Awaited] = []
  private var awaitedHead = 0
  var statements = MySQLStatementTable()
  /// The statement that was to be prepared last: -1 stands for it before its number is known.
  var lastPrepared: MySQLStatement?

  /// The client sends a file.
  var sendsFile = false
  /// The statement that the client is sending: its text is read as it comes.
  var scanner: SQLScanner?
  /// Bytes of the packet under way that are still to be read, and whether another packet continues it.
  var statementByteCount = 0
  var statementIsSplit = false

  var response = MySQLResponseWalker()
  var fromClient = MySQLUnpacker()
  var fromServer = MySQLUnpacker()
  private var anomaly: StaticString?

  mutating func loseSynchrony(of sender: MessageSender) {
    if sender == .server {
      awaited = []
      awaitedHead = 0
      response = MySQLResponseWalker()
      fromServer = MySQLUnpacker()
    } else {
      scanner = nil
      sendsFile = false
      fromClient = MySQLUnpacker()
    }
  }

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  mutating func note(_ anomaly: StaticString) { self.anomaly = anomaly }

  mutating func await(_ entry: Awaited) {
    guard awaited.count - awaitedHead < MySQLConversation.awaitedLimit else { return note("more commands than are kept await an answer") }
    awaited.append(entry)
  }

  var firstAwaited: Awaited? { awaitedHead < awaited.count ? awaited[awaitedHead] : nil }

  mutating func takeAwaited() -> Awaited? {
    guard awaitedHead < awaited.count else { return nil }
    let first = awaited[awaitedHead]
    awaitedHead += 1
    if awaitedHead == awaited.count {
      awaited.removeAll(keepingCapacity: true)
      awaitedHead = 0
    } else if awaitedHead >= 64 {
      awaited.removeFirst(awaitedHead)
      awaitedHead = 0
    }
    return first
  }

  func has(_ capability: UInt32) -> Bool? { capabilities.map { $0 & capability != 0 } }

  /// A response ended: what it changes.
  mutating func noteResponse(_ result: MySQLResult) {
    guard let entry = takeAwaited() else { return }
    if entry.shape == .authentication {
      guard result.failure == nil else {
        // The server closes the connection.
        self = MySQLConversation()
        return
      }
      isLoggedIn = true
      if let capabilities, isCompressed == nil {
        isCompressed = capabilities & (Capability.compress | Capability.compressZstd) != 0
      }
    }
    guard result.failure == nil else { return }
    if let database = entry.database { self.database = database }
    if let number = result.statementID, let statement = entry.statement, !statements.keep(statement, number) {
      note("more prepared statements than are kept")
    }
  }
}
