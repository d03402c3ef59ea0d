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
  private let isDatagram: Bool
  /// The operator gave the flow this protocol: it is never withdrawn.
  private let isForced: Bool
  /// Nanoseconds after which a request without a response has timed out.
  private let sessionTimeout: Int64
  private let repetition: ProtocolFacts.Repetition
  private var state: P.Conversation
  private var fromClient = Direction()
  private var fromServer = Direction()
  private var pairing = PairingQueue()
  private var answered = AnsweredKeys()
  private var nextSerial: UInt64 = 0
  private var messageCount = 0
  private var failureCount = 0

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
      guard findsMessage(bytes, origin, sender, ports, &direction) else { return .goOn }
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
      let timedOut = request.sentTime < deadline
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

  private mutating func begin(
    _ role: MessageRole, _ summary: MessageSummary, _ origin: ChunkOrigin, _ sender: MessageSender, _ direction: inout Direction,
    _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    messageCount += 1
    let observed = ObservedMessage(
      summary: summary, origin: origin, lastTime: origin.time, byteCount: 0, capturedByteCount: 0, isComplete: !summary.isPartial,
      indexInChunk: direction.numberMessage(in: origin.ordinal))
    var open = OpenMessage(role: role, observed: observed)
    if let identifier = role.identifier, var earlier = direction.waiting.take(identifier) {
      // The end of an earlier message with this identifier was not seen.
      earlier.observed.isComplete = false
      finish(earlier, sender, &output)
    }
    switch role {
    case .request(let key):
      let deadline = Timestamp(nanoseconds: origin.time.nanoseconds &- sessionTimeout)
      while let expired = pairing.popOldest(startedBefore: deadline) { emit(expired, .timedOut, &output) }
      if isDatagram, repetition == .always, pairing.noteRepetition(key, from: sender, at: origin.time, &texts) || answered.contains(key) {
        open.role = .interim
        break
      }
      if isDatagram, repetition == .anotherTry {
        let earlierCount = pairing.count(key, from: sender)
        if earlierCount > 0 { open.observed.summary.set(texts.intern("retransmissions"), texts.intern(String(earlierCount))) }
      }
      open.serial = nextSerial
      nextSerial += 1
      let request = PendingRequest(key: key, message: open.observed, serial: open.serial, sender: sender)
      if let evicted = pairing.push(request, limit: PairingQueue.limit(key, respondsInOrder: P.facts.respondsInOrder)) {
        emit(evicted, .responseLost, &output)
      }
    case .response(let key):
      if case .identifier(let identifier) = key, P.facts.respondsInOrder, !isDatagram {
        while let passedOver = pairing.popOldest(before: identifier) { emit(passedOver, .responseLost, &output) }
      }
      open.request = isDatagram && repetition == .anotherTry ? pairing.takeNewest(key) : pairing.take(key)
      if open.request == nil, key == .inOrder {
        // No response precedes its request: one that is still incomplete will not be completed, its rest was lost.
        giveUpPending(sender.opposite, settings, &texts, &output)
        open.request = pairing.take(key)
      }
      if isDatagram, repetition == .always {
        if open.request != nil {
          answered.add(key)
        } else if answered.contains(key) {
          open.role = .interim
        }
      }
      // A response may begin before the last byte of its request: what is known of the request by now has to do.
      if let request = open.request, let latest = openRequest(request, from: sender.opposite) { open.request?.message = latest }
    case .interim, .oneWay, .addition: break
    }
    direction.open = open
  }

  /// The request that waits longest, for the protocol that the connection changes over to.
  mutating func takeOldestRequest() -> PendingRequest? { pairing.popOldest() }

  /// Takes over a request that was made in another protocol, and will be answered in this one.
  mutating func adopt(_ request: PendingRequest, _ key: ExchangeKey) {
    let adopted = PendingRequest(key: key, message: request.message, serial: nextSerial, sender: request.sender)
    _ = pairing.push(adopted, limit: PairingQueue.limit(key))
    nextSerial += 1
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

  private mutating func endOfExtent(_ sender: MessageSender, _ direction: inout Direction, _ output: inout EngineOutput) {
    guard !direction.continues, let open = direction.open else { return }
    direction.open = nil
    guard direction.interleaves, let identifier = open.role.identifier else { return finish(open, sender, &output) }
    guard var evicted = direction.waiting.put(open, identifier) else { return }
    evicted.observed.isComplete = false
    finish(evicted, sender, &output)
  }

  /// The last byte of a message passed.
  private mutating func finish(_ open: OpenMessage, _ sender: MessageSender, _ output: inout EngineOutput) {
    switch open.role {
    case .request:
      // A response under way took the request from the queue.
      if pairing.update(serial: open.serial, with: open.observed) { return }
      if sender == .client { fromServer.update(requestOf: open) } else { fromClient.update(requestOf: open) }
    case .response:
      var open = open
      if let request = open.request, let latest = openRequest(request, from: sender.opposite) { open.request?.message = latest }
      output.exchanges.append(
        Exchange(
          l7Protocol: P.facts.identity, clientSide: side(of: sender.opposite), request: open.request?.message, response: open.observed,
          ending: open.request == nil ? .alone : .answered))
    case .oneWay:
      output.exchanges.append(
        Exchange(l7Protocol: P.facts.identity, clientSide: clientSide, request: open.observed, response: nil, ending: .alone))
    case .addition(let isLast): add(open.observed, isLast, from: sender, &output)
    case .interim: break
    }
  }

  /// A message that says more of an exchange passed.
  private mutating func add(
    _ addition: ObservedMessage, _ isLast: Bool, from sender: MessageSender, _ output: inout EngineOutput
  ) {
    var other = take(sender.opposite)
    defer { put(other, sender.opposite) }
    guard var open = other.open, case .response = open.role else { return pairing.addToNewest(addition) }
    open.observed.summary.add(addition.summary)
    open.observed.lastTime = max(open.observed.lastTime, addition.lastTime)
    other.open = open
    guard isLast else { return }
    other.open = nil
    other.continues = false
    finish(open, sender.opposite, &output)
  }

  private func emit(_ request: PendingRequest, _ ending: Exchange.Ending, _ output: inout EngineOutput) {
    // Silence was the answer, unless the exchange was given up.
    let ending = request.message.summary.mayGoUnanswered && ending != .abandoned ? .alone : ending
    output.exchanges.append(
      Exchange(l7Protocol: P.facts.identity, clientSide: side(of: request.sender), request: request.message, response: nil, ending: ending))
  }

  /// Whoever asks is the client of the exchange, also where both ends ask.
  private func side(of asker: MessageSender) -> FlowSide { asker == .client ? clientSide : clientSide.opposite }

  /// What is known so far of a request that `sender` has not finished.
  private func openRequest(_ request: PendingRequest, from sender: MessageSender) -> ObservedMessage? {
    sender == .client ? fromClient.openRequest(request) : fromServer.openRequest(request)
  }

  /// One side gave up the exchanges with these identifiers: responses under way end, requests that wait get none.
  private mutating func abandon(
    _ identifiers: ClosedRange<UInt64>, _ message: P.Message, _ bytes: RawSpan, _ sender: MessageSender, _ direction: inout Direction,
    _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    var other = take(sender.opposite)
    var requests: [OpenMessage] = []
    var responses: [OpenMessage] = []
    while let open = direction.waiting.take(anyOf: identifiers) ?? other.waiting.take(anyOf: identifiers) {
      if open.role.isResponse { responses.append(open) } else { requests.append(open) }
    }
    if let open = other.open, let identifier = open.role.identifier, identifiers.contains(identifier) {
      // The rest of the part under way still passes, for nobody.
      other.open = nil
      if open.role.isResponse { responses.append(open) } else { requests.append(open) }
    }
    put(other, sender.opposite)
    for request in requests { _ = pairing.update(serial: request.serial, with: request.observed) }
    for var response in responses {
      if let latest = requests.first(where: { $0.serial == response.request?.serial }) { response.request?.message = latest.observed }
      P.summarize(message, bytes, settings, into: &response.observed.summary, &texts)
      response.noteAmendment()
      finish(response, sender, &output)
    }
    while var request = pairing.take(anyOf: identifiers) {
      P.summarize(message, bytes, settings, into: &request.message.summary, &texts)
      emit(request, .abandoned, &output)
    }
  }

  private func note(_ reason: StaticString, _ origin: ChunkOrigin, _ output: inout EngineOutput) {
    output.anomalies.append(ProtocolAnomaly(l7Protocol: P.facts.identity, reason: reason, time: origin.time, ordinal: origin.ordinal))
  }

  // MARK: Loss

  private mutating func fail(
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
  private mutating func salvage(
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

  private mutating func giveUpPending(
    _ sender: MessageSender, _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    var direction = take(sender)
    defer { put(direction, sender) }
    guard !direction.pending.isEmpty, direction.open == nil else { return }
    salvage(sender, &direction, settings, &texts, &output)
    loseSynchrony(sender, &direction, &output)
  }

  /// After a loss: whether a message begins with what is kept of the last chunk, or with this one. A beginning too short to tell is
  /// kept until more comes (a process that reads a length by itself makes it a chunk of its own).
  private func findsMessage(
    _ bytes: RawSpan, _ origin: ChunkOrigin, _ sender: MessageSender, _ ports: RecognitionContext, _ direction: inout Direction
  ) -> Bool {
    var context = ports
    context.likelySender = sender
    context.isResynchronizing = true
    let keptByteCount = direction.pending.count
    if keptByteCount > 0 {
      var joined = direction.pending
      bytes.withUnsafeBytes { joined.append(contentsOf: $0) }
      switch P.recognize(joined.span.bytes, context) {
      case .likely(sender), .certain(sender): return true
      case .needsMore where joined.count <= ProtocolEngine.prefixByteLimit:
        direction.append(bytes, origin)
        return false
      default: direction.dropPending()
      }
    }
    switch P.recognize(bytes, context) {
    case .likely(sender), .certain(sender): return true
    case .needsMore where !isDatagram && bytes.byteCount <= ProtocolEngine.prefixByteLimit: direction.append(bytes, origin)
    default: break
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
    state.loseSynchrony(of: sender)
    direction.isSearching = true
    // Among the lost bytes may have been responses. Pairing what comes later with requests that were answered there would be
    // wrong for every exchange to come, so requests that wait by order are given up; identifiers remain right.
    if sender == .server {
      while let request = pairing.take(.inOrder) { emit(request, .responseLost, &output) }
    }
  }

  // MARK: Directions

  /// Moves a direction out, so that it can be changed while the conversation is.
  private mutating func take(_ sender: MessageSender) -> Direction {
    var taken = Direction()
    if sender == .client { swap(&taken, &fromClient) } else { swap(&taken, &fromServer) }
    return taken
  }

  private mutating func put(_ direction: Direction, _ sender: MessageSender) {
    if sender == .client { fromClient = direction } else { fromServer = direction }
  }
}
