import Wire

/// What Redis must remember of a connection: how far each direction is inside nested values, and the commands whose replies are not
/// one for one: subscriptions, MONITOR, CLIENT REPLY, replication.
struct RedisConversation: ConversationState {
  /// Commands remembered while their unusual reply is outstanding; beyond it they count as ordinary.
  static let specialCommandLimit = 256

  /// SYNC or PSYNC was granted: a snapshot and then the primary's own commands follow, without replies.
  private(set) var hasLeftRequests = false

  private var clientWalker = RESPWalker()
  private var serverWalker = RESPWalker()
  /// A value follows the attribute that the server has just sent.
  var valueIsDue = false

  private var commandCount: UInt64 = 0
  private var replyCount: UInt64 = 0
  private var specialCommands: [(number: UInt64, kind: RedisCommandKind)] = []
  /// Confirmations that a subscription command of several channels still brings, after the first.
  private var confirmationsDue = 0
  private var isSubscribed = false
  private var isMonitoring = false
  /// Between MULTI and EXEC commands are queued.
  private(set) var isInTransaction = false
  private var replies = ReplyMode.on

  private enum ReplyMode { case on, off, skipNext }

  subscript(walkerOf sender: MessageSender) -> RESPWalker {
    get { sender == .client ? clientWalker : serverWalker }
    set { if sender == .client { clientWalker = newValue } else { serverWalker = newValue } }
  }

  mutating func loseSynchrony(of sender: MessageSender) {
    guard sender == .server else {
      // EXEC may have been among what was lost.
      isInTransaction = false
      return
    }
    replyCount = commandCount
    specialCommands = []
    confirmationsDue = 0
  }

  /// The role of a command.
  mutating func noteCommand(_ kind: RedisCommandKind) -> MessageRole {
    switch kind {
    case .multi: isInTransaction = true
    case .exec, .discard, .reset: isInTransaction = false
    default: break
    }
    switch (kind, replies) {
    case (.replyOff, _):
      replies = .off
      return .oneWay
    case (.replySkip, .on):
      replies = .skipNext
      return .oneWay
    case (.replyOn, _): replies = .on
    case (_, .off), (.unanswered, _): return .oneWay
    case (_, .skipNext):
      replies = .on
      return .oneWay
    case (_, .on): break
    }
    if kind.changesReply, specialCommands.count < RedisConversation.specialCommandLimit { specialCommands.append((commandCount, kind)) }
    commandCount += 1
    return .request(.inOrder)
  }

  /// The kind of the command that the next reply answers; `nil` when none is outstanding.
  private var awaited: RedisCommandKind? {
    guard replyCount < commandCount else { return nil }
    guard let first = specialCommands.first, first.number == replyCount else { return .ordinary }
    return first.kind
  }

  private mutating func takeAwaited() -> RedisCommandKind? {
    guard let kind = awaited else { return nil }
    if let first = specialCommands.first, first.number == replyCount { specialCommands.removeFirst() }
    replyCount += 1
    return kind
  }

  /// What a reply is, or what looks like one.
  mutating func noteReply(_ form: RedisReplyForm) -> RedisReplyNote {
    switch form {
    case .push: return RedisReplyNote(role: .oneWay, isUnasked: true)
    case .published where isSubscribed || awaited == nil: return RedisReplyNote(role: .oneWay, isUnasked: true)
    case .confirmation(let isPush):
      if confirmationsDue > 0 {
        confirmationsDue -= 1
        return RedisReplyNote(role: .oneWay, isUnasked: true)
      }
      if case .subscription(let channelCount)? = awaited {
        _ = takeAwaited()
        confirmationsDue = max(0, channelCount - 1)
        isSubscribed = true
        return RedisReplyNote(role: .response(.inOrder))
      }
      // In RESP2 a subscribed connection runs no command whose reply could begin with such a word.
      if isPush || isSubscribed || awaited == nil { return RedisReplyNote(role: .oneWay, isUnasked: true) }
    case .simple where isMonitoring && awaited == nil: return RedisReplyNote(role: .oneWay, isUnasked: true)
    case .simple, .published, .other, .null, .error: break
    }
    switch takeAwaited() {
    case .monitor where form == .simple: isMonitoring = true
    case .replication where form == .simple: hasLeftRequests = true
    case .reset where form == .simple:
      isMonitoring = false
      isSubscribed = false
    case .secretReply: return RedisReplyNote(role: .response(.inOrder), isSecret: true)
    case .exec where form == .null: return RedisReplyNote(role: .response(.inOrder), isAborted: true)
    default: break
    }
    return RedisReplyNote(role: .response(.inOrder))
  }
}

/// What a reply is, as far as the command that it answers tells.
struct RedisReplyNote {
  var role: MessageRole
  /// Nobody asked for it.
  var isUnasked = false
  /// It is a credential.
  var isSecret = false
  /// It says that a transaction was not carried out.
  var isAborted = false
}

/// The commands that change what the server sends.
enum RedisCommandKind: Hashable, Sendable {
  case ordinary
  /// SUBSCRIBE, UNSUBSCRIBE and their pattern and shard forms: one confirmation for each channel.
  case subscription(channelCount: Int)
  case monitor, replication, reset
  case replyOn, replyOff, replySkip
  /// REPLCONF ACK of a replica.
  case unanswered
  /// ACL GENPASS answers with a new password.
  case secretReply
  case multi, exec, discard

  /// Whether the command must be remembered until its reply.
  fileprivate var changesReply: Bool {
    switch self {
    case .ordinary, .multi, .discard: false
    default: true
    }
  }
}

/// What can be seen of a reply before it is known what it answers.
enum RedisReplyForm: Hashable, Sendable {
  case simple, error, other
  /// An array, or a value of RESP3, that is not there.
  case null
  /// RESP3's own type for what was not asked for.
  case push
  /// An array that begins with `message`, `pmessage` or `smessage`.
  case published
  /// An array or push that begins with `subscribe`, `unsubscribe` or a form of theirs.
  case confirmation(isPush: Bool)
}
