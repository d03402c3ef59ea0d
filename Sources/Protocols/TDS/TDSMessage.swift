import Wire

/// The head of a packet.
///
///     type  status  length      channel  number  window
///     1     1       2 (of all)  2        1       1
struct TDSPacket {
  static let headByteCount = 8
  /// Source: [MS-TDS] §2.2.3.1.3, and the packet size that a login may ask for.
  static let largestByteCount = 32_767

  var type: TDSPacketType
  var byteCount: Int
  /// No packet continues the message.
  var isLast: Bool

  enum Reading {
    case packet(TDSPacket)
    case incomplete
    case invalid
  }

  static func read(_ bytes: RawSpan) -> Reading {
    guard let first = bytes.uint8(at: 0) else { return .incomplete }
    guard let type = TDSPacketType(rawValue: first) else { return .invalid }
    guard let status = bytes.uint8(at: 1) else { return .incomplete }
    guard status & 0xe0 == 0 else { return .invalid }
    guard let length = bytes.bigEndian16(at: 2) else { return .incomplete }
    guard length >= headByteCount, length <= largestByteCount else { return .invalid }
    guard bytes.byteCount >= headByteCount else { return .incomplete }
    return .packet(TDSPacket(type: type, byteCount: Int(length), isLast: status & 1 != 0))
  }
}

/// Source: [MS-TDS] §2.2.3.1.1; `tokens` is of TDS 5.0.
enum TDSPacketType: UInt8, Sendable {
  case batch = 1
  case oldLogin = 2
  case call = 3
  case response = 4
  case attention = 6
  case bulkLoad = 7
  case federatedToken = 8
  case transaction = 14
  case tokens = 15
  case login = 16
  case integratedLogin = 17
  case preLogin = 18

  /// `request_type`.
  var name: StaticString {
    switch self {
    case .batch: "SQL_BATCH"
    case .oldLogin, .login: "LOGIN"
    case .call: "RPC"
    case .response: "RESPONSE"
    case .attention: "ATTENTION"
    case .bulkLoad: "BULK_LOAD"
    case .federatedToken: "FEDERATED_TOKEN"
    case .transaction: "TRANSACTION"
    case .tokens: "LANGUAGE"
    case .integratedLogin: "SSPI"
    case .preLogin: "PRELOGIN"
    }
  }
}

/// A message, or what a further packet of it adds. Texts are held as such: on the wire they are UTF-16.
struct TDSMessage: Sendable {
  enum Content: Sendable {
    case request(TDSRequest)
    /// The further text of a statement was read.
    case statement(SQLDigest)
    case response(TDSResult)
    case hidden
  }

  var content: Content
  var role: MessageRole

  init(_ content: Content, _ role: MessageRole) {
    self.content = content
    self.role = role
  }
}

struct TDSRequest: Sendable {
  var type: TDSPacketType
  /// What the log shows of it: a statement, the name of a procedure, who logs in.
  var text: [UInt8] = []
  var digest: SQLDigest?
  /// The procedure that a statement is handed to.
  var procedure: [UInt8] = []
  var handle: UInt32?
  var database: [UInt8] = []
  var program: [UInt8] = []
  var version: StaticString?
}

struct TDSResult: Hashable, Sendable {
  struct Failure: Hashable, Sendable {
    var number: Int32
    /// Source: "Database Engine Error Severities": up to 16 the user can correct it.
    var severity: UInt8
    var message: [UInt8]
  }

  var failure: Failure?
  var isFailure = false
  var affectedRowCount: UInt64?
  var rowCount: UInt64?
  var handle: UInt32?
  var server: [UInt8] = []
}
