import Wire

/// What one parse step found: a run of handshake messages, or one record of another kind.
struct TLSMessage: Sendable {
  enum Content: Hashable, Sendable {
    /// Handshake messages in the clear, in records that fill so many bytes and end where a message ends (or where the bytes were lost).
    case handshake(byteCount: Int)
    /// A ClientHello in the format of SSL 2.0. Source: RFC 5246 appendix E.2.
    case legacyHello
    case changeCipherSpec
    /// A handshake message behind ChangeCipherSpec: Finished, most often.
    case encryptedHandshake
    case alert(TLSAlert)
    /// An alert whose content cannot be read.
    case encryptedAlert
    case applicationData
    case heartbeat
  }

  /// What the message means for the handshake.
  enum Outcome: UInt8, Sendable {
    case goesOn, succeeds, fails
  }

  var content: Content
  var sender: MessageSender
  var role: MessageRole
  var outcome = Outcome.goesOn
  /// A handshake of TLS 1.2 or before that succeeds without a certificate: it resumes an earlier session.
  var isResumption = false
}

/// Source: RFC 8446 §6.
struct TLSAlert: Hashable, Sendable {
  var level: UInt8
  var description: UInt8

  static let closeNotify: UInt8 = 0
  static let internalError: UInt8 = 80
  static let userCanceled: UInt8 = 90

  /// Whether the connection is over. Source: RFC 5246 §7.2; RFC 8446 §6.2: the level is no longer of any significance.
  var isFatal: Bool { level == 2 && description != TLSAlert.closeNotify && description != TLSAlert.userCanceled }
}

/// The header of a record: type, version, length. Source: RFC 8446 §5.1.
struct TLSRecordHeader: Sendable {
  static let byteCount = 5
  /// The longest content of a record: 2^14, and 2,048 for what encryption adds. Source: RFC 5246 §6.2.3.
  static let longestContent = 16_384 + 2048

  enum ContentType: UInt8, Sendable {
    case changeCipherSpec = 20
    case alert = 21
    case handshake = 22
    case applicationData = 23
    /// Source: RFC 6520.
    case heartbeat = 24
  }

  enum Reading {
    case whole(TLSRecordHeader)
    /// A beginning of a header.
    case short
    case malformed
  }

  var type: ContentType
  var contentByteCount: Int

  /// The header at `offset`, which may lie at the end of the bytes.
  static func read(_ bytes: RawSpan, at offset: Int) -> Reading {
    guard let typeByte = bytes.uint8(at: offset) else { return .short }
    guard let type = ContentType(rawValue: typeByte) else { return .malformed }
    guard let major = bytes.uint8(at: offset + 1) else { return .short }
    guard major == 3 else { return .malformed }
    guard let minor = bytes.uint8(at: offset + 2) else { return .short }
    guard minor <= 4 else { return .malformed }
    guard let length = bytes.bigEndian16(at: offset + 3) else { return .short }
    guard length <= longestContent else { return .malformed }
    return .whole(TLSRecordHeader(type: type, contentByteCount: Int(length)))
  }
}
