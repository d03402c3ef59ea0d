import Capture
import Wire

/// What the request log shows of Redis messages.
struct RedisSummary {
  private static let mask: StaticString = "***"
  /// What stands for a value, as in DeepFlow.
  private static let hiddenValue: StaticString = "?"

  /// Values are masked, keys are not.
  let hidesValues: Bool

  func summarize(_ message: RedisMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    switch message.content {
    case .command(let command): summarize(command, bytes, into: &summary, &texts)
    case .reply(let reply): summarize(reply, bytes, into: &summary, &texts)
    case .push(let push):
      summary.requestType = push.kind.map { texts.intern(bytes, $0) } ?? texts.intern("MONITOR")
      summary.requestResource = push.channel.map { texts.intern(bytes, $0) }
    }
  }

  private func summarize(_ command: RedisCommand, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestType = texts.intern(bytes, command.word)
    if !command.isQueued, RedisWaiting.waits(command, bytes) { summary.markLongPoll(&texts) }
    var credentials = RedisCredentials(command.word, bytes)
    if credentials.isEmpty, command.isInline, !hidesValues {
      if !command.arguments.isEmpty { summary.requestResource = texts.intern(bytes, command.arguments) }
      return
    }
    var arguments = RedisArgumentCursor(command.arguments, isInline: command.isInline)
    if credentials.isEmpty, !hidesValues, command.shownArgumentCount == 1, let only = arguments.next(bytes) {
      summary.requestResource = texts.intern(bytes, only)
      return
    }
    var joined: [UInt8] = []
    joined.reserveCapacity(command.arguments.count)
    var isFirst = true
    var values = hidesValues ? RedisObfuscation(command.word, bytes) : nil
    while let argument = arguments.next(bytes) {
      let value = values?.disposition(of: argument, bytes) ?? .shown
      if value == .dropped { break }
      if !isFirst { joined.append(0x20) }
      isFirst = false
      switch credentials.disposition(of: argument, bytes) {
      case .shown where value == .masked: append(RedisSummary.hiddenValue, to: &joined)
      case .shown: append(argument, bytes, to: &joined)
      case .maskedAfterFirstByte:
        append(argument.prefix(1), bytes, to: &joined)
        append(RedisSummary.mask, to: &joined)
      case .masked: append(RedisSummary.mask, to: &joined)
      }
    }
    if !isFirst { summary.requestResource = texts.intern(joined) }
  }

  private func summarize(_ reply: RedisReply, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .ok
    switch reply {
    case .line(let range): summary.responseResult = texts.intern(bytes, range.prefix(RedisParser.shownReplyByteCount))
    case .text where hidesValues: summary.responseResult = texts.intern(RedisSummary.hiddenValue)
    case .text(let range): summary.responseResult = texts.intern(bytes, range)
    case .secret: summary.responseResult = texts.intern(RedisSummary.mask)
    case .errors(let count): summary.add(texts.intern("error_count"), texts.intern("\(count)"))
    case .abortedTransaction: summary.add(texts.intern("transaction"), texts.intern("aborted"))
    case .other: break
    case .error(let range):
      summary.responseStatus = .serverError
      summary.responseException = texts.intern(bytes, hidesValues ? withoutArguments(range, bytes) : range)
      noteRedirect(range, bytes, into: &summary, &texts)
    }
  }

  /// `MOVED slot address` and `ASK slot address`. Source: Redis cluster specification, "MOVED Redirection" and "ASK redirection".
  private func noteRedirect(
    _ error: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var words = RedisArgumentCursor(error, isInline: true)
    guard let kind = words.next(bytes),
      bytes.hasBytes("MOVED", at: kind.lowerBound) && kind.count == 5
        || bytes.hasBytes("ASK", at: kind.lowerBound) && kind.count == 3,
      let slot = words.next(bytes), bytes.decimal(in: slot) != nil, let address = words.next(bytes)
    else { return }
    summary.add(texts.intern("slot"), texts.intern(bytes, slot))
    summary.add(texts.intern("redirect"), texts.intern(bytes, address))
  }

  private func append(_ range: Range<Int>, _ bytes: RawSpan, to joined: inout [UInt8]) {
    bytes.extracting(range).withUnsafeBytes { joined.append(contentsOf: $0) }
  }

  private func append(_ text: StaticString, to joined: inout [UInt8]) {
    joined.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// An error without the arguments that some quote: `ERR unknown command 'x', with args beginning with: 'y'`.
  private func withoutArguments(_ error: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
    var offset = error.lowerBound
    while let comma = bytes.firstIndex(of: 0x2c, from: offset, to: error.upperBound) {
      if bytes.hasBytes(", with args beginning with:", at: comma) { return error.lowerBound..<comma }
      offset = comma + 1
    }
    return error
  }
}
