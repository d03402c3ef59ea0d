import Capture
import Transport

/// What becomes of a conversation after a chunk.
enum ConversationVerdict: Hashable, Sendable {
  case goOn
  /// The bytes are not of this protocol after all.
  case withdraw
  /// The rest of the connection speaks another protocol, or one that is not parsed. `consumedByteCount` of the chunk were used.
  case handOver(L7Protocol?, consumedByteCount: Int)
  /// The rest of the connection is to be recognized.
  case tunnel(consumedByteCount: Int)
}

/// Drives one protocol's parser over both directions of one connection (or the datagrams of one flow): keeps the bytes of an
/// incomplete message, steps over what may pass unseen, finds the next message after a loss, and pairs.
///
/// Loss is explicit: no call of the parser ever sees bytes from both sides of a gap. A gap inside bytes that were to be skipped
/// anyway costs their content, not the message.
struct Conversation<P: ApplicationProtocol>: Sendable {
  /// Bytes of an incomplete message that are kept, in each direction. A head or command beyond it is given up.
  static var pendingByteLimit: Int { 256 * 1024 }
  /// Failures after which a conversation with fewer good messages than failures is withdrawn.
  static var failureLimit: Int { 4 }

  let clientSide: FlowSide
  let isDatagram: Bool
  /// The operator gave the flow this protocol: it is never withdrawn.
  let isForced: Bool
  /// Nanoseconds after which a request without a response has timed out.
  let sessionTimeout: Int64
  let repetition: ProtocolFacts.Repetition
  var state: P.Conversation
  var fromClient = Direction()
  var fromServer = Direction()
  var pairing = PairingQueue()
  var answered = AnsweredKeys()
  var nextSerial: UInt64 = 0
  var messageCount = 0
  var failureCount = 0

  init(clientSide: FlowSide, isDatagram: Bool, isForced: Bool, _ settings: ProtocolSettings) {
    self.clientSide = clientSide
    self.isDatagram = isDatagram
    self.isForced = isForced
    sessionTimeout = settings.sessionTimeout(P.facts)
    repetition = P.facts.repetition
    state = P.Conversation(settings)
  }

  /// Until when a response may come for a request that waits; `nil` when none waits.
  var waitsUntil: Timestamp? {
    pairing.newestTime.map { Timestamp(nanoseconds: $0.nanoseconds &+ sessionTimeout) }
  }

  // MARK: Input

  mutating func bytes(
    _ bytes: RawSpan, _ origin: ChunkOrigin, from sender: MessageSender, ports: RecognitionContext, isTruncated: Bool,
    _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) -> ConversationVerdict {
    var direction = take(sender)
    defer { put(direction, sender) }
    if direction.isSearching {
      guard findsMessage(bytes, origin, sender, ports, &direction, &output) else { return .goOn }
      direction.isSearching = false
    }
    guard !direction.pending.isEmpty else {
      let run = run(bytes, OriginMap(origin), sender, isTruncated, &direction, settings, &texts, &output)
      if run.verdict == .goOn, run.consumed < bytes.byteCount {
        direction.keep(bytes.extracting(run.consumed..<bytes.byteCount), run.consumed, OriginMap(origin))
      }
      return run.verdict
    }
    let keptByteCount = direction.pending.count
    guard keptByteCount + bytes.byteCount <= Self.pendingByteLimit else {
      return fail("message is longer than the buffer", sender, origin, &direction, &output)
    }
    direction.append(bytes, origin)
    // The buffer leaves the direction while it is parsed, so that the direction can change under it; no bytes are copied.
    let buffer = direction.takePending()
    let run = run(buffer.bytes.span.bytes, buffer.origins, sender, isTruncated, &direction, settings, &texts, &output)
    switch run.verdict {
    case .goOn:
      if run.consumed < buffer.bytes.count { direction.restore(buffer, droppingFirst: run.consumed) }
      return .goOn
    case .withdraw: return .withdraw
    case .handOver(let next, _): return .handOver(next, consumedByteCount: max(0, run.consumed - keptByteCount))
    case .tunnel: return .tunnel(consumedByteCount: max(0, run.consumed - keptByteCount))
    }
  }

  /// The connection closed, the flow expired or the capture ended: nothing more comes.
  mutating func end(_ end: ConversationEnd, _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput) {
    for sender in [MessageSender.client, .server] {
      var direction = take(sender)
      salvage(sender, &direction, settings, &texts, &output)
      if var open = direction.open {
        open.observed.isComplete = open.observed.isComplete && direction.skipsUntilClose && end.reason == .closed
        direction.open = nil
        finish(open, sender, &output)
      }
      for var open in direction.waiting.takeAll() {
        open.observed.isComplete = false
        finish(open, sender, &output)
      }
      put(Direction(), sender)
    }
    let deadline = Timestamp(nanoseconds: end.time.nanoseconds &- sessionTimeout)
    while let request = pairing.popOldest() {
      let timedOut = request.isSuperseded || request.sentTime < deadline
      emit(request, timedOut ? .timedOut : end.reason == .closed ? .connectionClosed : .captureEnded, &output)
    }
  }

  // MARK: The parse loop

  private mutating func run(
    _ bytes: RawSpan, _ origins: OriginMap, _ sender: MessageSender, _ isTruncated: Bool, _ direction: inout Direction,
    _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) -> (consumed: Int, verdict: ConversationVerdict) {
    let end = bytes.byteCount
    var cursor = 0
    while cursor < end {
      if direction.skipsUntilClose || direction.skippedByteCount > 0 {
        let count = direction.skipsUntilClose ? end - cursor : min(direction.skippedByteCount, end - cursor)
        cursor += count
        direction.open?.add(count, origins.origin(at: cursor - 1).time)
        if direction.skipsUntilClose { continue }
        direction.skippedByteCount -= count
        if direction.skippedByteCount == 0 { endOfExtent(sender, &direction, &output) }
        continue
      }
      let rest = bytes.extracting(cursor..<end)
      let context = ParseContext(
        sender: sender, isDatagram: isDatagram, isTruncated: isTruncated, continues: direction.open != nil,
        scannedByteCount: direction.scannedByteCount)
      direction.scannedByteCount = 0
      let step = P.parse(rest, context, &state)
      if let reason = state.takeAnomaly() { note(reason, origins.origin(at: cursor), &output) }
      switch step {
      case .message(let message, let extent):
        precondition(extent.byteCount > 0 && extent.byteCount <= rest.byteCount, "a message's head lies within the bytes parsed")
        let origin = origins.origin(at: cursor)
        var summary = MessageSummary()
        P.summarize(message, rest, settings, into: &summary, &texts)
        begin(P.role(of: message, context), summary, origin, sender, &direction, settings, &texts, &output)
        cursor += extent.byteCount
        direction.open?.add(extent.byteCount, origins.origin(at: cursor - 1).time)
        apply(extent, sender, &direction, &output)
      case .part(let message, let extent):
        precondition(extent.byteCount > 0 && extent.byteCount <= rest.byteCount, "a message's part lies within the bytes parsed")
        goOn(message, rest, extent, &cursor, origins, sender, &direction, settings, &texts, &output)
      case .resumption(let identifier, let message, let extent):
        precondition(extent.byteCount > 0 && extent.byteCount <= rest.byteCount, "a message's part lies within the bytes parsed")
        direction.open = direction.waiting.take(identifier)
        goOn(message, rest, extent, &cursor, origins, sender, &direction, settings, &texts, &output)
      case .abandonment(let identifiers, let message, let count):
        precondition(count > 0 && count <= rest.byteCount, "an abandonment lies within the bytes parsed")
        abandon(identifiers, message, rest, sender, &direction, settings, &texts, &output)
        cursor += count
      case .padding(let count):
        cursor += min(max(count, 1), end - cursor)
      case .incomplete(let scanned):
        if isDatagram { return (end, fail("datagram ends inside a message", sender, origins.origin(at: cursor), &direction, &output)) }
        direction.scannedByteCount = scanned
        return (cursor, .goOn)
      case .invalid(let reason):
        return (end, fail(reason, sender, origins.origin(at: cursor), &direction, &output))
      case .handOver(let next):
        return (cursor, .handOver(next, consumedByteCount: cursor))
      case .tunnel:
        return (cursor, .tunnel(consumedByteCount: cursor))
      }
    }
    if isDatagram, direction.open != nil {
      // A datagram holds the whole message; what its extent claims beyond is not there.
      direction.skippedByteCount = 0
      direction.continues = false
      direction.interleaves = false
      endOfExtent(sender, &direction, &output)
    }
    return (cursor, .goOn)
  }

  /// A further part of the open message.
  private mutating func goOn(
    _ message: P.Message?, _ rest: RawSpan, _ extent: MessageExtent, _ cursor: inout Int, _ origins: OriginMap, _ sender: MessageSender,
    _ direction: inout Direction, _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    if let message, direction.open != nil {
      P.summarize(message, rest, settings, into: &direction.open!.observed.summary, &texts)
      direction.open!.noteAmendment()
    }
    cursor += extent.byteCount
    direction.open?.add(extent.byteCount, origins.origin(at: cursor - 1).time)
    apply(extent, sender, &direction, &output)
  }

  private mutating func apply(
    _ extent: MessageExtent, _ sender: MessageSender, _ direction: inout Direction, _ output: inout EngineOutput
  ) {
    direction.skippedByteCount = max(0, extent.skippedByteCount)
    direction.continues = extent.ending == .continues
    direction.interleaves = extent.ending == .interleaves
    direction.skipsUntilClose = extent.ending == .atClose
    if direction.skippedByteCount == 0, !direction.skipsUntilClose { endOfExtent(sender, &direction, &output) }
  }

  mutating func endOfExtent(_ sender: MessageSender, _ direction: inout Direction, _ output: inout EngineOutput) {
    guard !direction.continues, let open = direction.open else { return }
    direction.open = nil
    guard direction.interleaves, let identifier = open.role.identifier else { return finish(open, sender, &output) }
    guard var evicted = direction.waiting.put(open, identifier) else { return }
    evicted.observed.isComplete = false
    finish(evicted, sender, &output)
  }

  func note(_ reason: StaticString, _ origin: ChunkOrigin, _ output: inout EngineOutput) {
    output.anomalies.append(ProtocolAnomaly(l7Protocol: P.facts.identity, reason: reason, time: origin.time, ordinal: origin.ordinal))
  }

  // MARK: Directions

  /// Moves a direction out, so that it can be changed while the conversation is.
  mutating func take(_ sender: MessageSender) -> Direction {
    var taken = Direction()
    if sender == .client { swap(&taken, &fromClient) } else { swap(&taken, &fromServer) }
    return taken
  }

  mutating func put(_ direction: Direction, _ sender: MessageSender) {
    if sender == .client { fromClient = direction } else { fromServer = direction }
  }
}
