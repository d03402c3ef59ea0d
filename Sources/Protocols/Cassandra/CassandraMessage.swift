import Wire

/// The head of a frame.
///
///     version  flags  stream   opcode  length
///     1        1      1 or 2   1       4
struct CassandraFrame {
  static let longestBody = 256 << 20

  var version: UInt8
  var isResponse: Bool
  var flags: UInt8
  var stream: Int16
  var opcode: CassandraOpcode
  var bodyByteCount: Int
  var headByteCount: Int

  enum Reading {
    case frame(CassandraFrame)
    case incomplete
    case invalid
  }

  static func read(_ bytes: RawSpan, at offset: Int) -> Reading {
    guard let first = bytes.uint8(at: offset) else { return .incomplete }
    let version = first & 0x7f
    guard (1...5).contains(version) else { return .invalid }
    let isLong = version >= 3
    let headByteCount = isLong ? 9 : 8
    guard let flags = bytes.uint8(at: offset + 1) else { return .incomplete }
    // Compression, tracing, custom payload, warnings, beta.
    guard flags & 0xe0 == 0 else { return .invalid }
    guard let code = bytes.uint8(at: offset + headByteCount - 5) else { return .incomplete }
    guard let opcode = CassandraOpcode(rawValue: code), opcode.isResponse == (first & 0x80 != 0) else { return .invalid }
    guard let length = bytes.bigEndian32(at: offset + headByteCount - 4) else { return .incomplete }
    guard Int(length) <= longestBody else { return .invalid }
    let stream =
      isLong
      ? Int16(bitPattern: bytes.bigEndian16(at: offset + 2) ?? 0) : Int16(Int8(bitPattern: bytes.uint8(at: offset + 2) ?? 0))
    return .frame(
      CassandraFrame(
        version: version, isResponse: first & 0x80 != 0, flags: flags, stream: stream, opcode: opcode, bodyByteCount: Int(length),
        headByteCount: headByteCount))
  }

  var isCompressed: Bool { flags & 1 != 0 }
}

/// Source: §2.4 "opcode".
enum CassandraOpcode: UInt8, Sendable {
  case error = 0
  case startup = 1
  case ready = 2
  case authenticate = 3
  case credentials = 4
  case options = 5
  case supported = 6
  case query = 7
  case result = 8
  case prepare = 9
  case execute = 10
  case register = 11
  case event = 12
  case batch = 13
  case authChallenge = 14
  case authResponse = 15
  case authSuccess = 16

  var isResponse: Bool {
    switch self {
    case .error, .ready, .authenticate, .supported, .result, .event, .authChallenge, .authSuccess: true
    default: false
    }
  }

  var name: StaticString {
    switch self {
    case .error: "ERROR"
    case .startup: "STARTUP"
    case .ready: "READY"
    case .authenticate: "AUTHENTICATE"
    case .credentials: "CREDENTIALS"
    case .options: "OPTIONS"
    case .supported: "SUPPORTED"
    case .query: "QUERY"
    case .result: "RESULT"
    case .prepare: "PREPARE"
    case .execute: "EXECUTE"
    case .register: "REGISTER"
    case .event: "EVENT"
    case .batch: "BATCH"
    case .authChallenge: "AUTH_CHALLENGE"
    case .authResponse: "AUTH_RESPONSE"
    case .authSuccess: "AUTH_SUCCESS"
    }
  }
}

struct CassandraMessage: Sendable {
  var frame: CassandraOpcode
  var version: UInt8
  var stream: Int16
  var role: MessageRole
  /// The statement, or its first bytes.
  var text: Range<Int>?
  var digest: SQLDigest?
  /// The text of the statement that is executed.
  var known: [UInt8]?
  /// Of an error: its code and its text.
  var failure: (code: UInt32, text: Range<Int>)?
  /// What a result is: rows, a prepared statement …
  var result: StaticString?
  var rowCount: UInt32?
  /// The keyspace in use, when a request is sent.
  var keyspace: [UInt8] = []
  /// Statements of a batch.
  var statementCount: UInt16?
  /// What ranges refer to, when it is not what was parsed: the beginning of a body, or of a segment, that was packed.
  var unpacked: [UInt8]?
}
