import Wire

/// How bodies of versions before 5, and segments of version 5, are packed.
enum CassandraCompression: UInt8, Sendable {
  case lz4, snappy
}

/// What CQL must remember of a connection: how its bytes are cut and packed, the keyspace in use, the statements that were prepared, and those
/// that are being prepared.
struct CassandraConversation: ConversationState {
  /// Statements of one connection, and bytes of all of them together.
  static let statementLimit = 4096
  static let byteLimit = 4 << 20
  /// Bytes kept of a keyspace's name; the server allows 48.
  static let longestKeyspace = 64

  struct Statement: Sendable {
    var text: [UInt8]
    var digest: SQLDigest
  }

  var framing = CassandraFraming.unknown
  /// What STARTUP asked for; `nil` when it asked for none or was not seen.
  var compression: CassandraCompression?
  var keyspace: [UInt8] = []
  private var clientPosition = CassandraSegmentPosition()
  private var serverPosition = CassandraSegmentPosition()
  private var statements: [[UInt8]: Statement] = [:]
  private var preparing: [Int16: Statement] = [:]
  private var byteCount = 0
  private var anomaly: StaticString?

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  mutating func loseSynchrony(of sender: MessageSender) { setPosition(CassandraSegmentPosition(), of: sender) }

  func position(of sender: MessageSender) -> CassandraSegmentPosition { sender == .client ? clientPosition : serverPosition }

  mutating func setPosition(_ position: CassandraSegmentPosition, of sender: MessageSender) {
    if sender == .client { clientPosition = position } else { serverPosition = position }
  }

  /// The beginning of a body of the versions before 5. LZ4's has its length before it, in four bytes of which the first is zero up to 16 MiB;
  /// Snappy's begins with its length as well, in seven bits a byte, which is not zero. Source: v4 §5 "Compression".
  func unpack(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    let isLZ4 = compression.map { $0 == .lz4 } ?? (range.isEmpty || bytes.load8(at: range.lowerBound) == 0)
    guard isLZ4 else { return DecompressedPrefix.snappy(range, bytes, limit: limit) }
    return DecompressedPrefix.lz4Block(range.dropFirst(4), bytes, limit: limit)
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
