import Wire

/// What servers send: replies, and what nobody asked for.
enum RedisReplyParser {
  private enum Head {
    case content(RedisMessage.Content, RedisReplyForm, end: Int, skipping: Int)
    case attribute(end: Int)
    case incomplete(scannedByteCount: Int)
    case invalid(StaticString)
  }

  static func reply(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage> {
    var walker = conversation[walkerOf: .server]
    switch head(bytes, context, &walker) {
    case .incomplete(let scannedByteCount): return .incomplete(scannedByteCount: scannedByteCount)
    case .invalid(let reason): return .invalid(reason)
    case .attribute(let end):
      conversation[walkerOf: .server] = walker
      conversation.valueIsDue = true
      let message = RedisMessage(content: .reply(.other), role: conversation.noteReply(.other).role)
      return .message(message, RedisParser.extent(from: end, bytes, context, &conversation))
    case .content(let content, let form, let end, let skipping):
      conversation[walkerOf: .server] = walker
      let note = conversation.noteReply(form)
      let extent = RedisParser.extent(from: end, skipping: skipping, bytes, context, &conversation)
      return .message(RedisMessage(content: finalContent(content, note, extent, conversation), role: note.role), extent)
    }
  }

  /// The value behind an attribute: only here is it known what the reply says. Source: RESP3 specification, "Attribute type".
  static func describedValue(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage>
  {
    var walker = conversation[walkerOf: .server]
    switch head(bytes, context, &walker) {
    case .incomplete(let scannedByteCount): return .incomplete(scannedByteCount: scannedByteCount)
    case .invalid(let reason): return .invalid(reason)
    case .attribute(let end):
      conversation[walkerOf: .server] = walker
      return .part(nil, RedisParser.extent(from: end, bytes, context, &conversation))
    case .content(let content, _, let end, let skipping):
      conversation[walkerOf: .server] = walker
      conversation.valueIsDue = false
      let extent = RedisParser.extent(from: end, skipping: skipping, bytes, context, &conversation)
      return .part(RedisMessage(content: withErrors(content, extent, conversation), role: .response(.inOrder)), extent)
    }
  }

  private static func finalContent(
    _ content: RedisMessage.Content, _ note: RedisReplyNote, _ extent: MessageExtent, _ conversation: RedisConversation
  ) -> RedisMessage.Content {
    switch content {
    case .reply(.other) where note.isAborted: return .reply(.abortedTransaction)
    case .reply(.line) where note.isUnasked: return .push(RedisPush(kind: nil, channel: nil))
    case .reply(.text) where note.isSecret: return .reply(.secret)
    case .push where !note.isUnasked: return .reply(.other)
    default: return withErrors(content, extent, conversation)
    }
  }

  /// An aggregate of which all elements have passed says how many of them were errors.
  private static func withErrors(
    _ content: RedisMessage.Content, _ extent: MessageExtent, _ conversation: RedisConversation
  ) -> RedisMessage.Content {
    let count = conversation[walkerOf: .server].errorCount
    guard case .reply(.other) = content, extent.ending == .complete, count > 0 else { return content }
    return .reply(.errors(count))
  }

  private static func head(_ bytes: RawSpan, _ context: ParseContext, _ walker: inout RESPWalker) -> Head {
    let element: RESPElement
    switch RESPElement.read(bytes, 0, scanned: context.scannedByteCount) {
    case .incomplete: return .incomplete(scannedByteCount: bytes.byteCount)
    case .invalid(let reason): return .invalid(reason)
    case .element(let read): element = read
    }
    let text = element.textStart..<element.textEnd
    switch element.kind {
    case .line:
      let content: RedisReply =
        switch element.type {
        case RESPType.simpleError: .error(text)
        case RESPType.simpleString, RESPType.integer, RESPType.double, RESPType.boolean, RESPType.bigNumber: .line(text)
        default: .other
        }
      let form: RedisReplyForm =
        switch element.type {
        case RESPType.simpleString: .simple
        case RESPType.simpleError: .error
        case RESPType.array, RESPType.null: .null
        default: .other
        }
      return .content(.reply(content), form, end: element.end, skipping: 0)
    case .bulk(let length): return bulk(element, length, bytes, &walker)
    case .attribute(let count): return walker.enter(count) ? .attribute(end: element.end) : .invalid("values nested too deep")
    case .aggregate(let count): return aggregate(element, count, bytes, &walker)
    }
  }

  private static func bulk(_ element: RESPElement, _ length: Int, _ bytes: RawSpan, _ walker: inout RESPWalker) -> Head {
    let shown = min(length, RedisParser.shownReplyByteCount)
    guard bytes.byteCount - element.end >= shown else { return .incomplete(scannedByteCount: 0) }
    var text = element.end..<element.end + shown
    // A verbatim string begins with its format: `txt:`.
    if element.type == RESPType.verbatimString, text.count >= 4, bytes.load8(at: text.lowerBound + 3) == RESPType.integer {
      text = text.lowerBound + 4..<text.upperBound
    }
    walker.expectLineEnd()
    let isError = element.type == RESPType.bulkError
    return .content(
      .reply(isError ? .error(text) : .text(text)), isError ? .error : .other, end: element.end + shown, skipping: length - shown)
  }

  /// An array or a push is looked into as far as its kind and its channel; the walker passes over all of it.
  private static func aggregate(_ element: RESPElement, _ count: Int, _ bytes: RawSpan, _ walker: inout RESPWalker) -> Head {
    guard walker.enter(count) else { return .invalid("values nested too deep") }
    let isPush = element.type == RESPType.push
    guard count > 0, isPush || (element.type == RESPType.array && (3...4).contains(count)) else {
      return .content(.reply(.other), isPush ? .push : .other, end: element.end, skipping: 0)
    }
    let plain = Head.content(isPush ? .push(RedisPush()) : .reply(.other), isPush ? .push : .other, end: element.end, skipping: 0)
    switch RedisCommandParser.bulk(bytes, element.end, atMost: RedisWords.longestKind) {
    case .missing: return .incomplete(scannedByteCount: 0)
    case .invalid, .cut: return plain
    case .whole(let word, let wordEnd):
      let form: RedisReplyForm
      if RedisWords.isConfirmation(word, bytes) {
        form = .confirmation(isPush: isPush)
      } else if isPush {
        form = .push
      } else if RedisWords.isPublished(word, bytes) {
        form = .published
      } else {
        return plain
      }
      var push = RedisPush(kind: word, channel: nil)
      if count > 1 {
        switch RedisCommandParser.bulk(bytes, wordEnd, atMost: RedisParser.shownChannelByteCount) {
        case .missing: return .incomplete(scannedByteCount: 0)
        case .invalid: break
        case .whole(let channel, _), .cut(let channel, _): push.channel = channel
        }
      }
      return .content(.push(push), form, end: element.end, skipping: 0)
    }
  }
}
