import Capture
import Transport

/// Observations in capture order, packets decoded, on their way from the thread that reads to the thread that analyses.
///
/// Memory of a fixed size that is used again and again: packets are decoded in place, payload is copied behind each other. Observations
/// other than packets are few between packets; each knows before which packet it came.
struct ObservationBatch: ~Copyable {
  /// Packets of one batch: enough to make handing it over cheap, few enough to stay in a processor's cache.
  static let packetLimit = 96
  /// Bytes of payload of one batch. A longer payload has a batch of its own, which grows to it.
  static let payloadLimit = 128 * 1024
  /// Other observations of one batch.
  static let otherLimit = 512

  /// A captured packet, or a datagram that was put together from several.
  struct Packet {
    var header: PacketHeader
    /// Why the packet is not (the whole of) a flow's packet.
    var fault: PacketFault?
    /// The packet was captured. A datagram that fragments made was not: its fragments were.
    var isCaptured: Bool
    /// Of the packet's flow key.
    var keyHash: UInt32
    /// Where its payload lies in the batch.
    var payload: Range<Int>
  }

  enum Other {
    case recording(RecordingInfo)
    case interface(CaptureInterface)
    case socketEvent(SocketEvent, payload: Range<Int>)
    case process(ProcessRecord)
    case sample(StackSample)
    case stack(SampledStack)
    case frame(StackFrame)
    case clock(ClockSnapshot)
    case loss(LossRecord)
    case statistics(InterfaceStatistics)
    case end(RecordingEnd)
  }

  /// The first `packetCount` are there.
  let packets: UnsafeMutablePointer<Packet>
  /// What is in each of them. Of its own, so that a packet's can be lent by its address.
  let decoded: UnsafeMutablePointer<DecodedPacket>
  private(set) var packetCount = 0
  private(set) var others: [(beforePacket: Int, other: Other)] = []
  private var bytes: UnsafeMutableRawPointer
  private var capacity: Int
  private var byteCount = 0

  init() {
    packets = .allocate(capacity: ObservationBatch.packetLimit)
    packets.initialize(
      repeating: Packet(
        header: PacketHeader(
          ordinal: 0, time: Timestamp(nanoseconds: 0), interfaceIndex: 0, linkType: .ethernet, originalByteCount: 0),
        fault: nil, isCaptured: true, keyHash: 0, payload: 0..<0), count: ObservationBatch.packetLimit)
    decoded = .allocate(capacity: ObservationBatch.packetLimit)
    decoded.initialize(repeating: DecodedPacket.empty, count: ObservationBatch.packetLimit)
    capacity = ObservationBatch.payloadLimit
    bytes = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    packets.deinitialize(count: ObservationBatch.packetLimit)
    packets.deallocate()
    decoded.deinitialize(count: ObservationBatch.packetLimit)
    decoded.deallocate()
    bytes.deallocate()
  }

  /// The key of the flow that a packet belongs to.
  @inline(__always)
  func flowKey(_ index: Int) -> FlowKey {
    FlowKey(
      source: decoded[index].source, destination: decoded[index].destination, ipProtocol: decoded[index].ipProtocol,
      observer: .interface(packets[index].header.interfaceIndex))
  }

  var otherCount: Int { others.count }

  var isEmpty: Bool { packetCount == 0 && others.isEmpty }

  /// Whether a further packet, with a payload up to `payloadLimit`, belongs into another batch.
  var isFull: Bool { packetCount == ObservationBatch.packetLimit }

  /// Whether the payload needs another batch, because something is in this one already.
  func lacksRoom(for payloadByteCount: Int) -> Bool { byteCount > 0 && capacity - byteCount < payloadByteCount }

  /// What is written at `packets[packetCount]` and `decoded[packetCount]` becomes part of the batch.
  mutating func keepPacket() {
    precondition(packetCount < ObservationBatch.packetLimit, "a full batch takes no packet")
    packetCount += 1
  }

  mutating func append(_ other: Other) { others.append((packetCount, other)) }

  /// Copies bytes into the batch and says where they are.
  mutating func store(_ payload: RawSpan) -> Range<Int> {
    if payload.byteCount == 0 { return 0..<0 }
    if capacity - byteCount < payload.byteCount { grow(by: payload.byteCount) }
    let start = byteCount
    payload.withUnsafeBytes { (bytes + start).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    byteCount += payload.byteCount
    return start..<byteCount
  }

  /// Stored bytes, valid until the batch is used again.
  func payload(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.upperBound <= byteCount, "a payload lies in its batch")
    return UnsafeRawBufferPointer(start: bytes + range.lowerBound, count: range.count)
  }

  mutating func removeAll() {
    packetCount = 0
    byteCount = 0
    others.removeAll(keepingCapacity: true)
  }

  private mutating func grow(by count: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: byteCount + count, alignment: 16)
    larger.copyMemory(from: bytes, byteCount: byteCount)
    bytes.deallocate()
    bytes = larger
    capacity = byteCount + count
  }
}
