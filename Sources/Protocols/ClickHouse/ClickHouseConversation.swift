/// What ClickHouse must remember of a connection: what was agreed upon at login, the requests that await an answer, and how far each side is
/// within a packet.
struct ClickHouseConversation: ConversationState {
  /// Requests remembered while they await their answer; clients send one at a time.
  static let awaitedLimit = 256
  /// Bytes kept of the names of a user and of a database.
  static let longestName = 256

  enum Awaited: Hashable, Sendable {
    case hello, query, ping, tables
  }

  var clientRevision: UInt64?
  var serverRevision: UInt64?
  /// What a query says whose login was not seen.
  var guessedRevision: ClickHouseRevision?
  var user: [UInt8] = []
  var database: [UInt8] = []
  /// Blocks are packed since the last query.
  var isCompressed = false
  /// The client's next bytes end the login.
  var awaitsAddendum = false
  /// Packets come in chunks, which are not read.
  var isChunked = false
  var awaited: [Awaited] = []
  /// Parameters follow the text of the query that was stepped over.
  var awaitsParameters = false
  /// The server's answer holds what is not stepped over: its bytes pass until the next request.
  var hasLostAnswer = false
  var sentRowCount: UInt64 = 0
  var result = ClickHouseResult()
  var fromClient: ClickHouseBlockWalker?
  var fromServer: ClickHouseBlockWalker?
  /// The server's answer ends with the packet under way.
  var endsAnswer = false
  /// Rows of the block under way are of the result.
  var countsBlock = false
  private var anomaly: StaticString?

  /// The revision both sides speak. A connection of which nothing is known is taken for one of today.
  var revision: ClickHouseRevision {
    switch (clientRevision, serverRevision) {
    case (.some(let client), .some(let server)): ClickHouseRevision(min(client, server))
    case (.some(let one), nil), (nil, .some(let one)): ClickHouseRevision(one)
    case (nil, nil): guessedRevision ?? .internalFlag
    }
  }

  /// Neither the login nor a query was seen.
  var isRevisionUnknown: Bool { clientRevision == nil && serverRevision == nil && guessedRevision == nil }

  mutating func loseSynchrony(of sender: MessageSender) {
    if sender == .client {
      fromClient = nil
      awaitsParameters = false
      awaitsAddendum = false
    } else {
      awaited = []
      hasLostAnswer = false
      beginAnswer()
    }
  }

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  mutating func note(_ anomaly: StaticString) { self.anomaly = anomaly }

  mutating func await(_ request: Awaited) {
    hasLostAnswer = false
    guard awaited.count < ClickHouseConversation.awaitedLimit else { return note("more requests than are kept await an answer") }
    awaited.append(request)
  }

  mutating func beginAnswer() {
    result = ClickHouseResult()
    result.isPartial = awaited.isEmpty
    fromServer = nil
    endsAnswer = false
    countsBlock = false
  }

  mutating func endAnswer() {
    if !awaited.isEmpty { awaited.removeFirst() }
    fromServer = nil
    endsAnswer = false
  }
}
