import Capture
import Transport

/// What a conversation does about bytes that are missing, or that are no message.
extension Conversation {
  /// `byteCount` bytes of one direction are missing.
  mutating func gap(
    _ byteCount: Int, _ origin: ChunkOrigin, from sender: MessageSender, _ settings: ProtocolSettings, _ texts: inout TextTable,
    _ output: inout EngineOutput
  ) {
    var direction = take(sender)
    defer { put(direction, sender) }
    var missing = byteCount
    salvage(sender, &direction, settings, &texts, &output)
    if direction.skipsUntilClose {
      direction.open?.lose(missing)
      return
    }
    if direction.skippedByteCount > 0 {
      let inside = min(direction.skippedByteCount, missing)
      direction.skippedByteCount -= inside
      direction.open?.lose(inside)
      missing -= inside
      if direction.skippedByteCount == 0 { endOfExtent(sender, &direction, &output) }
      if missing == 0 { return }
    }
    loseSynchrony(sender, &direction, &output)
  }

  mutating func fail(
    _ reason: StaticString, _ sender: MessageSender, _ origin: ChunkOrigin, _ direction: inout Direction, _ output: inout EngineOutput
  ) -> ConversationVerdict {
    failureCount += 1
    let isDoubtful = messageCount == 0 || failureCount >= Self.failureLimit && messageCount < failureCount
    if isDoubtful, !isForced { return .withdraw }
    note(reason, origin, &output)
    if isDatagram {
      direction = Direction()
    } else {
      loseSynchrony(sender, &direction, &output)
    }
    return .goOn
  }

  /// The rest of an incomplete message is lost: what is there of it is offered to the parser once more. A head that was cut
  /// after its first line still says what was asked.
  mutating func salvage(
    _ sender: MessageSender, _ direction: inout Direction, _ settings: ProtocolSettings, _ texts: inout TextTable,
    _ output: inout EngineOutput
  ) {
    guard !direction.pending.isEmpty, direction.open == nil, !direction.isSearching else { return }
    let buffer = direction.takePending()
    let bytes = buffer.bytes.span.bytes
    let context = ParseContext(sender: sender, isDatagram: isDatagram, isTruncated: true)
    guard case .message(let message, let extent) = P.parse(bytes, context, &state), extent.byteCount <= bytes.byteCount else { return }
    var summary = MessageSummary()
    P.summarize(message, bytes, settings, into: &summary, &texts)
    begin(P.role(of: message, context), summary, buffer.origins.origin(at: 0), sender, &direction, settings, &texts, &output)
    direction.open?.add(extent.byteCount, buffer.origins.origin(at: extent.byteCount - 1).time)
  }

  mutating func giveUpPending(
    _ sender: MessageSender, _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    var direction = take(sender)
    defer { put(direction, sender) }
    guard !direction.pending.isEmpty, direction.open == nil else { return }
    salvage(sender, &direction, settings, &texts, &output)
    loseSynchrony(sender, &direction, &output)
  }

  /// After a loss: whether a message begins with what is kept of the last chunk, or with this one. A beginning too short to tell is
  /// kept until more comes (a process that reads a length by itself makes it a chunk of its own). A chunk that is passed over is lost too.
  mutating func findsMessage(
    _ bytes: RawSpan, _ origin: ChunkOrigin, _ sender: MessageSender, _ ports: RecognitionContext, _ direction: inout Direction,
    _ output: inout EngineOutput
  ) -> Bool {
    var context = ports
    context.likelySender = sender
    context.isResynchronizing = true
    if sender == .server, let first = direction.firstSerialBehindLoss { context.isAwaited = nextSerial > first }
    let keptByteCount = direction.pending.count
    if keptByteCount > 0 {
      var joined = direction.pending
      bytes.withUnsafeBytes { joined.append(contentsOf: $0) }
      switch P.recognize(joined.span.bytes, context) {
      case .likely(sender), .certain(sender): return true
      case .needsMore where joined.count <= ProtocolEngine.prefixByteLimit:
        direction.append(bytes, origin)
        return false
      default:
        direction.dropPending()
        giveUpAnswers(from: sender, &direction, &output)
      }
    }
    switch P.recognize(bytes, context) {
    case .likely(sender), .certain(sender): return true
    case .needsMore where !isDatagram && bytes.byteCount <= ProtocolEngine.prefixByteLimit: direction.append(bytes, origin)
    default: giveUpAnswers(from: sender, &direction, &output)
    }
    return false
  }

  /// Gives up the message under way; the next one is looked for at the beginning of each chunk.
  private mutating func loseSynchrony(_ sender: MessageSender, _ direction: inout Direction, _ output: inout EngineOutput) {
    if var open = direction.open {
      open.observed.isComplete = false
      direction.open = nil
      finish(open, sender, &output)
    }
    direction.reset()
    direction.waiting.markIncomplete()
    direction.isSearching = true
    giveUpAnswers(from: sender, &direction, &output)
  }

  /// Among the lost bytes may have been responses. Pairing what comes later with requests that were answered there would be
  /// wrong for every exchange to come, so requests that wait by order are given up; identifiers remain right.
  private mutating func giveUpAnswers(from sender: MessageSender, _ direction: inout Direction, _ output: inout EngineOutput) {
    direction.firstSerialBehindLoss = pairing.isEmpty ? nextSerial : nil
    state.loseSynchrony(of: sender)
    guard sender == .server else { return }
    while let request = pairing.take(.inOrder) { emit(request, .responseLost, &output) }
  }
}
