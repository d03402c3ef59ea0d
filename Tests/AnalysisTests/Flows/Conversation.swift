import Analysis
import Capture
import Transport

/// Plays packets of one flow to a meter. The client is 10.0.0.1:40000, the server 10.0.0.2:80.
struct Conversation: ~Copyable {
  static let client = Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 40_000)
  static let server = Endpoint(address: IPAddress(v4: 0x0a00_0002), port: 80)

  var meter = FlowMeter()
  var services = ServiceTable()
  /// Who was seen first; by default the client.
  var initiator: FlowSide = .initiator

  /// One segment. Sequence and acknowledgment numbers are relative: 1000 is the client's, 5000 the server's initial one.
  struct Segment: Sendable {
    var microseconds: Int64
    var fromClient: Bool
    var flags: TCPFlags
    var sequence: UInt32
    var acknowledgment: UInt32
    var byteCount: Int
    var window: UInt16

    static func client(
      _ microseconds: Int64, _ flags: TCPFlags, _ sequence: UInt32, _ acknowledgment: UInt32 = 0, bytes: Int = 0, window: UInt16 = 1000
    ) -> Segment {
      Segment(
        microseconds: microseconds, fromClient: true, flags: flags, sequence: sequence, acknowledgment: acknowledgment, byteCount: bytes,
        window: window)
    }

    static func server(
      _ microseconds: Int64, _ flags: TCPFlags, _ sequence: UInt32, _ acknowledgment: UInt32 = 0, bytes: Int = 0, window: UInt16 = 1000
    ) -> Segment {
      Segment(
        microseconds: microseconds, fromClient: false, flags: flags, sequence: sequence, acknowledgment: acknowledgment, byteCount: bytes,
        window: window)
    }

    var packet: DecodedPacket {
      var packet = DecodedPacket(
        source: fromClient ? Conversation.client : Conversation.server, destination: fromClient ? Conversation.server : Conversation.client,
        ipProtocol: .tcp, wireByteCount: UInt32(54 + byteCount))
      packet.l3ByteCount = UInt32(40 + byteCount)
      packet.l4ByteCount = UInt32(20 + byteCount)
      packet.payloadByteCount = byteCount
      packet.tcpFlags = flags
      packet.tcpSequence = sequence
      packet.tcpAcknowledgment = acknowledgment
      packet.tcpWindow = window
      return packet
    }
  }

  /// The side of the flow that the client, or the server, is.
  func side(fromClient: Bool) -> FlowSide { fromClient ? initiator : initiator.opposite }

  mutating func play(_ segment: Segment) {
    var packet = segment.packet
    meter.observe(
      &packet, from: side(fromClient: segment.fromClient), at: Timestamp(nanoseconds: segment.microseconds * 1000), &services)
  }

  static func row(_ segments: [Segment], ending: FlowEnding = .expired) -> FlowRow {
    var conversation = Conversation()
    conversation.initiator = segments.first?.fromClient == false ? .responder : .initiator
    for segment in segments { conversation.play(segment) }
    let (first, second) = conversation.initiator == .initiator ? (client, server) : (server, client)
    return FlowRow(
      conversation.meter, flowID: 1, initiator: first, responder: second, ipProtocol: .tcp, ending: ending)
  }

  static let handshake: [Segment] = [
    .client(0, .syn, 1000), .server(10_000, [.syn, .ack], 5000, 1001), .client(30_000, .ack, 1001, 5001),
  ]
}
