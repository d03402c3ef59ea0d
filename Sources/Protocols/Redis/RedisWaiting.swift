import Wire

/// Commands that ask the server to wait: for an element to come, or for replicas.
enum RedisWaiting {
  /// Source: Redis 7, "Blocking commands"; XREAD and XREADGROUP wait when they say BLOCK before their keys.
  static func waits(_ command: RedisCommand, _ bytes: RawSpan) -> Bool {
    let word = command.word
    func isWord(_ text: StaticString) -> Bool { bytes.equalsIgnoringCase(text, in: word) }
    switch word.count {
    case 4: return isWord("wait")
    case 5: return isWord("blpop") || isWord("brpop") || isWord("xread") && saysBlock(command, bytes)
    case 6: return isWord("blmove") || isWord("blmpop") || isWord("bzmpop")
    case 7: return isWord("waitaof")
    case 8: return isWord("bzpopmin") || isWord("bzpopmax")
    case 10: return isWord("brpoplpush") || isWord("xreadgroup") && saysBlock(command, bytes)
    default: return false
    }
  }

  private static func saysBlock(_ command: RedisCommand, _ bytes: RawSpan) -> Bool {
    var arguments = RedisArgumentCursor(command.arguments, isInline: command.isInline)
    while let argument = arguments.next(bytes) {
      if bytes.equalsIgnoringCase("block", in: argument) { return true }
      if bytes.equalsIgnoringCase("streams", in: argument) { return false }
    }
    return false
  }
}
