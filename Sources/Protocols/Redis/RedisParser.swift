import Wire

/// Bytes of RESP to messages. A head is read as far as the request log shows of it; what follows passes unseen, value by value.
enum RedisParser {
  /// Bytes of a command's arguments that are read for the request log, the blanks between them included.
  static let shownArgumentByteCount = 4096
  /// Bytes of a command's word.
  static let longestWord = 64
  /// Bytes of a bulk reply, and of a channel's name, that are read.
  static let shownReplyByteCount = 64
  static let shownChannelByteCount = 256
  /// Bytes of an inline command. Source: PROTO_INLINE_MAX_SIZE of the server.
  static let longestInlineCommand = 65_536

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage> {
    if context.continues {
      if conversation.valueIsDue, context.sender == .server, conversation[walkerOf: .server].isDone {
        return RedisReplyParser.describedValue(bytes, context, &conversation)
      }
      return goOn(bytes, context, &conversation)
    }
    if conversation.hasLeftRequests { return .handOver(nil) }
    conversation[walkerOf: context.sender].reset()
    if context.sender == .server {
      conversation.valueIsDue = false
      // A primary sends empty lines to a replica that waits for its snapshot.
      if bytes.uint8(at: 0) == 0x0a { return .padding(byteCount: 1) }
      return RedisReplyParser.reply(bytes, context, &conversation)
    }
    guard let first = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    return first == RESPType.array
      ? RedisCommandParser.command(bytes, context, &conversation) : RedisCommandParser.inline(bytes, context, &conversation)
  }

  /// Further elements of the message under way.
  private static func goOn(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage> {
    var walker = conversation[walkerOf: context.sender]
    let progress = walker.advance(bytes, from: 0, scanned: context.scannedByteCount, onlyBulks: context.sender == .client)
    conversation[walkerOf: context.sender] = walker
    let valueIsDue = context.sender == .server && conversation.valueIsDue
    switch progress {
    case .done(let end):
      // Errors among the elements are told at their end.
      let errors = context.sender == .server && !valueIsDue ? walker.errorCount : 0
      let message = errors > 0 ? RedisMessage(content: .reply(.errors(errors)), role: .interim) : nil
      return .part(message, MessageExtent(byteCount: end, ending: valueIsDue ? .continues : .complete))
    case .paused(let end, let skipped): return .part(nil, MessageExtent(byteCount: end, skippedByteCount: skipped, ending: .continues))
    case .starved(0): return .incomplete(scannedByteCount: bytes.byteCount)
    case .starved(let end): return .part(nil, MessageExtent(byteCount: end, ending: .continues))
    case .invalid(let reason): return .invalid(reason)
    }
  }

  /// The extent of a message whose head ends at `end`, what follows being the walker's: all of it that is there is stepped over at once.
  static func extent(
    from end: Int, skipping skippedByteCount: Int = 0, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation
  ) -> MessageExtent {
    let valueIsDue = context.sender == .server && conversation.valueIsDue
    if skippedByteCount > 0 { return MessageExtent(byteCount: end, skippedByteCount: skippedByteCount, ending: .continues) }
    var walker = conversation[walkerOf: context.sender]
    guard !walker.isDone else { return MessageExtent(byteCount: end, ending: valueIsDue ? .continues : .complete) }
    // What is invalid further on is found again when it is parsed as a part.
    let progress = walker.advance(bytes, from: end, scanned: 0, onlyBulks: context.sender == .client)
    switch progress {
    case .invalid: return MessageExtent(byteCount: end, ending: .continues)
    case .done(let offset):
      conversation[walkerOf: context.sender] = walker
      return MessageExtent(byteCount: offset, ending: valueIsDue ? .continues : .complete)
    case .paused(let offset, let skipped):
      conversation[walkerOf: context.sender] = walker
      return MessageExtent(byteCount: offset, skippedByteCount: skipped, ending: .continues)
    case .starved(let offset):
      conversation[walkerOf: context.sender] = walker
      return MessageExtent(byteCount: offset, ending: .continues)
    }
  }
}
