/// The head of a message: ranges into the bytes it was parsed from.
struct RedisMessage: Sendable {
  enum Content: Sendable {
    case command(RedisCommand)
    case reply(RedisReply)
    /// What the server sends unasked: a published message, an invalidation, a line of MONITOR.
    case push(RedisPush)
  }

  var content: Content
  var role: MessageRole
}

/// A command and as many of its arguments as the request log shows.
struct RedisCommand: Sendable {
  var word: Range<Int>
  /// What follows the word, as far as it was read: bulk strings, or the rest of an inline command's line.
  var arguments: Range<Int>
  /// Arguments in that range; the last one may be cut. Of an inline command, zero.
  var shownArgumentCount: Int
  var isInline: Bool
  /// The command is queued for EXEC, and does not wait for anything.
  var isQueued = false
}

/// The reply to a command.
enum RedisReply: Sendable {
  /// `+` and `(`, `:`, `,`, `#`: a line without its type.
  case line(Range<Int>)
  /// `-` and `!`.
  case error(Range<Int>)
  /// The first bytes of `$` and `=`.
  case text(Range<Int>)
  /// Null, or an aggregate, whose elements are stepped over.
  case other
  /// A text that is a credential.
  case secret
  /// An aggregate, or its end, with so many errors among its elements: a script's, or those of commands of a transaction.
  case errors(Int)
  /// EXEC was refused because a watched key had changed.
  case abortedTransaction
}

struct RedisPush: Sendable {
  /// `message`, `invalidate` …; `nil` for a line of MONITOR.
  var kind: Range<Int>?
  /// The channel or pattern, its first bytes.
  var channel: Range<Int>?
}
