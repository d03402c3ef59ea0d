import Capture
import Testing

@testable import Analysis

@Suite struct DatagramPeersTests {
  private static let nobody = Endpoint(address: IPAddress(v4: 0), port: 0)
  private static let first = Endpoint(address: IPAddress(v4: 0x0a00_0035), port: 53)
  private static let second = Endpoint(address: IPAddress(v4: 0x0a00_0036), port: 53)

  private static func event(
    _ kind: SocketEvent.Kind, _ direction: SocketEvent.Direction?, _ remote: Endpoint, socket: UInt64 = 1, ipProtocol: IPProtocol = .udp
  ) -> SocketEvent {
    SocketEvent(
      ordinal: 1, kind: kind, direction: direction, enterTime: Timestamp(nanoseconds: 0), exitTime: Timestamp(nanoseconds: 0), processID: 7,
      threadID: 7, command: CommandName("dig"), socketID: socket, ipProtocol: ipProtocol,
      local: Endpoint(address: IPAddress(v4: 0), port: 5000), remote: remote)
  }

  @Test("what a socket receives came from the only one it sent to")
  func one() {
    var peers = DatagramPeers()
    #expect(peers.peer(of: Self.event(.data, .receive, Self.nobody)) == Self.nobody)
    #expect(peers.peer(of: Self.event(.data, .send, Self.first)) == Self.first)
    #expect(peers.peer(of: Self.event(.data, .receive, Self.nobody)) == Self.first)
    #expect(peers.peer(of: Self.event(.data, .receive, Self.nobody, socket: 2)) == Self.nobody)
  }

  @Test("who sent to several is not guessed for, and says so when it knows")
  func several() {
    var peers = DatagramPeers()
    _ = peers.peer(of: Self.event(.data, .send, Self.first))
    _ = peers.peer(of: Self.event(.data, .send, Self.second))
    #expect(peers.peer(of: Self.event(.data, .receive, Self.nobody)) == Self.nobody)
    #expect(peers.peer(of: Self.event(.data, .receive, Self.second)) == Self.second)
  }

  @Test("a closed socket's peer is forgotten, and only datagrams have one")
  func closed() {
    var peers = DatagramPeers()
    _ = peers.peer(of: Self.event(.data, .send, Self.first))
    #expect(peers.peer(of: Self.event(.close, nil, Self.nobody)) == Self.first)
    #expect(peers.peer(of: Self.event(.close, nil, Self.nobody)) == Self.nobody)
    #expect(peers.peer(of: Self.event(.data, .receive, Self.nobody)) == Self.nobody)
    _ = peers.peer(of: Self.event(.data, .send, Self.first, ipProtocol: .tcp))
    #expect(peers.peer(of: Self.event(.data, .receive, Self.nobody, ipProtocol: .tcp)) == Self.nobody)
  }
}
