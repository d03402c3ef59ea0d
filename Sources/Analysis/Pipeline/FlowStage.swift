import Capture
import Profiles
import Protocols
import Transport

/// From decoded packets and socket events to results:
///
///     packet ───────> flow ─> meter ─> reassemble ─┐
///     socket event ─> flow ─> meter ─> reassemble ─┴─> recognize, parse, pair ─> request rows
///     sample, stack, symbol ──> sum up by thread and stack
///     end ──────────> finish flows ─> flow rows ─> name processes ─> join traces
///
/// Memory follows the live flows and the rows, not the capture.
struct FlowStage: ~Copyable {
  /// Packets whose flows are fetched into the cache together.
  private static let prefetchCount = 16

  private let options: AnalysisOptions
  private var flows = FlowTable<FlowEntry>()
  private var layer7: Layer7
  private var owners = SocketOwners()
  private var datagramPeers = DatagramPeers()
  private var interfaces = InterfaceTable()
  private var evidence = Evidence()
  private var services = ServiceTable()
  private var flowRows: [FlowRow] = []
  private var flowGroups: FlowGroups?
  private var flowSlices: [FlowSlice] = []
  private var sliceAllowance = SliceAllowance()
  private var requests: [RequestRow] = []
  private var samples = SampleStore()
  /// What `FlowTable.prefetch` returned.
  private var prefetched: UInt64 = 0

  init(_ options: AnalysisOptions) {
    self.options = options
    layer7 = Layer7(ProtocolSettings(options.protocols))
    flowGroups = options.flowGrouping.map { FlowGroups($0) }
    samples.window = options.profileWindow
  }

  /// Takes in what a batch holds, in its order.
  mutating func take(_ batch: borrowing ObservationBatch) {
    var next = 0
    for index in 0..<batch.otherCount {
      let (position, other) = batch.others[index]
      packets(next..<position, batch)
      next = position
      take(other, batch)
    }
    packets(next..<batch.packetCount, batch)
  }

  private mutating func packets(_ range: Range<Int>, _ batch: borrowing ObservationBatch) {
    let packets = batch.packets
    for index in range {
      if (index - range.lowerBound) % FlowStage.prefetchCount == 0 {
        let ahead = index..<min(index + FlowStage.prefetchCount, range.upperBound)
        prefetched &+= flows.prefetch(ahead, byteCount: FlowEntry.busyByteCount) { packets[$0].keyHash }
      }
      packet(index, batch)
    }
    sweep(range.count)
  }

  // MARK: Packets

  @inline(__always)
  private mutating func packet(_ index: Int, _ batch: borrowing ObservationBatch) {
    let packet = batch.packets + index
    if packet.pointee.isCaptured {
      evidence.packetCount += 1
      evidence.see(packet.pointee.header.time)
      flows.advance(to: packet.pointee.header.time)
    }
    switch packet.pointee.fault {
    case nil: observe(index, batch)
    // Its datagram follows when it is whole, or is counted at the end.
    case .fragment: break
    case .some(let fault):
      evidence.count(fault)
      if packet.pointee.isCaptured, batch.decoded[index].hasPorts { observeCut(index, batch) }
    }
  }

  /// A packet without the end of its transport header counts with its flow, and says nothing else of it.
  private mutating func observeCut(_ index: Int, _ batch: borrowing ObservationBatch) {
    let decoded = batch.decoded + index
    let header = batch.packets[index].header
    let key = batch.flowKey(index)
    let slot = slot(key, key.tableHash, decoded.pointee.source, decoded.pointee.destination, header.ordinal)
    let flow = flows.address(of: slot)
    if options.includesFlowSeconds { flow.pointee.divide(at: header.time, &sliceAllowance) }
    let side = flow.pointee.side(of: decoded.pointee.source)
    flow.pointee.meter.observeCut(decoded.pointee, from: side, at: header.time, &services)
    flows.setTimeout(nanoseconds: flow.pointee.meter.timeout, slot)
  }

  /// The decoded packet finds its flow, counts there, and its payload goes on to the streams.
  private mutating func observe(_ index: Int, _ batch: borrowing ObservationBatch) {
    let packet = UnsafePointer(batch.decoded + index)
    let key = batch.flowKey(index)
    let (ordinal, time) = (batch.packets[index].header.ordinal, batch.packets[index].header.time)
    let hash = batch.packets[index].keyHash
    var slot = slot(key, hash, packet.pointee.source, packet.pointee.destination, ordinal)
    var flow = flows.address(of: slot)
    var side = flow.pointee.side(of: packet.pointee.source)
    if flow.pointee.meter.isReplaced(by: packet.pointee, from: side) {
      finish(slot, .replaced)
      slot = self.slot(key, hash, packet.pointee.source, packet.pointee.destination, ordinal)
      side = .initiator
      flow = flows.address(of: slot)
    }
    // A host that pings itself: only the message's type tells the directions apart.
    if packet.pointee.isEchoReply, packet.pointee.source == packet.pointee.destination { side = .responder }
    if options.includesFlowSeconds { flow.pointee.divide(at: time, &sliceAllowance) }
    flow.pointee.meter.observe(packet, from: side, at: time, &services)
    flows.setTimeout(nanoseconds: flow.pointee.meter.timeout, slot)
    if options.includesRequests {
      let payload = batch.packets[index].payload
      if key.ipProtocol == .tcp {
        let origin = ChunkOrigin(ordinal: ordinal, time: time, tcpSequence: packet.pointee.tcpSequence)
        segment(packet, batch.payload(payload).bytes, origin, slot, side)
      } else if key.ipProtocol == .udp || packet.pointee.icmpSequence != nil, !payload.isEmpty {
        let origin = ChunkOrigin(ordinal: ordinal, time: time, tcpSequence: nil)
        let byteCount = packet.pointee.payloadByteCount + packet.pointee.leadingByteCount
        datagram(batch.payload(payload).bytes, byteCount, origin, slot, side)
      }
    }
  }

  private mutating func segment(
    _ packet: UnsafePointer<DecodedPacket>, _ payload: RawSpan, _ origin: ChunkOrigin, _ slot: FlowSlot, _ side: FlowSide
  ) {
    // A flow without payload needs the sequence numbers of its handshake, but no conversation yet.
    let hasPayload = packet.pointee.payloadByteCount > 0
    let slotOfConversation = hasPayload ? conversation(of: slot) : flows[slot].conversation
    if hasPayload, slotOfConversation == nil { return }
    if let conversation = slotOfConversation {
      if layer7.isOpaque(conversation) { return }
      if packet.pointee.tcpFlags.contains(.ack) {
        // What the peer acknowledges and nobody saw is lost to the capture.
        layer7.turn(to: conversation, side.opposite)
        flows[slot].streams[side.opposite].acknowledged(packet.pointee.tcpAcknowledgment, origin: origin, into: &layer7)
      }
      layer7.turn(to: conversation, side)
    }
    flows[slot].streams[side].insert(segment: packet.pointee, payload: payload, origin: origin, into: &layer7)
    collect(slot)
  }

  private mutating func datagram(_ payload: RawSpan, _ byteCount: Int, _ origin: ChunkOrigin, _ slot: FlowSlot, _ side: FlowSide) {
    guard payload.byteCount > 0, let conversation = conversation(of: slot) else { return }
    layer7.turn(to: conversation, side)
    layer7.datagram(payload, origin, isTruncated: payload.byteCount < byteCount)
    collect(slot)
  }

  // MARK: Socket events

  private mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) {
    var event = event
    event.remote = datagramPeers.peer(of: event)
    evidence.socketEventCount += 1
    evidence.see(event.enterTime)
    flows.advance(to: event.exitTime)
    guard event.kind != .listening, event.remote.port != 0 || event.ipProtocol == .udp else { return owners.add(event) }
    // A refused or pending connect is not the socket's peer yet, and what comes before the first data needs no stream.
    let isFromLocal = event.direction != .receive && event.kind != .accept
    let (source, destination) = isFromLocal ? (event.local, event.remote) : (event.remote, event.local)
    let key = FlowKey(
      source: source, destination: destination, ipProtocol: event.ipProtocol, observer: .socket(localIsLower: event.local < event.remote))
    if event.kind == .close, event.ipProtocol == .udp { owners.close(event) }
    if event.kind == .close || event.kind == .stateChange, flows.slot(of: key) == nil { return }
    var slot = slot(key, key.tableHash, source, destination, event.ordinal)
    if flows[slot].socket.isReplaced(by: event) {
      finish(slot, .replaced)
      slot = self.slot(key, key.tableHash, source, destination, event.ordinal)
    }
    flows[slot].socket.note(event)
    let local = flows[slot].localSide ?? flows[slot].side(of: event.local)
    if flows[slot].localSide == nil {
      flows[slot].localSide = local
      owners.add(event)
    }
    if options.includesFlowSeconds {
      flows[slot].divide(at: event.direction == .receive ? event.exitTime : event.enterTime, &sliceAllowance)
    }
    flows[slot].meter.observe(event, local: local, &services)
    flows.setTimeout(nanoseconds: flows[slot].meter.timeout, slot)
    if event.kind == .data, options.includesRequests { data(event, payload, slot, flows[slot].side(of: source)) }
    sweep(1)
  }

  private mutating func data(_ event: SocketEvent, _ payload: RawSpan, _ slot: FlowSlot, _ side: FlowSide) {
    let origin = ChunkOrigin(
      ordinal: event.ordinal, time: event.direction == .send ? event.enterTime : event.exitTime, tcpSequence: event.tcpSequence,
      thread: ThreadOrigin(processID: event.processID, threadID: event.threadID))
    guard event.ipProtocol == .tcp else { return datagram(payload, Int(event.byteCount), origin, slot, side) }
    guard let conversation = conversation(of: slot) else { return }
    layer7.turn(to: conversation, side)
    if let sequence = event.tcpSequence {
      flows[slot].streams[side].insert(
        payload, sequence: sequence, byteCount: Int(event.byteCount), origin: origin, limits: .systemCalls, into: &layer7)
    } else {
      flows[slot].streams[side].insertUnsequenced(payload, byteCount: Int(event.byteCount), origin: origin, into: &layer7)
    }
    collect(slot)
  }

  // MARK: Flows

  /// The live flow of `key`, new or known; what expired or had to make room is finished first.
  private mutating func slot(
    _ key: FlowKey, _ hash: UInt32, _ source: Endpoint, _ destination: Endpoint, _ ordinal: UInt64
  ) -> FlowSlot {
    while true {
      let entry = {
        FlowEntry(flowID: ordinal, source: source, destination: destination, ipProtocol: key.ipProtocol, observer: key.observer)
      }
      switch flows.lookup(key, hash: hash, orInsert: entry) {
      case .found(let slot), .inserted(let slot): return slot
      case .expired(let slot): if !expire(slot) { return slot }
      case .full(evict: let slot): finish(slot, .evicted)
      }
    }
  }

  /// The slot of the flow's conversation, or `nil` when its bytes are of no use.
  private mutating func conversation(of slot: FlowSlot) -> Int32? {
    if let known = flows[slot].conversation { return layer7.isOpaque(known) ? nil : known }
    let opened = layer7.open(flows[slot].newConversation)
    flows[slot].conversation = opened
    return opened
  }

  /// Looks for flows that were silent for too long in the next slots of the table: one for every observation.
  private mutating func sweep(_ slotCount: Int) {
    for _ in 0..<slotCount {
      if let slot = flows.nextExpired(budget: 1) { _ = expire(slot) }
    }
  }

  /// Finishes a flow that was silent for too long, unless a request of it still waits and its connection is open: an answer that
  /// takes longer than the flow's timeout is the one that somebody will look for. Returns whether the flow is gone.
  private mutating func expire(_ slot: FlowSlot) -> Bool {
    if let conversation = flows[slot].conversation, !flows[slot].meter.state.isOver, let deadline = layer7.waitsUntil(conversation),
      deadline >= flows.now
    {
      flows.setDeadline(deadline, slot)
      return false
    }
    finish(slot, .expired)
    return true
  }

  private mutating func finish(_ slot: FlowSlot, _ ending: FlowEnding) {
    let flow = flows.address(of: slot)
    var l7Protocol: L7Protocol?
    if let conversation = flow.pointee.conversation {
      let origin = ChunkOrigin(ordinal: flow.pointee.flowID, time: flows.now, tcpSequence: nil)
      for side in [FlowSide.initiator, .responder] {
        layer7.turn(to: conversation, side)
        flow.pointee.streams[side].finish(origin: origin, into: &layer7)
      }
      let isClosed = ending == .replaced || flow.pointee.meter.state.isOver || isGivenUp(flow.pointee)
      l7Protocol = layer7.close(conversation, ConversationEnd(reason: isClosed ? .closed : .silent, time: flows.now))
      collect(slot)
    }
    let firstSlice = Int32(flowSlices.count)
    if options.includesFlowSeconds { flowSlices += flow.pointee.finishTimeline() }
    var row = FlowRow(
      flow.pointee.meter, flowID: flow.pointee.flowID, initiator: flow.pointee.initiator, responder: flow.pointee.responder,
      ipProtocol: flow.pointee.ipProtocol, ending: ending, observationPoint: point(flow.pointee, clientSide: flow.pointee.meter.client))
    let observer = flow.pointee.observer
    row.interfaceName = interfaces.name(observer, &layer7.texts)
    row.interfaceIndex = observer.isSocket ? nil : observer.rawValue
    row.l7Protocol = l7Protocol
    if !options.includesRequests { row.requests = nil }
    row.requestDomain = flow.pointee.requestDomain
    row.slices = firstSlice..<Int32(flowSlices.count)
    flows.remove(slot)
    if options.flowGrouping == nil { flowRows.append(row) } else { flowGroups?.add(row, owners, &layer7.texts) }
  }

  /// Whether the client of a flow of datagrams, which have no end of their own, no longer waits.
  private func isGivenUp(_ flow: borrowing FlowEntry) -> Bool {
    guard flow.ipProtocol == .udp else { return false }
    let isFromInitiator = flow.meter.client == .initiator
    return owners.isGone(
      local: isFromInitiator ? flow.initiator : flow.responder, remote: isFromInitiator ? flow.responder : flow.initiator, flow.ipProtocol)
  }

  // MARK: Rows

  /// Turns what the engine produced for the flow into rows.
  private mutating func collect(_ slot: FlowSlot) {
    if !layer7.engine.output.anomalies.isEmpty {
      for anomaly in layer7.engine.output.anomalies { evidence.add(anomaly, flowID: flows[slot].flowID, &layer7.texts) }
      layer7.engine.output.anomalies.removeAll(keepingCapacity: true)
    }
    if layer7.engine.output.exchanges.isEmpty { return }
    for exchange in layer7.engine.output.exchanges {
      let row = RequestRow(exchange, observer(flows.address(of: slot).pointee, exchange.clientSide))
      flows[slot].meter.setRole(client: exchange.clientSide)
      flows[slot].meter.requests.count(row)
      if flows[slot].requestDomain == nil { flows[slot].requestDomain = row.summary.requestDomain }
      requests.append(row)
    }
    layer7.engine.output.exchanges.removeAll(keepingCapacity: true)
  }

  private mutating func observer(_ flow: borrowing FlowEntry, _ clientSide: FlowSide) -> RequestObserver {
    RequestObserver(
      flowID: flow.flowID, source: flow.meter.source, observationPoint: point(flow, clientSide: clientSide),
      interfaceName: interfaces.name(flow.observer, &layer7.texts), initiator: flow.initiator, responder: flow.responder,
      ipProtocol: flow.ipProtocol)
  }

  private func point(_ flow: borrowing FlowEntry, clientSide: FlowSide) -> ObservationPoint {
    if let local = flow.localSide { return local == clientSide ? .clientProcess : .serverProcess }
    let (client, server) = clientSide == .initiator ? (flow.initiator, flow.responder) : (flow.responder, flow.initiator)
    return interfaces.point(flow.observer, client: client.address, server: server.address)
  }

  // MARK: What else is in the input

  private mutating func take(_ other: ObservationBatch.Other, _ batch: borrowing ObservationBatch) {
    switch other {
    case .socketEvent(let event, let payload): socketEvent(event, batch.payload(payload).bytes)
    case .recording(let recording): evidence.recordings.append(recording)
    case .interface(let interface):
      evidence.interfaces.append(interface)
      interfaces.add(interface)
    case .process(let process):
      evidence.processes.append(process)
      owners.add(process)
    case .sample(let sample):
      evidence.sampleCount &+= sample.sampleCount
      if let time = sample.time { evidence.see(time) }
      if options.includesProfile { samples.add(sample) }
    case .stack(let stack): if options.includesProfile { samples.add(stack) }
    case .frame(let frame): if options.includesProfile { samples.add(frame) }
    case .clock(let snapshot): evidence.clocks.append(snapshot)
    case .loss(let loss): evidence.losses.append(loss)
    case .statistics(let statistics): evidence.statistics.append(statistics)
    case .end(let end): evidence.ends.append(end)
    }
  }

  // MARK: The end

  /// Finishes every flow and puts the results together. Rows are sorted by start time, then by identifier.
  ///
  /// - Parameter lostFragmentCount: Fragments whose datagram was never complete.
  consuming func finish(lostFragmentCount: UInt64) -> AnalysisResult {
    evidence.lostFragmentCount = lostFragmentCount
    // A flow whose time was over has ended before, whether the sweep has come by or not.
    while let slot = flows.firstSlot() {
      if !flows.isExpired(slot) || !expire(slot) { finish(slot, .captureEnd) }
    }
    FlowStage.sort(&requests) { ($0.startTime, $0.id) }
    FlowStage.sort(&flowRows) { ($0.startTime, $0.flowID) }
    var naming = ProcessNaming()
    naming.complete(&flowRows, owners, &layer7.texts)
    naming.complete(&requests, owners, &layer7.texts)
    FlowPaths.complete(&flowRows, &layer7.texts)
    let groups = flowGroups?.finish(owners, &layer7.texts) ?? []
    evidence.note("metrics: seconds of flows that count with an earlier one", sliceAllowance.deniedCount)
    let assembled = options.includesTraces ? TraceAssembly.assemble(&requests, &layer7.texts) : (traces: [], spans: [])
    if samples.droppedSampleCount > 0 {
      evidence.losses.append(
        LossRecord(
          time: evidence.lastTime ?? Timestamp(nanoseconds: 0), source: .samples, cause: .memoryLimit, place: "analysis",
          count: samples.droppedSampleCount))
    }
    let processNames = ProcessNames(samples.isEmpty ? [] : evidence.processes)
    let profile = samples.folded { processNames.name($0, $1) }
    let profileRows = profile.rows(&layer7.texts)
    return AnalysisResult(
      texts: layer7.takeTexts(), recordings: evidence.recordings, ends: evidence.ends, interfaces: evidence.interfaces,
      interfaceStatistics: evidence.statistics, processes: evidence.processes, clocks: evidence.clocks, losses: evidence.losses,
      anomalies: evidence.anomalies, anomalyCounts: evidence.anomalyCounts, flows: flowRows, flowSlices: flowSlices, flowGroups: groups,
      requests: requests,
      traces: assembled.traces,
      spans: assembled.spans, packetCount: evidence.packetCount, socketEventCount: evidence.socketEventCount, firstTime: evidence.firstTime,
      lastTime: evidence.lastTime, sampleCount: evidence.sampleCount, profile: profile, profileRows: profileRows)
  }

  /// Sorts rows, which are large: their order is found on numbers, and each is moved once, within the memory that they have.
  static func sort<Row>(_ rows: inout [Row], by key: (borrowing Row) -> (Timestamp, UInt64)) {
    var keys: [(Timestamp, UInt64)] = []
    keys.reserveCapacity(rows.count)
    for index in rows.indices { keys.append(key(rows[index])) }
    // Position i of the result holds the row that is at `order[i]` now.
    var order = Array(rows.indices)
    order.sort { keys[$0] < keys[$1] }
    rows.withUnsafeMutableBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      for start in order.indices where order[start] != start {
        let first = (base + start).move()
        var hole = start
        while order[hole] != start {
          let source = order[hole]
          (base + hole).moveInitialize(from: base + source, count: 1)
          order[hole] = hole
          hole = source
        }
        (base + hole).initialize(to: first)
        order[hole] = hole
      }
    }
  }
}
