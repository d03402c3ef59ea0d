import Wire

extension RedisCommandKind {
  /// The kind of a command, from its word, its first two arguments as far as they are known, and the number of all.
  init(_ word: Range<Int>, _ first: Range<Int>?, _ second: Range<Int>?, argumentCount: Int, _ bytes: RawSpan) {
    func argument(_ range: Range<Int>?, _ text: StaticString) -> Bool { range.map { bytes.equalsIgnoringCase(text, in: $0) } ?? false }
    self = .ordinary
    switch word.count {
    case 3 where bytes.equalsIgnoringCase("acl", in: word) && argument(first, "genpass"): self = .secretReply
    case 4 where bytes.equalsIgnoringCase("sync", in: word): self = .replication
    case 4 where bytes.equalsIgnoringCase("exec", in: word): self = .exec
    case 5 where bytes.equalsIgnoringCase("psync", in: word): self = .replication
    case 5 where bytes.equalsIgnoringCase("reset", in: word): self = .reset
    case 5 where bytes.equalsIgnoringCase("multi", in: word): self = .multi
    case 6 where bytes.equalsIgnoringCase("client", in: word) && argument(first, "reply"):
      if argument(second, "off") {
        self = .replyOff
      } else if argument(second, "skip") {
        self = .replySkip
      } else if argument(second, "on") {
        self = .replyOn
      }
    case 7 where bytes.equalsIgnoringCase("monitor", in: word): self = .monitor
    case 7 where bytes.equalsIgnoringCase("discard", in: word): self = .discard
    case 8 where bytes.equalsIgnoringCase("replconf", in: word) && argument(first, "ack"): self = .unanswered
    case 9...12 where RedisWords.isConfirmation(word, bytes): self = .subscription(channelCount: argumentCount)
    default: break
    }
  }
}

/// Words that tell what a server's array or push is.
enum RedisWords {
  static let longestKind = 12

  /// Source: "Redis Pub/Sub", format of pushed messages; the words of the confirmations are the commands'.
  static func isConfirmation(_ word: Range<Int>, _ bytes: RawSpan) -> Bool {
    switch word.count {
    case 9: bytes.equalsIgnoringCase("subscribe", in: word)
    case 10: bytes.equalsIgnoringCase("psubscribe", in: word) || bytes.equalsIgnoringCase("ssubscribe", in: word)
    case 11: bytes.equalsIgnoringCase("unsubscribe", in: word)
    case 12: bytes.equalsIgnoringCase("punsubscribe", in: word) || bytes.equalsIgnoringCase("sunsubscribe", in: word)
    default: false
    }
  }

  static func isPublished(_ word: Range<Int>, _ bytes: RawSpan) -> Bool {
    switch word.count {
    case 7: bytes.hasBytes("message", at: word.lowerBound)
    case 8: bytes.hasBytes("pmessage", at: word.lowerBound) || bytes.hasBytes("smessage", at: word.lowerBound)
    default: false
    }
  }
}
