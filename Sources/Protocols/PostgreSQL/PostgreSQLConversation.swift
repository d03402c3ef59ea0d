/// What PostgreSQL must remember of a connection: the requests whose answers are to come, the statements and portals that have names, and how
/// far each side is within a message.
struct PostgreSQLConversation: ConversationState {
  /// Requests remembered while they await their answer.
  static let awaitedLimit = 8192
  /// Statements and portals of one connection, and bytes of all of them together.
  static let statementLimit = 4096
  static let statementByteLimit = 4 << 20

  /// What answers are to come.
  struct Awaited: Sendable {
    enum Kind: Hashable, Sendable {
      /// One byte, or an error.
      case negotiation
      /// A dialogue that ends when the server is ready.
      case startup
      /// Results until the server is ready.
      case untilReady
      /// One answer to each message of an extended query.
      case extended
      /// The server is ready again.
      case sync
    }

    var kind: Kind
    var identifier: UInt64
    /// Answers that are still to come.
    var answerCount = 0
  }

  /// The extended query that the client is sending.
  struct OpenRequest: Sendable {
    var identifier: UInt64
    /// The name of the statement that it began with.
    var name: [UInt8]
    var hasBind = false
  }

  enum Successor: Sendable { case tls, unknown }

  var handsOver: Successor?
  var database: [UInt8] = []
  var open: OpenRequest?
  /// Answers that are under way.
  var result: PostgreSQLResult?
  var authentication: StaticString?
  /// The failure behind which the server skips everything until it is ready again.
  var failure: PostgreSQLResult.Failure?
  /// Requests whose answers were lost.
  var lost: ClosedRange<UInt64>?

  /// The client is sending a statement: its text is read as it comes.
  var scanner: SQLScanner?
  /// Bytes of the message under way that are still to come.
  var statementByteCount = 0
  /// The statement's name, when it is one of an extended query.
  var statementName: [UInt8]?

  private var awaited: [Awaited] = []
  private var awaitedHead = 0
  private var nextIdentifier: UInt64 = 0
  private var statements: [[UInt8]: PostgreSQLStatement] = [:]
  private var portals: [[UInt8]: PostgreSQLStatement] = [:]
  private var statementBytes = 0
  private var anomaly: StaticString?

  mutating func loseSynchrony(of sender: MessageSender) {
    if sender == .client {
      scanner = nil
      statementName = nil
      open = nil
    } else {
      let identifiers = awaited[awaitedHead...].filter { $0.kind != .sync }.map(\.identifier)
      if let first = identifiers.min(), let last = identifiers.max() { lost = min(first, lost?.lowerBound ?? first)...last }
      awaited = []
      awaitedHead = 0
      open = nil
      result = nil
      failure = nil
    }
  }

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  // MARK: Requests

  /// Remembers a request; returns its identifier.
  mutating func await(_ kind: Awaited.Kind, answerCount: Int = 0) -> UInt64 {
    let identifier = nextIdentifier
    nextIdentifier &+= 1
    if awaited.count - awaitedHead < PostgreSQLConversation.awaitedLimit {
      awaited.append(Awaited(kind: kind, identifier: identifier, answerCount: answerCount))
    } else {
      anomaly = "more requests than are kept await an answer"
    }
    return identifier
  }

  var first: Awaited? { awaitedHead < awaited.count ? awaited[awaitedHead] : nil }

  mutating func takeFirst() -> Awaited? {
    guard awaitedHead < awaited.count else { return nil }
    let taken = awaited[awaitedHead]
    awaitedHead += 1
    if awaitedHead == awaited.count {
      awaited.removeAll(keepingCapacity: true)
      awaitedHead = 0
    } else if awaitedHead >= 64 {
      awaited.removeFirst(awaitedHead)
      awaitedHead = 0
    }
    if open?.identifier == taken.identifier { open = nil }
    return taken
  }

  /// The client's message under way wants one answer more.
  mutating func expectAnswer() {
    if awaited.count > awaitedHead, awaited[awaited.count - 1].identifier == open?.identifier {
      awaited[awaited.count - 1].answerCount += 1
    }
  }

  /// An answer to a message of an extended query came; whether it was the last.
  mutating func takeAnswer() -> Bool {
    guard awaitedHead < awaited.count else { return true }
    awaited[awaitedHead].answerCount -= 1
    return awaited[awaitedHead].answerCount <= 0
  }

  // MARK: Names

  mutating func keep(_ statement: PostgreSQLStatement, as name: [UInt8]) {
    forget(statement: name)
    let size = PostgreSQLConversation.size(statement, name)
    guard statements.count < PostgreSQLConversation.statementLimit, statementBytes + size <= PostgreSQLConversation.statementByteLimit
    else {
      return anomaly = "more prepared statements than are kept"
    }
    statementBytes += size
    statements[name] = statement
  }

  func statement(_ name: [UInt8]) -> PostgreSQLStatement? { statements[name] }

  mutating func forget(statement name: [UInt8]) {
    if let old = statements.removeValue(forKey: name) { statementBytes -= PostgreSQLConversation.size(old, name) }
  }

  mutating func amend(statement name: [UInt8], _ digest: SQLDigest) {
    guard var statement = statements[name] else { return }
    statement.digest = digest
    keep(statement, as: name)
  }

  /// Portals live no longer than their transaction; when there are too many, they are forgotten together.
  mutating func bind(portal: [UInt8], to statement: PostgreSQLStatement?) {
    if portals.count >= 64 { portals.removeAll(keepingCapacity: true) }
    portals[portal] = statement
  }

  func portal(_ name: [UInt8]) -> PostgreSQLStatement? { portals[name] }

  private static func size(_ statement: PostgreSQLStatement, _ name: [UInt8]) -> Int {
    name.count + statement.text.count + statement.digest.shape.count + statement.digest.tables.count + 4 * statement.types.count
  }
}
