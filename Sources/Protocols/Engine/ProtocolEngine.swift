package import Capture
package import Transport

/// Byte streams and datagrams in, exchanges out: recognizes the protocol of each flow by content on any port, lets its parser
/// run, and pairs. Owns the conversations; the flows' `FlowConversation` values say which is whose.
package struct ProtocolEngine: ~Copyable {
  /// Chunks of an unknown flow that are looked at before it is given up.
  static let attemptLimit = 256
  /// Bytes of a beginning that are kept while recognition needs more.
  static let prefixByteLimit = 4096

  private let pools: [ConversationPool]
  private let settings: ProtocolSettings
  /// What the last calls produced; drained by the owner.
  package var output = EngineOutput()

  package init(_ settings: ProtocolSettings = .standard) {
    self.settings = settings
    pools = ProtocolRegistry.entries.map { $0.makePool(settings) }
    precondition(pools.count <= 64, "a flow's set of excluded protocols has 64 places")
  }

  /// One chunk of a flow, in stream order; for datagrams, one datagram.
  package mutating func bytes(
    _ bytes: RawSpan, _ origin: ChunkOrigin, from side: FlowSide, isTruncated: Bool = false, of flow: inout FlowConversation,
    _ texts: inout TextTable
  ) {
    switch flow.stage {
    case .opaque: return
    case .conversing(let pool, let slot, let clientSide):
      converse(pool, slot, clientSide, bytes, origin, side, isTruncated, &flow, &texts)
    case .recognizing: recognize(bytes, origin, side, isTruncated, &flow, &texts)
    }
  }

  package mutating func gap(
    _ byteCount: Int, _ origin: ChunkOrigin, from side: FlowSide, of flow: inout FlowConversation, _ texts: inout TextTable
  ) {
    switch flow.stage {
    case .opaque: return
    case .recognizing: flow.prefixes.removeAll { $0.side == side }
    case .conversing(let pool, let slot, let clientSide):
      pools[pool].gap(slot, byteCount, origin, sender(side, clientSide), &texts, &output)
    }
  }

  /// Until when a response may come for a request of the flow; `nil` when none waits.
  package func waitsUntil(_ flow: borrowing FlowConversation) -> Timestamp? {
    if case .conversing(let pool, let slot, _) = flow.stage { return pools[pool].waitsUntil(slot) }
    return nil
  }

  /// The flow is over; exchanges still open are delivered.
  package mutating func end(_ flow: inout FlowConversation, _ end: ConversationEnd, _ texts: inout TextTable) {
    if case .conversing(let pool, let slot, _) = flow.stage { pools[pool].end(slot, end, &texts, &output) }
    flow.stage = .opaque
    flow.prefixes = []
  }

  private func sender(_ side: FlowSide, _ clientSide: FlowSide) -> MessageSender { side == clientSide ? .client : .server }

  private mutating func converse(
    _ pool: Int, _ slot: Int, _ clientSide: FlowSide, _ bytes: RawSpan, _ origin: ChunkOrigin, _ side: FlowSide, _ isTruncated: Bool,
    _ flow: inout FlowConversation, _ texts: inout TextTable
  ) {
    let verdict = pools[pool].bytes(
      slot, bytes, origin, sender(side, clientSide), flow.recognitionContext(side), isTruncated, &texts, &output)
    switch verdict {
    case .goOn: break
    case .withdraw:
      pools[pool].discard(slot)
      flow.excluded |= 1 << UInt64(pool)
      flow.stage = .recognizing
      flow.l7Protocol = nil
      recognize(bytes, origin, side, isTruncated, &flow, &texts)
    case .handOver(let next, let consumed):
      let target = next.flatMap { next in pools.firstIndex { $0.facts.identity == next } }
      // The request that asked for the change may be answered behind it.
      let upgradeKey = target.flatMap { pools[$0].facts.upgradeKey }
      let request = upgradeKey == nil ? nil : pools[pool].takeOldestRequest(slot)
      pools[pool].end(slot, ConversationEnd(reason: .silent, time: origin.time), &texts, &output)
      flow.stage = .opaque
      guard let target else { return }
      let opened = open(target, clientSide, &flow)
      if let request, let upgradeKey { pools[target].adopt(opened, request, upgradeKey) }
      goOn(bytes, from: consumed, origin, side, isTruncated, &flow, &texts)
    case .tunnel(let consumed):
      flow.likelyClient = clientSide
      pools[pool].end(slot, ConversationEnd(reason: .silent, time: origin.time), &texts, &output)
      flow.stage = .recognizing
      flow.attemptCount = 0
      goOn(bytes, from: consumed, origin, side, isTruncated, &flow, &texts)
    }
  }

  /// The bytes of a chunk behind those that another protocol used.
  private mutating func goOn(
    _ bytes: RawSpan, from consumed: Int, _ origin: ChunkOrigin, _ side: FlowSide, _ isTruncated: Bool, _ flow: inout FlowConversation,
    _ texts: inout TextTable
  ) {
    guard consumed < bytes.byteCount else { return }
    var rest = origin
    rest.tcpSequence = rest.tcpSequence.map { $0 &+ UInt32(truncatingIfNeeded: consumed) }
    self.bytes(bytes.extracting(consumed..<bytes.byteCount), rest, from: side, isTruncated: isTruncated, of: &flow, &texts)
  }

  /// Returns the slot of the conversation.
  @discardableResult
  private mutating func open(_ pool: Int, _ clientSide: FlowSide, isForced: Bool = false, _ flow: inout FlowConversation) -> Int {
    let slot = pools[pool].open(clientSide, flow.isDatagram, isForced)
    flow.stage = .conversing(pool: pool, slot: slot, clientSide: clientSide)
    flow.l7Protocol = pools[pool].facts.identity
    flow.prefixes = []
    return slot
  }

  private mutating func recognize(
    _ bytes: RawSpan, _ origin: ChunkOrigin, _ side: FlowSide, _ isTruncated: Bool, _ flow: inout FlowConversation,
    _ texts: inout TextTable
  ) {
    if settings.overridesRecognition, followsOverride(&flow) {
      self.bytes(bytes, origin, from: side, isTruncated: isTruncated, of: &flow, &texts)
      return
    }
    if let index = flow.prefixes.firstIndex(where: { $0.side == side }) {
      var prefix = flow.prefixes.remove(at: index)
      guard prefix.bytes.count + bytes.byteCount <= ProtocolEngine.prefixByteLimit else { return giveUp(&flow) }
      bytes.withUnsafeBytes { prefix.bytes.append(contentsOf: $0) }
      // The prefix's time and sequence number are the message's; a chunk inside it keeps them.
      judge(prefix.bytes.span.bytes, prefix.origin, side, isTruncated, &flow, &texts)
    } else {
      judge(bytes, origin, side, isTruncated, &flow, &texts)
    }
  }

  private mutating func judge(
    _ bytes: RawSpan, _ origin: ChunkOrigin, _ side: FlowSide, _ isTruncated: Bool, _ flow: inout FlowConversation,
    _ texts: inout TextTable
  ) {
    let context = flow.recognitionContext(side)
    var best: (pool: Int, sender: MessageSender, score: Int)?
    var needsMore = false
    for (index, pool) in pools.enumerated() where flow.excluded & 1 << UInt64(index) == 0 {
      guard flow.isCarrier(of: pool.facts) else { continue }
      let verdict: (sender: MessageSender, score: Int)
      switch pool.recognize(bytes, context) {
      case .no: continue
      case .needsMore:
        needsMore = true
        continue
      case .likely(let sender): verdict = (sender, 0)
      case .certain(let sender): verdict = (sender, 2)
      }
      let serverPort = verdict.sender == .client ? context.destinationPort : context.sourcePort
      let score = verdict.score + (pool.facts.ports.contains(serverPort) ? 1 : 0)
      if best.map({ score > $0.score }) ?? true { best = (index, verdict.sender, score) }
    }
    if let best {
      open(best.pool, best.sender == .client ? side : side.opposite, &flow)
      self.bytes(bytes, origin, from: side, isTruncated: isTruncated, of: &flow, &texts)
    } else if needsMore, !flow.isDatagram {
      flow.prefixes.append(FlowConversation.Prefix(side: side, bytes: bytes.withUnsafeBytes { [UInt8]($0) }, origin: origin))
    } else {
      flow.attemptCount += 1
      if flow.attemptCount >= ProtocolEngine.attemptLimit { giveUp(&flow) }
    }
  }

  /// Whether the operator said what the flow speaks; it is opened, or given up, as they said. Only the first bytes of a flow are asked about:
  /// what another protocol hands over is recognized.
  private mutating func followsOverride(_ flow: inout FlowConversation) -> Bool {
    guard flow.mayBeOverridden else { return false }
    flow.mayBeOverridden = false
    // Whoever has the port serves it; when both have it, whoever else looks like the server.
    let isResponders = settings.protocolOverride(at: flow.responderPort) != nil
    guard let override = settings.protocolOverride(at: isResponders ? flow.responderPort : flow.initiatorPort) else { return false }
    guard let l7Protocol = override else {
      giveUp(&flow)
      return true
    }
    let carrier = l7Protocol.carrier
    guard let pool = pools.firstIndex(where: { $0.facts.identity == carrier }), flow.isCarrier(of: pools[pool].facts) else { return false }
    let clientSide: FlowSide =
      flow.initiatorPort == flow.responderPort ? flow.likelyClient ?? .initiator : isResponders ? .initiator : .responder
    open(pool, clientSide, isForced: true, &flow)
    return true
  }

  private func giveUp(_ flow: inout FlowConversation) {
    flow.stage = .opaque
    flow.prefixes = []
  }
}
