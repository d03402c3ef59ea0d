import Analysis
import Capture
import Testing
import Transport

@Suite struct FlowMeterTests {
  typealias Segment = Conversation.Segment

  @Test("round trips of a handshake are those of its packets")
  func roundTrips() {
    let row = Conversation.row(Conversation.handshake)
    #expect(row.roundTrip == 30_000)
    #expect(row.serverRoundTrip.sum == 10_000 && row.serverRoundTrip.count == 1)
    #expect(row.clientRoundTrip.sum == 20_000 && row.clientRoundTrip.count == 1)
    #expect(row.synCount == 1 && row.synAckCount == 1 && row.synSequence == 1000 && row.synAckSequence == 5000)
    #expect(row.directionScore == 255 && row.completeness == .complete)
  }

  @Test(
    "what a repeated or strange handshake measures",
    arguments: [
      (
        "SYN twice: from the first",
        [.client(0, .syn, 1000), .client(100, .syn, 1000), .server(300, [.syn, .ack], 5000, 1001), .client(310, .ack, 1001, 5001)], 310,
        [300], [10]
      ),
      (
        "SYN/ACK twice: each from the SYN",
        [
          .client(0, .syn, 1000), .server(300, [.syn, .ack], 5000, 1001), .server(500, [.syn, .ack], 5000, 1001),
          .client(510, .ack, 1001, 5001),
        ], 510, [300, 500], [210]
      ),
      (
        "the server's first bare ACK is none of it", Conversation.handshake + [.server(35_000, .ack, 5001, 1001)], 30_000, [10_000],
        [20_000]
      ),
      ("an ACK again is a window update", Conversation.handshake + [.client(35_000, .ack, 1001, 5001)], 30_000, [10_000], [20_000]),
      (
        "the last ACK brings data",
        [.client(0, .syn, 1000), .server(10, [.syn, .ack], 5000, 1001), .client(30, [.psh, .ack], 1001, 5001, bytes: 5)], 30, [10], [20]
      ),
      (
        "SYN/ACK before SYN: not timed", [.server(0, [.syn, .ack], 5000, 1001), .client(10, .syn, 1000), .client(20, .ack, 1001, 5001)],
        nil, [], []
      ),
      (
        "SYN/ACK again after data: not timed",
        Conversation.handshake + [
          .client(40_000, [.psh, .ack], 1001, 5001, bytes: 5), .server(50_000, [.syn, .ack], 5000, 1001), .client(60_000, .ack, 1006, 5001),
        ], 30_000, [10_000], [20_000]
      ),
      (
        "longer than thirty seconds: not believed",
        [.client(0, .syn, 1000), .server(31_000_000, [.syn, .ack], 5000, 1001), .client(31_000_001, .ack, 1001, 5001)], nil, [], [1]
      ),
    ] as [(String, [Segment], UInt32?, [UInt64], [UInt64])])
  func handshakes(name: String, segments: [Segment], roundTrip: UInt32?, server: [UInt64], client: [UInt64]) {
    let row = Conversation.row(segments)
    #expect(row.roundTrip == roundTrip, "\(name)")
    #expect(row.serverRoundTrip.sum == server.reduce(0, +) && row.serverRoundTrip.count == UInt32(server.count), "\(name)")
    #expect(row.clientRoundTrip.sum == client.reduce(0, +) && row.clientRoundTrip.count == UInt32(client.count), "\(name)")
  }

  @Test(
    "response times and idle times",
    arguments: [
      (
        "request, ACK, response",
        [
          .client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(42_000, .ack, 5001, 1010),
          .server(47_000, [.psh, .ack], 5001, 1010, bytes: 9),
        ], [2000], [7000], [10_000]
      ),
      (
        "request, response", [.client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(47_000, [.psh, .ack], 5001, 1010, bytes: 9)], [],
        [7000], [10_000]
      ),
      (
        "two requests",
        [
          .client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(47_000, [.psh, .ack], 5001, 1010, bytes: 9),
          .client(60_000, [.psh, .ack], 1010, 5010, bytes: 9), .server(61_000, [.psh, .ack], 5010, 1019, bytes: 9),
        ], [], [7000, 1000], [10_000, 13_000]
      ),
      (
        "a keep-alive of one byte is no request",
        [.client(40_000, [.psh, .ack], 1001, 5001, bytes: 1), .server(47_000, [.psh, .ack], 5001, 1002, bytes: 9)], [], [], []
      ),
      (
        "an ACK of something else", [.client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(42_000, .ack, 5001, 1001)], [], [],
        [10_000]
      ),
      (
        "two ACKs in between",
        [
          .client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(41_000, .ack, 5001, 1010), .client(42_000, .ack, 1010, 5001),
          .server(47_000, [.psh, .ack], 5001, 1010, bytes: 9),
        ], [1000], [], [10_000]
      ),
      (
        "a response after a minute is not believed",
        [.client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(60_040_000, [.psh, .ack], 5001, 1010, bytes: 9)], [], [], [10_000]
      ),
    ] as [(String, [Segment], [UInt64], [UInt64], [UInt64])])
  func responses(name: String, segments: [Segment], server: [UInt64], application: [UInt64], idle: [UInt64]) {
    let row = Conversation.row(Conversation.handshake + segments)
    #expect(row.serverResponse.sum == server.reduce(0, +) && row.serverResponse.count == UInt32(server.count), "\(name)")
    #expect(
      row.applicationResponse.sum == application.reduce(0, +) && row.applicationResponse.count == UInt32(application.count), "\(name)")
    #expect(row.applicationResponse.maximum == UInt32(application.max() ?? 0), "\(name)")
    #expect(row.clientIdle.sum == idle.reduce(0, +) && row.clientIdle.count == UInt32(idle.count), "\(name)")
  }

  @Test("segments sent again, overtaken, with no window, and probes are counted for their sender")
  func faults() {
    let row = Conversation.row(
      Conversation.handshake + [
        .client(40_000, [.psh, .ack], 1001, 5001, bytes: 10), .client(50_000, [.psh, .ack], 1001, 5001, bytes: 10),
        .server(60_000, [.psh, .ack], 5011, 1011, bytes: 10), .server(60_100, [.psh, .ack], 5001, 1011, bytes: 10, window: 0),
        .client(70_000, .ack, 1010, 5021),
      ])
    #expect(row.toServer.retransmissionCount == 1 && row.toClient.retransmissionCount == 0)
    #expect(row.toServer.outOfOrderCount == 0 && row.toClient.outOfOrderCount == 1)
    #expect(row.toClient.zeroWindowCount == 1 && row.toServer.zeroWindowCount == 0)
    #expect(row.toServer.keepAliveCount == 1)
    #expect(row.toServer.packetCount == 5 && row.toClient.packetCount == 3)
    #expect(row.toServer.byteCount == 5 * 54 + 20 && row.toServer.l3ByteCount == 5 * 40 + 20 && row.toServer.l4ByteCount == 5 * 20 + 20)
  }

  @Test("a packet whose time runs backwards is counted, and takes no part in times")
  func timeRunsBackwards() {
    let row = Conversation.row(
      Conversation.handshake + [.client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .server(35_000, [.psh, .ack], 5001, 1010, bytes: 9)])
    #expect(row.toClient.packetCount == 2 && row.applicationResponse.count == 0)
    #expect(row.endTime == Timestamp(nanoseconds: 40_000_000))
  }

  @Test(
    "who the client is",
    arguments: [
      ("the sender of the SYN", [.client(0, .syn, 1000)], true),
      ("the receiver of the SYN/ACK", [.server(0, [.syn, .ack], 5000, 1001)], true),
      ("failing both, the end with the ephemeral port", [.server(0, [.psh, .ack], 5000, 1001, bytes: 5)], true),
      ("a SYN corrects a guess", [.server(0, .ack, 5000, 1001), .client(1, .syn, 1000)], true),
    ] as [(String, [Segment], Bool)])
  func direction(name: String, segments: [Segment], isExpected: Bool) {
    #expect((Conversation.row(segments).client == Conversation.client) == isExpected, "\(name)")
  }

  @Test("the protocol's role corrects a guess, not a handshake, and the state follows")
  func roles() {
    var guessed = Conversation()
    for segment in [Segment.client(0, .ack, 1000, 5000), .client(1, [.fin, .ack], 1000, 5000)] { guessed.play(segment) }
    #expect(guessed.meter.closeType(.tcp, .expired) == .serverHalfClose)
    guessed.meter.setRole(client: .responder)
    #expect(guessed.meter.client == .responder && guessed.meter.directionScore == 254)
    #expect(guessed.meter.closeType(.tcp, .expired) == .clientHalfClose)
    var known = Conversation()
    for segment in Conversation.handshake { known.play(segment) }
    known.meter.setRole(client: .responder)
    #expect(known.meter.client == .initiator && known.meter.directionScore == 255)
  }

  @Test(
    "a SYN with another initial number begins another flow",
    arguments: [
      ("the same SYN again", Array(Conversation.handshake.prefix(1)), Segment.client(1_000_000, .syn, 1000), false),
      ("another SYN, while established", Conversation.handshake, .client(1_000_000, .syn, 99), true),
      (
        "another SYN after the close",
        Conversation.handshake + CloseTypeTests.request + CloseTypeTests.clientFin + CloseTypeTests.serverFin, .client(70_000, .syn, 99),
        true
      ),
      ("another SYN/ACK, while established", Conversation.handshake, .server(1_000_000, [.syn, .ack], 99, 1001), false),
      (
        "another SYN/ACK after the close",
        Conversation.handshake + CloseTypeTests.request + CloseTypeTests.clientFin + CloseTypeTests.serverFin,
        .server(70_000, [.syn, .ack], 99, 1001), true
      ),
      ("data", Conversation.handshake, .client(1_000_000, [.psh, .ack], 77, 5001, bytes: 4), false),
    ] as [(String, [Segment], Segment, Bool)])
  func portReuse(name: String, segments: [Segment], next: Segment, expected: Bool) {
    var conversation = Conversation()
    for segment in segments { conversation.play(segment) }
    #expect(conversation.meter.isReplaced(by: next.packet, from: conversation.side(fromClient: next.fromClient)) == expected, "\(name)")
  }

  @Test("UDP: the time from a datagram to the first that comes back")
  func datagrams() {
    var meter = FlowMeter()
    var services = ServiceTable()
    for (microseconds, side) in [(0, FlowSide.initiator), (100, .initiator), (400, .responder), (500, .responder), (900, .initiator)]
      as [(Int64, FlowSide)]
    {
      var packet = DecodedPacket(
        source: side == .initiator ? Conversation.client : Conversation.server,
        destination: side == .initiator ? Conversation.server : Conversation.client,
        ipProtocol: .udp, wireByteCount: 60)
      packet.payloadByteCount = 10
      meter.observe(&packet, from: side, at: Timestamp(nanoseconds: microseconds * 1000), &services)
    }
    let row = FlowRow(meter, flowID: 1, initiator: Conversation.client, responder: Conversation.server, ipProtocol: .udp, ending: .expired)
    #expect(row.applicationResponse.sum == 300 && row.applicationResponse.count == 1 && row.closeType == .finish && row.status == .success)
  }

  @Test("ICMP: echo replies are timed by identifier and sequence number")
  func echoes() {
    var meter = FlowMeter()
    var services = ServiceTable()
    for (microseconds, type, sequence) in [(0, 8, 1), (100, 8, 2), (350, 0, 2), (700, 0, 1), (800, 0, 9)] as [(Int64, UInt8, UInt16)] {
      var packet = DecodedPacket(source: Conversation.client, destination: Conversation.server, ipProtocol: .icmp, wireByteCount: 60)
      packet.icmpType = type
      packet.icmpIdentifier = 7
      packet.icmpSequence = sequence
      meter.observe(&packet, from: type == 8 ? .initiator : .responder, at: Timestamp(nanoseconds: microseconds * 1000), &services)
    }
    let row = FlowRow(meter, flowID: 1, initiator: Conversation.client, responder: Conversation.server, ipProtocol: .icmp, ending: .expired)
    #expect(row.serverResponse.sum == 250 + 700 && row.serverResponse.count == 2)
  }

  @Test("system calls count bytes, know the client, and blame nobody for the end")
  func systemCalls() {
    var meter = FlowMeter(.ebpf)
    var services = ServiceTable()
    func event(_ kind: SocketEvent.Kind, _ direction: SocketEvent.Direction?, _ microseconds: Int64, _ byteCount: UInt32) -> SocketEvent {
      SocketEvent(
        ordinal: 1, kind: kind, direction: direction, enterTime: Timestamp(nanoseconds: microseconds * 1000),
        exitTime: Timestamp(nanoseconds: microseconds * 1000), processID: 1, threadID: 1, command: CommandName("nginx"), ipProtocol: .tcp,
        local: Conversation.server, remote: Conversation.client, byteCount: byteCount)
    }
    for event in [event(.accept, nil, 0, 0), event(.data, .receive, 10, 100), event(.data, .send, 250, 900)] {
      meter.observe(event, local: .responder, &services)
    }
    let row = FlowRow(meter, flowID: 1, initiator: Conversation.client, responder: Conversation.server, ipProtocol: .tcp, ending: .expired)
    #expect(row.client == Conversation.client && row.directionScore == 255)
    #expect(row.toServer.byteCount == 100 && row.toClient.byteCount == 900 && row.applicationResponse.sum == 240)
    #expect(row.closeType == .timeout && row.status == .unknown)
  }
}
