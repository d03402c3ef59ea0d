import BundleFormat
import Capture
import Transport

/// One connection, or one flow of datagrams, out of a capture: its payloads in the order of the packets.
struct RecordedFlow {
  struct Chunk {
    var isFromClient: Bool
    var bytes: [UInt8]
  }

  var clientPort: UInt16
  var serverPort: UInt16
  var isDatagram: Bool
  var isICMP: Bool
  var chunks: [Chunk] = []

  var byteCount: Int { chunks.reduce(0) { $0 + $1.bytes.count } }

  /// The flows of a capture, in order of appearance.
  static func all(in path: String) throws -> [RecordedFlow] {
    var collector = RecordedFlowCollector()
    var inputs = try CaptureInputs(paths: [path])
    try inputs.read(into: &collector)
    return collector.flows.filter { !$0.chunks.isEmpty }
  }
}

/// Takes the flows out of packets. It neither reorders nor reassembles: fixtures are recorded where nothing is lost. What was sent again is
/// passed over.
private struct RecordedFlowCollector: ObservationSink {
  private struct Key: Hashable {
    var source: Endpoint
    var destination: Endpoint
    var ipProtocol: IPProtocol
  }

  private(set) var flows: [RecordedFlow] = []
  private var indices: [Key: Int] = [:]
  private var nextSequences: [Key: UInt32] = [:]
  private var decoded = DecodedPacket.empty

  mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) {
    guard PacketDecoder.decode(bytes, header, into: &decoded) == nil else { return }
    // On loopback the two directions of ICMP have the same key; the type tells them apart.
    let isEcho = decoded.icmpSequence != nil
    let isTurned = isEcho && decoded.isEchoReply
    let key = Key(
      source: isTurned ? decoded.destination : decoded.source, destination: isTurned ? decoded.source : decoded.destination,
      ipProtocol: decoded.ipProtocol)
    let back = Key(source: key.destination, destination: key.source, ipProtocol: key.ipProtocol)
    let start = decoded.payloadOffset - decoded.leadingByteCount
    let payload = bytes.extracting(start..<start + decoded.capturedPayloadByteCount + decoded.leadingByteCount)
    if decoded.ipProtocol == .tcp {
      if let expected = nextSequences[key], Int32(bitPattern: decoded.tcpSequence &- expected) < 0, payload.byteCount > 0 { return }
      if payload.byteCount > 0 { nextSequences[key] = decoded.tcpSequence &+ UInt32(truncatingIfNeeded: payload.byteCount) }
    }
    let opens = decoded.ipProtocol == .tcp && decoded.tcpFlags.contains(.syn) && !decoded.tcpFlags.contains(.ack)
    guard opens || payload.byteCount > 0 else { return }
    let index: Int
    var isFromClient = !isTurned
    if let known = indices[key] {
      index = known
    } else if !isEcho, let known = indices[back] {
      index = known
      isFromClient = false
    } else {
      index = flows.count
      indices[key] = index
      flows.append(
        RecordedFlow(
          clientPort: decoded.source.port, serverPort: decoded.destination.port, isDatagram: decoded.ipProtocol != .tcp, isICMP: isEcho))
    }
    guard payload.byteCount > 0 else { return }
    flows[index].chunks.append(RecordedFlow.Chunk(isFromClient: isFromClient, bytes: payload.withUnsafeBytes { Array($0) }))
  }
}
