package import Capture
import Transport

/// Observations in, results out, in one pass. Reads from top to bottom as the data flows:
///
///     packet ──> decode ──┐
///     fragment ─> put together ─> decode ──┤
///     socket event, sample, … ─────────────┴─> batch ──> `FlowStage` (on a thread of its own when there are two workers)
///
/// The two stages share nothing but the batches, which arrive in order: the result does not depend on the number of workers.
package struct Pipeline: ~Copyable, ObservationSink {
  private let keepsPayload: Bool
  private var batch = ObservationBatch()
  private var fragments = FragmentReassembler()
  /// A fragmented packet, while its datagram is put together.
  private var scratch: DecodedPacket
  private let thread: FlowStageThread?
  /// The second stage, unless it has a thread.
  private var stage: FlowStage?

  /// - Parameter workers: With 2 or more, flows are analysed on another thread than packets are read and decoded.
  package init(_ options: AnalysisOptions = AnalysisOptions(), workers: Int = 1) {
    keepsPayload = options.includesRequests
    scratch = DecodedPacket.empty
    let thread = workers > 1 ? FlowStageThread(options) : nil
    stage = thread == nil ? FlowStage(options) : nil
    self.thread = thread
  }

  // MARK: Packets

  package mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) {
    if batch.isFull { handOver() }
    let packet = batch.packets + batch.packetCount
    let decoded = batch.decoded + batch.packetCount
    packet.pointee.header = header
    packet.pointee.isCaptured = true
    let fault = PacketDecoder.decode(bytes, header, into: &decoded.pointee)
    packet.pointee.fault = fault
    if fault == nil { return keep(bytes) }
    batch.keepPacket()
    if fault == .fragment {
      scratch = decoded.pointee
      fragment(header, bytes)
    }
  }

  /// The packet at the end of the batch stays, with its payload.
  @inline(__always)
  private mutating func keep(_ bytes: RawSpan) {
    let index = batch.packetCount
    batch.packets[index].keyHash = batch.flowKey(index).tableHash
    batch.packets[index].payload = 0..<0
    if keepsPayload {
      let leadingByteCount = batch.decoded[index].leadingByteCount
      let byteCount = batch.decoded[index].capturedPayloadByteCount + leadingByteCount
      if batch.lacksRoom(for: byteCount) {
        // The packet goes on in the next batch.
        let (packet, decoded) = (batch.packets[index], batch.decoded[index])
        handOver()
        batch.packets[0] = packet
        batch.decoded[0] = decoded
        return keep(bytes)
      }
      let start = batch.decoded[index].payloadOffset - leadingByteCount
      batch.packets[index].payload = batch.store(bytes.extracting(start..<start + byteCount))
    }
    batch.keepPacket()
  }

  /// A fragment waits for the others of its datagram; the one that completes it stands for all.
  private mutating func fragment(_ header: PacketHeader, _ bytes: RawSpan) {
    switch fragments.add(bytes, header, &scratch) {
    case .waiting: break
    case .whole(let datagram): keepDatagram(header, datagram.span.bytes)
    case .fault(let fault):
      if batch.isFull { handOver() }
      batch.packets[batch.packetCount].header = header
      batch.packets[batch.packetCount].isCaptured = false
      batch.packets[batch.packetCount].fault = fault
      batch.keepPacket()
    }
    keepBeginnings()
  }

  /// Datagrams that will not be completed still have a beginning, and with it their ports.
  private mutating func keepBeginnings() {
    while let beginning = fragments.nextBeginning(into: &scratch) { keepDatagram(beginning.header, beginning.bytes.span.bytes) }
  }

  /// What `scratch` describes becomes a packet of its own, which nobody captured.
  private mutating func keepDatagram(_ header: PacketHeader, _ bytes: RawSpan) {
    if batch.isFull { handOver() }
    let index = batch.packetCount
    batch.packets[index].header = header
    batch.packets[index].isCaptured = false
    batch.packets[index].fault = nil
    batch.decoded[index] = scratch
    keep(bytes)
  }

  // MARK: What else is in the input

  package mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) {
    if batch.lacksRoom(for: payload.byteCount) { handOver() }
    append(.socketEvent(event, payload: keepsPayload ? batch.store(payload) : 0..<0))
  }

  package mutating func begin(_ recording: RecordingInfo) { append(.recording(recording)) }

  package mutating func interface(_ interface: CaptureInterface) { append(.interface(interface)) }

  package mutating func process(_ process: ProcessRecord) { append(.process(process)) }

  package mutating func sample(_ sample: StackSample) { append(.sample(sample)) }

  package mutating func stack(_ stack: SampledStack) { append(.stack(stack)) }

  package mutating func frame(_ frame: StackFrame) { append(.frame(frame)) }

  package mutating func clock(_ snapshot: ClockSnapshot) { append(.clock(snapshot)) }

  package mutating func loss(_ loss: LossRecord) { append(.loss(loss)) }

  package mutating func statistics(_ statistics: InterfaceStatistics) { append(.statistics(statistics)) }

  package mutating func end(_ end: RecordingEnd) { append(.end(end)) }

  private mutating func append(_ other: ObservationBatch.Other) {
    batch.append(other)
    if batch.otherCount == ObservationBatch.otherLimit { handOver() }
  }

  // MARK: Handing over

  /// Gives the batch to the second stage, and goes on with an empty one.
  private mutating func handOver() {
    if batch.isEmpty { return }
    if let thread {
      thread.exchange(&batch)
    } else {
      stage?.take(batch)
      batch.removeAll()
    }
  }

  /// Finishes every flow and puts the results together.
  package consuming func finish() -> AnalysisResult {
    fragments.giveUpAll()
    keepBeginnings()
    handOver()
    let lostFragmentCount = fragments.lostFragmentCount
    if let thread { return thread.finish(lostFragmentCount: lostFragmentCount) }
    guard let stage = stage.take() else { preconditionFailure("without a thread the second stage is here") }
    return stage.finish(lostFragmentCount: lostFragmentCount)
  }
}
