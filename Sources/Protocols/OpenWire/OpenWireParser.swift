import Wire

/// Bytes of OpenWire to parse steps: a length (4), a type (1), and what the type's layout says.
enum OpenWireParser {
  /// The longest command taken at its word; brokers refuse beyond 100 MiB unless they are told otherwise.
  static let longestCommand = 1 << 30
  /// Bytes of a command that are read: so many first, and more when what stands before a message's content, or the command itself, is longer.
  /// The content of a longer message passes unseen.
  static let headByteLimits = [1024, 8 * 1024, 64 * 1024]
  /// Bytes that are read behind a content.
  static let tailByteLimit = 64 * 1024
  /// The longest command from which the format is deduced.
  static let deductionByteLimit = 4096

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout OpenWireConversation) -> ParseStep<OpenWireMessage> {
    if context.continues { return tail(bytes, context, &conversation) }
    if conversation[progressOf: context.sender].unreadByteCount > 0 {
      return passUnread(bytes, conversation[progressOf: context.sender].unreadByteCount, context, &conversation)
    }
    if let format = conversation.format, !format.hasSizePrefix, !OpenWireFormatInfo.isHere(bytes) {
      return unprefixed(bytes, context, format, &conversation)
    }
    guard let length = bytes.bigEndian32(at: 0), let typeByte = bytes.uint8(at: 4) else { return .incomplete(scannedByteCount: 0) }
    guard length >= 1, Int(length) <= longestCommand else { return .invalid("a command of an impossible length") }
    let end = 4 + Int(length)
    let type = OpenWireType(rawValue: typeByte)
    if type == .wireFormatInfo { return formatInfo(bytes, end, context, &conversation) }
    if type == .null, length == 1 { return .padding(byteCount: 5) }
    guard type.isOnItsOwn else { return .invalid("not a command of OpenWire") }
    if let format = conversation.format { return command(type, format, 5..<end, bytes, context, &conversation) }
    let wanted = min(end, deductionByteLimit)
    guard bytes.byteCount >= wanted || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    switch deduce(type, 5..<end, bytes.extracting(0..<min(wanted, bytes.byteCount)), &conversation) {
    case .format(let format): return command(type, format, 5..<end, bytes, context, &conversation)
    case .unknown: return passUnread(bytes, end, context, &conversation)
    case .none: return .invalid("not a command of OpenWire")
    }
  }

  private static func formatInfo(
    _ bytes: RawSpan, _ end: Int, _ context: ParseContext, _ conversation: inout OpenWireConversation
  ) -> ParseStep<OpenWireMessage> {
    guard end <= deductionByteLimit else { return .invalid("a command of an impossible length") }
    guard bytes.byteCount >= end else {
      return context.isTruncated ? .invalid("a command that is cut") : .incomplete(scannedByteCount: 0)
    }
    guard OpenWireFormatInfo.isHere(bytes), let offer = OpenWireFormatInfo.read(0..<end, bytes) else {
      return .invalid("a malformed command")
    }
    conversation.take(offer, from: context.sender)
    return .message(OpenWireMessage(type: .wireFormatInfo, version: offer.version), MessageExtent(byteCount: end))
  }

  // MARK: Commands

  private static func command(
    _ type: OpenWireType, _ format: OpenWireFormat, _ range: Range<Int>, _ bytes: RawSpan, _ context: ParseContext,
    _ conversation: inout OpenWireConversation
  ) -> ParseStep<OpenWireMessage> {
    for limit in headByteLimits {
      let wanted = min(range.upperBound, limit)
      guard bytes.byteCount >= wanted || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
      let head = bytes.extracting(0..<min(wanted, bytes.byteCount))
      let walker = walk(type, format, range, head, context.sender, &conversation)
      guard walker.outcome == .cut, limit < headByteLimits[headByteLimits.count - 1], head.byteCount == limit else {
        return step(walker, range, head, context, &conversation)
      }
    }
    return .invalid("a command that is cut")
  }

  private static func step(
    _ walker: OpenWireWalker, _ range: Range<Int>, _ head: RawSpan, _ context: ParseContext, _ conversation: inout OpenWireConversation
  ) -> ParseStep<OpenWireMessage> {
    let sender = context.sender
    let rest = range.upperBound - head.byteCount
    switch walker.outcome {
    case .malformed: return .invalid("a malformed command")
    case .whole:
      return .message(noted(walker, head, sender, &conversation), MessageExtent(byteCount: head.byteCount, skippedByteCount: rest))
    case .cut:
      guard walker.message.number != nil else { return .invalid("a command that is cut") }
      // What its end would have put into the cache is not known; a stack puts nothing there.
      if !walker.message.type.isResponse { conversation[progressOf: sender].cache = OpenWireCache() }
      return .message(noted(walker, head, sender, &conversation), MessageExtent(byteCount: head.byteCount, skippedByteCount: rest))
    case .cutInContent:
      let contentEnd = walker.content?.upperBound ?? range.upperBound
      let message = noted(walker, head, sender, &conversation)
      guard contentEnd < range.upperBound else {
        return .message(message, MessageExtent(byteCount: head.byteCount, skippedByteCount: rest))
      }
      conversation[progressOf: sender].tail = OpenWireConversation.Tail(
        byteCount: range.upperBound - contentEnd, bits: walker.bits.kept(head))
      return .message(
        message, MessageExtent(byteCount: head.byteCount, skippedByteCount: contentEnd - head.byteCount, ending: .continues))
    }
  }

  /// Without lengths a command has to be all there before its end is known.
  private static func unprefixed(
    _ bytes: RawSpan, _ context: ParseContext, _ format: OpenWireFormat, _ conversation: inout OpenWireConversation
  ) -> ParseStep<OpenWireMessage> {
    let type = OpenWireType(rawValue: bytes.load8(at: 0))
    if type == .null { return .padding(byteCount: 1) }
    guard type.isOnItsOwn else { return .invalid("not a command of OpenWire") }
    let walker = walk(type, format, 1..<longestCommand, bytes, context.sender, &conversation)
    switch walker.outcome {
    case .malformed: return .invalid("a malformed command")
    case .cut, .cutInContent: return context.isTruncated ? .invalid("a command that is cut") : .incomplete(scannedByteCount: 0)
    case .whole:
      return .message(noted(walker, bytes, context.sender, &conversation), MessageExtent(byteCount: walker.offset))
    }
  }

  private static func walk(
    _ type: OpenWireType, _ format: OpenWireFormat, _ range: Range<Int>, _ head: RawSpan, _ sender: MessageSender,
    _ conversation: inout OpenWireConversation
  ) -> OpenWireWalker {
    // The cache leaves the conversation while it may change, so that it is not copied.
    var cache = OpenWireCache()
    swap(&cache, &conversation[progressOf: sender].cache)
    var walker = OpenWireWalker(type, format, range, head, cache: cache)
    cache = OpenWireCache()
    walker.walk(head)
    walker.exchangeCache(with: &conversation[progressOf: sender].cache)
    if walker.hasOverflowed { conversation.note("more names in OpenWire's cache than are kept") }
    return walker
  }

  /// The message with what the connection knows.
  private static func noted(
    _ walker: OpenWireWalker, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout OpenWireConversation
  ) -> OpenWireMessage {
    var message = walker.message
    message.version = conversation.format?.version
    if message.type == .brokerInfo, sender == .server, let name = message.brokerURL ?? message.brokerName {
      conversation.remember(broker: name, bytes)
    }
    message.knownBroker = conversation.broker
    return message
  }

  /// What stands behind a long content.
  private static func tail(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout OpenWireConversation
  ) -> ParseStep<OpenWireMessage> {
    let sender = context.sender
    guard let tail = conversation[progressOf: sender].tail, let format = conversation.format ?? conversation.deducedFormat else {
      return .invalid("a malformed command")
    }
    let wanted = min(tail.byteCount, tailByteLimit)
    guard bytes.byteCount >= wanted || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let head = bytes.extracting(0..<min(wanted, bytes.byteCount))
    conversation[progressOf: sender].tail = nil
    var cache = OpenWireCache()
    swap(&cache, &conversation[progressOf: sender].cache)
    var walker = OpenWireWalker(.null, format, 0..<tail.byteCount, head, cache: cache)
    cache = OpenWireCache()
    walker.walkTail(tail.bits, head)
    if walker.outcome == .whole { walker.exchangeCache(with: &conversation[progressOf: sender].cache) }
    return .part(
      walker.message.properties == nil ? nil : walker.message,
      MessageExtent(byteCount: head.byteCount, skippedByteCount: tail.byteCount - head.byteCount))
  }

  // MARK: Without the connection's beginning

  private enum Deduction {
    case format(OpenWireFormat)
    /// The command may be loose as well as tight.
    case unknown
    case none
  }

  /// The format of a command when its connection's beginning was not seen: the first that its bytes fit to the last. As long as commands could
  /// be both loose and tight, nothing is said of them.
  private static func deduce(
    _ type: OpenWireType, _ range: Range<Int>, _ head: RawSpan, _ conversation: inout OpenWireConversation
  ) -> Deduction {
    func fits(_ index: Int) -> Bool {
      var walker = OpenWireWalker(type, OpenWireCandidates.format(index), range, head, cache: nil)
      walker.walk(head)
      if head.byteCount < range.upperBound { return walker.outcome != .malformed }
      return walker.isExact(head)
    }
    var candidates = conversation.candidates ?? OpenWireCandidates(conversation.onlyOffer)
    defer { conversation.candidates = candidates }
    if !candidates.isDecided {
      guard head.byteCount == range.upperBound, head.byteCount <= deductionByteLimit else { return .unknown }
      for index in 0..<OpenWireCandidates.count where candidates.contains(index) && !fits(index) { candidates.remove(index) }
      guard candidates.first != nil else {
        candidates = OpenWireCandidates(conversation.onlyOffer)
        return .none
      }
      return candidates.isDecided ? candidates.first.map { .format(OpenWireCandidates.format($0)) } ?? .none : .unknown
    }
    while let index = candidates.first {
      if fits(index) { return .format(OpenWireCandidates.format(index)) }
      candidates.remove(index)
    }
    candidates = OpenWireCandidates(conversation.onlyOffer)
    return .none
  }

  /// A command that nothing can be said of.
  private static func passUnread(
    _ bytes: RawSpan, _ byteCount: Int, _ context: ParseContext, _ conversation: inout OpenWireConversation
  ) -> ParseStep<OpenWireMessage> {
    let count = min(byteCount, bytes.byteCount)
    conversation[progressOf: context.sender].unreadByteCount = byteCount - count
    return .padding(byteCount: count)
  }
}

extension OpenWireType {
  /// Whether it is sent by itself, not only as a part of something.
  var isOnItsOwn: Bool { isCommand || rawValue == 60 || rawValue == 61 }
}
