import Capture
import Testing

@testable import Analysis

@Suite struct SocketOwnersTests {
  private static let resolver = Endpoint(address: IPAddress(v4: 0x0a00_0035), port: 53)
  private static let local = Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 5000)
  private static let unbound = Endpoint(address: IPAddress(v4: 0), port: 5000)

  private static func event(_ kind: SocketEvent.Kind, processID: UInt32 = 7, local: Endpoint = local) -> SocketEvent {
    SocketEvent(
      ordinal: 1, kind: kind, direction: kind == .data ? .send : nil, enterTime: Timestamp(nanoseconds: 0),
      exitTime: Timestamp(nanoseconds: 0),
      processID: processID, threadID: processID, command: CommandName("dig"), socketID: 1, ipProtocol: .udp, local: local, remote: resolver)
  }

  private static func process(_ kind: ProcessRecord.Kind, threadID: UInt32 = 7) -> ProcessRecord {
    ProcessRecord(kind: kind, time: Timestamp(nanoseconds: 0), processID: 7, threadID: threadID, command: "dig")
  }

  private static func isGone(_ owners: SocketOwners) -> Bool { owners.isGone(local: local, remote: resolver, .udp) }

  @Test("who closed a socket waits for nothing there, until it is used again")
  func closed() {
    var owners = SocketOwners()
    #expect(Self.isGone(owners) == false)
    owners.add(Self.event(.data))
    #expect(Self.isGone(owners) == false)
    owners.close(Self.event(.close))
    #expect(Self.isGone(owners) == true)
    owners.add(Self.event(.data))
    #expect(Self.isGone(owners) == false)
  }

  @Test("another process's copy of the descriptor may close")
  func copies() {
    var owners = SocketOwners()
    owners.add(Self.event(.data))
    owners.close(Self.event(.close, processID: 8))
    #expect(Self.isGone(owners) == false)
  }

  @Test("who exited waits for nothing, its threads may; a number that is given again is another process")
  func exited() {
    var owners = SocketOwners()
    owners.add(Self.event(.data))
    owners.add(Self.process(.exited, threadID: 9))
    #expect(Self.isGone(owners) == false)
    owners.add(Self.process(.exited))
    #expect(Self.isGone(owners) == true)
    owners.add(Self.process(.started))
    #expect(Self.isGone(owners) == false)
  }

  @Test("packets have the address that an unbound socket does not know")
  func unbound() {
    var owners = SocketOwners()
    owners.add(Self.event(.data, local: Self.unbound))
    #expect(Self.isGone(owners) == false)
    owners.close(Self.event(.close, local: Self.unbound))
    #expect(Self.isGone(owners) == true)
  }
}
