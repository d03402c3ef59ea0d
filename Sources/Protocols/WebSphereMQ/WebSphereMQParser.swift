import Wire

/// Bytes of IBM MQ to parse steps: segments, of which several may be one call. Of the first segment the head is read; the rest is stepped over.
enum WebSphereMQParser {
  /// Bytes of a segment that are read: all that stands before a message's content.
  static let headByteLimit = 512
  /// What stands at the beginning of calls and replies: length (4), completion (4), reason (4), handle (4).
  private static let callHeaderByteCount = 16
  /// Which exchange a key is of, in its highest bits.
  private static let unnumbered: UInt64 = 1 << 63
  private static let initial: UInt64 = 1 << 62
  private static let batch: UInt64 = 3 << 62
  private static let heartbeat: UInt64 = 3 << 62 | 1 << 61
  private static let ping: UInt64 = 3 << 62 | 1 << 60

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout WebSphereMQConversation
  ) -> ParseStep<WebSphereMQMessage> {
    let unread = conversation[unreadOf: context.sender]
    if unread > 0 {
      let count = min(unread, bytes.byteCount)
      conversation[unreadOf: context.sender] = unread - count
      return .padding(byteCount: count)
    }
    let segment: WebSphereMQSegment
    switch WebSphereMQSegment.read(bytes) {
    case .segment(let read): segment = read
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .none: return .invalid("not a segment of IBM MQ")
    }
    if let sender = segment.type.sender, sender != context.sender { return .invalid("a segment from the wrong side") }
    let wanted = min(segment.length, headByteLimit)
    guard bytes.byteCount >= wanted || context.isTruncated && bytes.byteCount >= segment.byteCount else {
      return context.isTruncated ? .invalid("a segment that is cut") : .incomplete(scannedByteCount: 0)
    }
    let head = bytes.extracting(0..<min(wanted, bytes.byteCount))
    let rest = segment.length - head.byteCount
    if isContinuation(segment, head) {
      guard segment.type.isCall || segment.type.isReply else {
        conversation[unreadOf: context.sender] = rest
        return .padding(byteCount: head.byteCount)
      }
      return .resumption(
        of: key(segment, conversation), nil,
        MessageExtent(byteCount: head.byteCount, skippedByteCount: rest, ending: segment.isLast ? .complete : .interleaves))
    }
    let message = read(segment, head, context.sender, &conversation)
    let isWhole = segment.isLast || !(segment.type.isCall || segment.type.isReply)
    return .message(
      message, MessageExtent(byteCount: head.byteCount, skippedByteCount: rest, ending: isWhole ? .complete : .interleaves))
  }

  /// Whether the segment goes on with what an earlier one began.
  private static func isContinuation(_ segment: WebSphereMQSegment, _ bytes: RawSpan) -> Bool {
    switch segment.type {
    case .messageData: return !segment.isFirst
    case .asynchronousMessage:
      // The number of the segment within the message.
      let offset = segment.byteCount + 20
      return (segment.isLittleEndian ? bytes.littleEndian16(at: offset) : bytes.bigEndian16(at: offset)) ?? 0 != 0
    default: return (segment.type.isCall || segment.type.isReply) && !segment.isFirst
    }
  }

  /// Under which a call pairs with its reply: both bear the same numbers, or the program waits for one before it makes the next.
  private static func key(_ segment: WebSphereMQSegment, _ conversation: WebSphereMQConversation) -> UInt64 {
    guard let number = segment.conversation, let request = segment.request else { return unnumbered | conversation.callCount }
    return UInt64(number & 0x3fff_ffff) << 32 | UInt64(request)
  }

  private static func read(
    _ segment: WebSphereMQSegment, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout WebSphereMQConversation
  ) -> WebSphereMQMessage {
    var message = WebSphereMQMessage(type: segment.type, conversation: segment.conversation, request: segment.request)
    switch segment.type {
    case .initialData: begin(segment, bytes, sender, &message, &conversation)
    case .messageData: transfer(segment, bytes, &message, &conversation)
    case .status: status(segment, bytes, &message, &conversation)
    case .heartbeat: message.part = echo(segment, sender, heartbeat, &conversation.heartbeatAsker)
    case .ping: message.part = echo(segment, sender, ping, &conversation.pingAsker)
    case .requestMessages, .asynchronousMessage, .notification:
      if let number = segment.number(at: segment.byteCount + 4, bytes) {
        message.object = conversation.name(of: WebSphereMQConversation.Handle(conversation: segment.conversation ?? 0, number: number))
      }
    default: if segment.type.isCall || segment.type.isReply { call(segment, bytes, &message, &conversation) }
    }
    message.level = conversation.level
    if message.queueManager == nil { message.queueManager = conversation.queueManager }
    return message
  }

  // MARK: Calls

  private static func call(
    _ segment: WebSphereMQSegment, _ bytes: RawSpan, _ message: inout WebSphereMQMessage, _ conversation: inout WebSphereMQConversation
  ) {
    if segment.type.isCall, segment.conversation == nil { conversation.callCount += 1 }
    let key = key(segment, conversation)
    message.part = segment.type.isCall ? .request(key) : .response(key)
    let start = segment.byteCount
    guard segment.type.hasCallHeader, let completion = segment.number(at: start + 4, bytes),
      let reason = segment.number(at: start + 8, bytes),
      let number = segment.number(at: start + 12, bytes)
    else { return }
    let handle = WebSphereMQConversation.Handle(conversation: segment.conversation ?? 0, number: number)
    if segment.type.isReply {
      message.completion = completion
      message.reason = reason
      if segment.type == .openReply { conversation.noteOpened(key, handle, isOpen: completion < 2) }
      return
    }
    let body = start + callHeaderByteCount
    switch segment.type {
    case .connect:
      message.queueManager = WebSphereMQText.read(body, 48, isEBCDIC: segment.isEBCDIC, bytes)
      message.application = WebSphereMQText.read(body + 48, 28, isEBCDIC: segment.isEBCDIC, bytes)
      if let name = message.queueManager { conversation.queueManager = name }
    case .open, .put1:
      message.object = objectName(body, segment, bytes)
      if segment.type == .open, let name = message.object { conversation.noteOpening(key, name) }
    case .systemCall:
      var offset = body
      while message.object == nil, offset + 12 <= bytes.byteCount {
        message.object = objectName(offset, segment, bytes)
        offset += 4
      }
    default:
      message.object = conversation.name(of: handle)
      if segment.type == .close { conversation.close(handle) }
      if segment.type == .get { message.waits = waits(body, segment, bytes) }
    }
  }

  /// An MQOD: "OD  ", a version (4), a type (4), a name (48), that of a queue manager (48).
  private static func objectName(_ offset: Int, _ segment: WebSphereMQSegment, _ bytes: RawSpan) -> [UInt8]? {
    guard bytes.hasBytes("OD  ", at: offset) || bytes.bigEndian32(at: offset) == 0xd6c4_4040 else { return nil }
    return WebSphereMQText.read(offset + 12, 48, isEBCDIC: segment.isEBCDIC, bytes)
  }

  /// An MQMD of 324 or 364 bytes, then an MQGMO: "GMO ", a version (4), options (4), of which the lowest is to wait.
  private static func waits(_ offset: Int, _ segment: WebSphereMQSegment, _ bytes: RawSpan) -> Bool {
    guard let version = segment.number(at: offset + 4, bytes) else { return false }
    let options = offset + (version >= 2 ? 364 : 324)
    guard bytes.hasBytes("GMO ", at: options) || bytes.bigEndian32(at: options) == 0xc7d4_d640 else { return false }
    return segment.number(at: options + 8, bytes).map { $0 & 1 != 0 } ?? false
  }

  // MARK: Channels

  /// "ID  ", the level (1), flags (3), limits (16), the channel (20), flags (4), the queue manager (48).
  private static func begin(
    _ segment: WebSphereMQSegment, _ bytes: RawSpan, _ sender: MessageSender, _ message: inout WebSphereMQMessage,
    _ conversation: inout WebSphereMQConversation
  ) {
    let number = segment.conversation ?? 0
    if sender == .client, segment.conversation == nil { conversation.begin() }
    let start = segment.byteCount
    conversation.level = bytes.uint8(at: start + 4)
    message.channel = WebSphereMQText.read(start + 24, 20, isEBCDIC: segment.isEBCDIC, bytes)
    message.queueManager = WebSphereMQText.read(start + 48, 48, isEBCDIC: segment.isEBCDIC, bytes)
    if let name = message.queueManager { conversation.queueManager = name }
    conversation.beginning = sender == .client ? number : nil
    // On a connection that is shared, the first conversation's beginning has a number only when the other end has said that it can.
    message.part = sender == .client ? .request(initial) : .response(initial)
  }

  /// A message between queue managers: "MSH ", numbers (16), then "XQH ", a version (4), the queue (48), its queue manager (48).
  private static func transfer(
    _ segment: WebSphereMQSegment, _ bytes: RawSpan, _ message: inout WebSphereMQMessage, _ conversation: inout WebSphereMQConversation
  ) {
    let header = segment.byteCount + 20
    if bytes.hasBytes("XQH ", at: header) || bytes.bigEndian32(at: header) == 0xe7d8_c840 {
      message.object = WebSphereMQText.read(header + 8, 48, isEBCDIC: segment.isEBCDIC, bytes)
      message.queueManager = WebSphereMQText.read(header + 56, 48, isEBCDIC: segment.isEBCDIC, bytes)
    }
    guard segment.wantsConfirmation else { return }
    conversation.batchCount += 1
    conversation.awaitsConfirmation = true
    message.part = .request(batch | conversation.batchCount)
  }

  /// A length (4), a code (4): confirms a batch, or says why a channel ends.
  private static func status(
    _ segment: WebSphereMQSegment, _ bytes: RawSpan, _ message: inout WebSphereMQMessage, _ conversation: inout WebSphereMQConversation
  ) {
    message.status = segment.number(at: segment.byteCount + 4, bytes) ?? 0
    if conversation.beginning != nil {
      conversation.beginning = nil
      message.part = .response(initial)
    } else if conversation.awaitsConfirmation {
      conversation.awaitsConfirmation = false
      message.part = .response(batch | conversation.batchCount)
    }
  }

  /// A segment that is answered by one of the same type, when it asks for it.
  private static func echo(
    _ segment: WebSphereMQSegment, _ sender: MessageSender, _ key: UInt64, _ asker: inout MessageSender?
  ) -> WebSphereMQMessage.Part {
    if asker == sender.opposite {
      asker = nil
      return .response(key)
    }
    guard segment.wantsConfirmation else { return .alone }
    asker = sender
    return .request(key)
  }
}
