import Wire

/// The head of a packet. Since version 315 the length of what follows an Accept has four bytes, of which the first two are zero as long as
/// packets are short; a checksum of zero looks the same.
///
///     length  checksum  type  flags  checksum
///     2       2         1     1      2
struct OraclePacket {
  static let headByteCount = 8
  /// Bytes of a packet. Source: the largest session data unit, 2 MiB.
  static let largestByteCount = 2 << 20

  enum Kind: UInt8, Sendable {
    case connect = 1
    case accept = 2
    case acknowledge = 3
    case refuse = 4
    case redirect = 5
    case data = 6
    case null = 7
    case abort = 9
    case resend = 11
    case marker = 12
    case attention = 13
    case control = 14
  }

  var kind: Kind
  var byteCount: Int

  enum Reading {
    case packet(OraclePacket)
    case incomplete
    case invalid
  }

  static func read(_ bytes: RawSpan) -> Reading {
    guard let short = bytes.bigEndian16(at: 0) else { return .incomplete }
    guard let low = bytes.bigEndian16(at: 2) else { return .incomplete }
    guard short == 0 || low == 0 || short <= 0x1f else { return .invalid }
    let byteCount = low == 0 && short > 0 ? Int(short) : Int(short) << 16 | Int(low)
    guard byteCount >= headByteCount, byteCount <= largestByteCount else { return .invalid }
    guard let code = bytes.uint8(at: 4) else { return .incomplete }
    guard let kind = Kind(rawValue: code) else { return .invalid }
    guard let checksum = bytes.bigEndian16(at: 6) else { return .incomplete }
    guard checksum == 0 else { return .invalid }
    return .packet(OraclePacket(kind: kind, byteCount: byteCount))
  }
}

struct OracleMessage: Sendable {
  enum Content: Sendable {
    /// What the client wants to be connected to.
    case connect(Range<Int>?, version: UInt16)
    /// Long connect data, which comes in a packet of its own.
    case connectData(Range<Int>)
    case login(user: Range<Int>?)
    /// A call, and the statement in it.
    case call(name: StaticString?, number: UInt8, text: Range<Int>?, digest: SQLDigest?)
    case accept(version: UInt16)
    case refuse(Range<Int>)
    case redirect(Range<Int>)
    case resend
    /// The answer to a call, and the error in it.
    case answer(error: Range<Int>?)
    case hidden
  }

  var content: Content
  var role: MessageRole

  init(_ content: Content, _ role: MessageRole) {
    self.content = content
    self.role = role
  }
}

/// Whose turn it is: packets that follow one another from one side belong together.
struct OracleConversation: ConversationState {
  var awaitsAnswer = false
  /// The connect data of the Connect that passed is still to come.
  var awaitsConnectData = false

  mutating func loseSynchrony(of sender: MessageSender) {
    awaitsAnswer = false
    awaitsConnectData = false
  }
}
