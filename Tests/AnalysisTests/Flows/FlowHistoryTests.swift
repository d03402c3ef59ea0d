import Analysis
import Capture
import Testing
import Transport

@Suite struct FlowHistoryTests {
  typealias Segment = Conversation.Segment

  @Test(
    "a history names what each end did, in order, each thing once",
    arguments: [
      ("handshake", Conversation.handshake, "ShA"),
      (
        "request, response and a close of both",
        Conversation.handshake + CloseTypeTests.request + CloseTypeTests.clientFin + CloseTypeTests.serverFin
          + [.client(62_000, .ack, 1102, 5202)],
        "ShADdFf"
      ),
      (
        "a segment sent again, in capitals when the client sends it",
        Conversation.handshake + [
          .client(40_000, [.psh, .ack], 1001, 5001, bytes: 9), .client(41_000, [.psh, .ack], 1001, 5001, bytes: 9),
          .server(42_000, .ack, 5001, 1010), .server(43_000, .ack, 5001, 1010, window: 0),
        ], "ShADTaw"
      ),
      ("refused", [.client(0, .syn, 1000), .server(10, [.rst, .ack], 0, 1001)], "Sr"),
      ("joined at the answer", [.server(0, [.syn, .ack], 5000, 1001), .client(10, .ack, 1001, 5001)], "^hA"),
      ("flags that contradict each other", [.client(0, [.syn, .fin], 1000), .client(1, [.fin, .rst], 1001)], "QI"),
      ("data with the FIN", Conversation.handshake + [.server(40_000, [.fin, .ack], 5001, 1001, bytes: 5)], "ShAdf"),
    ] as [(String, [Segment], String)])
  func histories(name: String, segments: [Segment], expected: String) {
    #expect(Conversation.row(segments).historyText == expected, "\(name)")
  }

  @Test("every letter of both ends fits")
  func allLetters() {
    var segments: [Segment] = []
    for isClient in [true, false] {
      let make = isClient ? Segment.client : Segment.server
      let start: UInt32 = isClient ? 1000 : 5000
      segments += [
        make(0, .syn, start, 0, 0, 1000), make(1, [.syn, .ack], start, 0, 0, 1000), make(2, .ack, start + 1, 0, 0, 1000),
        make(3, .ack, start + 1, 0, 9, 1000), make(4, .ack, start + 1, 0, 9, 1000), make(5, .ack, start + 10, 0, 0, 0),
        make(6, [.fin, .ack], start + 10, 0, 0, 1000), make(7, .rst, start + 11, 0, 0, 1000),
        make(8, [.fin, .rst], start + 11, 0, 0, 1000),
        make(9, [.syn, .rst], start + 11, 0, 0, 1000),
      ]
    }
    let text = Conversation.row(segments).historyText
    #expect(text.map { $0.lowercased() } == "shadtwfriqshadtwfriq" || text.map { $0.lowercased() } == "^shadtwfriqshadtwfriq")
  }

  @Test("a datagram is data, and a message of ICMP has no letter")
  func datagrams() {
    var meter = FlowMeter()
    var services = ServiceTable()
    var packet = DecodedPacket(source: Conversation.client, destination: Conversation.server, ipProtocol: .udp, wireByteCount: 60)
    packet.payloadByteCount = 10
    meter.observe(&packet, from: .initiator, at: Timestamp(nanoseconds: 0), &services)
    meter.observe(&packet, from: .responder, at: Timestamp(nanoseconds: 1), &services)
    #expect(meter.history.text(client: .initiator) == "Dd")
    var echoes = FlowMeter()
    packet.ipProtocol = .icmp
    packet.icmpType = 8
    echoes.observe(&packet, from: .initiator, at: Timestamp(nanoseconds: 0), &services)
    #expect(echoes.history.text(client: .initiator) == "")
  }

  @Test("windows, segment sizes and selective acknowledgments are as agreed in the handshake")
  func options() {
    func row(clientScale: UInt8?, serverScale: UInt8?, allowsServer: Bool = true) -> FlowRow {
      var meter = FlowMeter()
      var services = ServiceTable()
      let segments: [Segment] =
        Conversation.handshake + [
          .client(40_000, .ack, 1001, 5001, window: 300), .client(41_000, .ack, 1001, 5001, window: 200),
          .server(42_000, .ack, 5001, 1001, window: 0),
        ]
      for segment in segments {
        var packet = segment.packet
        if segment.flags.contains(.syn) {
          packet.tcpWindow = 65_535
          packet.tcpWindowScale = segment.fromClient ? clientScale : serverScale
          packet.tcpMaximumSegmentSize = segment.fromClient ? 1460 : 1400
          packet.tcpSelectiveAcknowledgmentPermitted = segment.fromClient || allowsServer
        }
        if segment.microseconds == 30_000 { packet.tcpWindow = 100 }
        let side: FlowSide = segment.fromClient ? .initiator : .responder
        meter.observe(&packet, from: side, at: Timestamp(nanoseconds: segment.microseconds * 1000), &services)
      }
      return FlowRow(
        meter, flowID: 1, initiator: Conversation.client, responder: Conversation.server, ipProtocol: .tcp, ending: .expired)
    }
    let both = row(clientScale: 7, serverScale: 2)
    #expect(both.toServer.windowScale == 7 && both.toClient.windowScale == 2)
    #expect(both.toServer.windowMaximum == 300 << 7 && both.toClient.windowMaximum == 0)
    #expect(both.toServer.maximumSegmentSize == 1460 && both.toClient.maximumSegmentSize == 1400)
    #expect(both.allowsSelectiveAcknowledgment == true)
    let one = row(clientScale: 7, serverScale: nil, allowsServer: false)
    #expect(one.toServer.windowScale == nil && one.toServer.windowMaximum == 300)
    #expect(one.allowsSelectiveAcknowledgment == false)
    #expect(Conversation.row(CloseTypeTests.request).toServer.windowMaximum == nil)
    #expect(Conversation.row(CloseTypeTests.request).allowsSelectiveAcknowledgment == nil)
  }
}
