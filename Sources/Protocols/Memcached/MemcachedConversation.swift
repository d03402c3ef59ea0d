/// What memcached must remember of a connection: the commands that wait for an answer, as far as some of them may get none, and whether the
/// server is inside a list.
///
/// A command is numbered, and the number pairs it with its reply. Replies come in the order of the commands; where a quiet command waits,
/// the reply says whether it can be that command's.
struct MemcachedConversation: ConversationState {
  /// Quiet commands remembered at once; beyond it they count as ordinary ones.
  static let quietCommandLimit = 65_536
  /// No command has this number.
  private static let nobody = ExchangeKey.identifier(.max)

  /// Values of the list under way.
  var valueCount = 0
  /// WATCH was granted: lines come unasked.
  var isWatching = false

  private var commandCount: UInt64 = 0
  private var replyCount: UInt64 = 0
  private var quiet: [(number: UInt64, signature: MemcachedSignature)] = []
  /// Entries of `quiet` that were answered or passed over.
  private var quietHead = 0

  mutating func loseSynchrony(of sender: MessageSender) {
    guard sender == .server else { return }
    replyCount = commandCount
    quiet = []
    quietHead = 0
  }

  /// The role of a command; of a quiet one, with what tells its answer from others'.
  mutating func noteCommand(quiet signature: MemcachedSignature? = nil) -> MessageRole {
    let number = commandCount
    commandCount += 1
    if let signature, quiet.count - quietHead < MemcachedConversation.quietCommandLimit { quiet.append((number, signature)) }
    return .request(.identifier(number))
  }

  /// The role of a reply: that of the oldest command that it can answer.
  mutating func noteReply(_ signature: MemcachedSignature) -> MessageRole {
    var next = replyCount
    while quietHead < quiet.count, quiet[quietHead].number == next {
      if quiet[quietHead].signature.canBeAnswered(by: signature) {
        quietHead += 1
        break
      }
      quietHead += 1
      next += 1
    }
    if quietHead == quiet.count || quietHead >= 4096 {
      quiet.removeFirst(quietHead)
      quietHead = 0
    }
    guard next < commandCount else {
      replyCount = next
      return .response(MemcachedConversation.nobody)
    }
    replyCount = next + 1
    return .response(.identifier(next))
  }
}

/// What can be seen of a quiet command or of a reply that tells which belong together. A part that is not there matches any.
struct MemcachedSignature: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case metaGet, metaSet, metaDelete, metaArithmetic
    /// A reply of a meta command: `VA`, `HD` and so on.
    case metaReply(UInt16)
    /// `ERROR` and its like, which answer any command.
    case error
    /// A reply of another command of the text protocol.
    case plain
    case binary(opcode: UInt8)
  }

  var kind: Kind
  /// Digests of the opaque text or number, and of the key.
  var opaque: UInt64?
  var key: UInt64?

  init(_ kind: Kind, opaque: UInt64? = nil, key: UInt64? = nil) {
    self.kind = kind
    self.opaque = opaque
    self.key = key
  }

  func canBeAnswered(by reply: MemcachedSignature) -> Bool {
    switch (kind, reply.kind) {
    case (_, .error): return true
    case (.binary(let asked), .binary(let answered)): guard asked == answered else { return false }
    // What is suppressed is what says no more than that nothing was found, or that all went well (doc/protocol.txt, "Meta commands",
    // flag q).
    case (.metaGet, .metaReply(let word)): guard word != MetaReplyWord.miss, word != MetaReplyWord.noop else { return false }
    case (.metaSet, .metaReply(let word)), (.metaDelete, .metaReply(let word)), (.metaArithmetic, .metaReply(let word)):
      guard word != MetaReplyWord.done, word != MetaReplyWord.noop, word != MetaReplyWord.value else { return false }
    default: return false
    }
    if let opaque, let answered = reply.opaque, opaque != answered { return false }
    if let key, let answered = reply.key, key != answered { return false }
    return true
  }
}

/// The two letters that begin a meta command's reply, as a number.
enum MetaReplyWord {
  static let done: UInt16 = 0x4844  // HD
  static let value: UInt16 = 0x5641  // VA
  static let miss: UInt16 = 0x454e  // EN
  static let noop: UInt16 = 0x4d4e  // MN
  static let debug: UInt16 = 0x4d45  // ME
  static let notFound: UInt16 = 0x4e46  // NF
  static let notStored: UInt16 = 0x4e53  // NS
  static let exists: UInt16 = 0x4558  // EX

  static func isOne(_ word: UInt16) -> Bool {
    switch word {
    case done, value, miss, noop, debug, notFound, notStored, exists: true
    default: false
    }
  }
}
