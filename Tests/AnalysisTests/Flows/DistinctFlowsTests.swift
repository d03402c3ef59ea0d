import Capture
import Testing
import Transport

@testable import Analysis

@Suite struct DistinctFlowsTests {
  private struct Sighting {
    var point: ObservationPoint
    var from: Int64
    var to: Int64
    var client = "10.0.0.1:40000"
    var server = "10.0.0.2:80"
    var sequences: UInt32?
    var ipProtocol = IPProtocol.tcp
    var interface: UInt32?
  }

  private static func endpoint(_ text: String) -> Endpoint {
    let parts = text.split(separator: ":")
    return Endpoint(address: IPAddress(String(parts[0])) ?? IPAddress(v4: 0), port: UInt16(parts[1]) ?? 0)
  }

  private static func distinct(_ sightings: [Sighting]) -> [Int] {
    let rows = sightings.enumerated().map { index, sighting in
      let isPacket = sighting.point != .clientProcess && sighting.point != .serverProcess
      var row = FlowRow(
        FlowMeter(isPacket ? .packet : .ebpf), flowID: UInt64(index + 1), initiator: endpoint(sighting.client),
        responder: endpoint(sighting.server), ipProtocol: sighting.ipProtocol, ending: .captureEnd, observationPoint: sighting.point)
      row.startTime = Timestamp(nanoseconds: sighting.from * 1_000_000)
      row.endTime = Timestamp(nanoseconds: sighting.to * 1_000_000)
      row.interfaceIndex = sighting.interface
      row.synCount = sighting.sequences == nil ? 0 : 1
      row.synSequence = sighting.sequences
      row.synAckSequence = sighting.sequences.map { $0 + 1 }
      return row
    }
    return DistinctFlows.rows(of: rows)
  }

  @Test("of one connection at four points, the server's interface stands for it")
  func points() {
    #expect(
      Self.distinct([
        Sighting(point: .clientProcess, from: 0, to: 9000), Sighting(point: .clientNIC, from: 1, to: 9001, sequences: 5),
        Sighting(point: .serverNIC, from: 2, to: 9002, sequences: 5), Sighting(point: .serverProcess, from: 3, to: 9003),
      ]) == [2])
  }

  @Test("without packets, the server's process stands for it")
  func processes() {
    #expect(
      Self.distinct([Sighting(point: .clientProcess, from: 0, to: 9000), Sighting(point: .serverProcess, from: 3, to: 9003)]) == [1])
  }

  @Test("a port that is used again is another connection, also when one point missed the first")
  func reuse() {
    #expect(
      Self.distinct([
        Sighting(point: .rest, from: 0, to: 1000, sequences: 5, interface: 1),
        Sighting(point: .rest, from: 1100, to: 2000, sequences: 9, interface: 1),
        Sighting(point: .rest, from: 1101, to: 2001, sequences: 9, interface: 2),
      ]) == [0, 1])
    #expect(
      Self.distinct([
        Sighting(point: .rest, from: 0, to: 1000, interface: 1), Sighting(point: .rest, from: 60_000, to: 61_000, interface: 2),
      ]) == [0, 1])
  }

  @Test("address translation does not make two of one")
  func translation() {
    #expect(
      Self.distinct([
        Sighting(point: .rest, from: 0, to: 900, server: "10.0.0.100:80", sequences: 5, interface: 1),
        Sighting(point: .rest, from: 0, to: 900, client: "10.0.0.9:40000", server: "10.0.0.3:8080", sequences: 5, interface: 2),
      ]) == [0])
  }

  @Test("a datagram socket that does not know its address, or its peer, is found by its ports")
  func datagrams() {
    let packets = Sighting(point: .local, from: 10, to: 900, client: "127.0.0.1:5000", server: "127.0.0.1:53", ipProtocol: .udp)
    let sending = Sighting(point: .clientProcess, from: 9, to: 890, client: "0.0.0.0:5000", server: "127.0.0.1:53", ipProtocol: .udp)
    let receiving = Sighting(point: .clientProcess, from: 11, to: 901, client: "0.0.0.0:5000", server: "0.0.0.0:0", ipProtocol: .udp)
    #expect(Self.distinct([sending, packets, receiving]) == [1])
    let other = Sighting(point: .clientProcess, from: 9, to: 890, client: "0.0.0.0:5001", server: "127.0.0.1:53", ipProtocol: .udp)
    #expect(Self.distinct([other, packets]) == [0, 1])
  }

  @Test("a conversation that packets show in two parts and system calls in one is two flows")
  func parts() {
    #expect(
      Self.distinct([
        Sighting(point: .serverProcess, from: 0, to: 90_000, ipProtocol: .udp), Sighting(point: .rest, from: 1, to: 100, ipProtocol: .udp),
        Sighting(point: .rest, from: 80_000, to: 90_000, ipProtocol: .udp),
      ]) == [1, 2])
  }
}
