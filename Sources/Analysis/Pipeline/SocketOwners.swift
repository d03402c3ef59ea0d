import Capture
import Transport

/// Which process held which socket, and since when: names the processes behind packets.
struct SocketOwners {
  struct Owner {
    var since: Timestamp
    var processID: UInt32
  }

  private struct Socket: Hashable {
    var local: Endpoint
    var remote: Endpoint
    var ipProtocol: IPProtocol
  }

  /// Owners remembered of one socket address; a port that is reused more often keeps its latest.
  static let ownersPerSocket = 1024

  /// Looked up only, never iterated.
  private var connected: [Socket: [Owner]] = [:]
  private var bound: [Socket: [Owner]] = [:]
  private var commands: [UInt32: CommandName] = [:]

  mutating func add(_ event: SocketEvent) {
    guard event.processID != 0 else { return }
    let owner = Owner(since: event.enterTime, processID: event.processID)
    commands[event.processID] = commands[event.processID] ?? event.command
    if event.kind == .listening || event.remote.port == 0 {
      SocketOwners.append(owner, to: &bound[SocketOwners.bound(event.local, event.ipProtocol), default: []])
    } else {
      // A socket that does not know its own address is bound to its port on all of them.
      if event.local.address.isUnspecified {
        SocketOwners.append(owner, to: &bound[SocketOwners.bound(event.local, event.ipProtocol), default: []])
      }
      SocketOwners.append(
        owner, to: &connected[Socket(local: event.local, remote: event.remote, ipProtocol: event.ipProtocol), default: []])
    }
  }

  /// The process at `local` that talked to `remote` at `time`. Failing a socket of exactly these ends, the one bound to the
  /// port: an unconnected UDP socket, or a listener whose connection was not seen.
  func owner(local: Endpoint, remote: Endpoint, _ ipProtocol: IPProtocol, at time: Timestamp) -> Owner? {
    SocketOwners.latest(connected[Socket(local: local, remote: remote, ipProtocol: ipProtocol)], time)
      ?? SocketOwners.latest(bound[SocketOwners.bound(local, ipProtocol)], time)
      ?? SocketOwners.latest(
        bound[SocketOwners.bound(Endpoint(address: IPAddress(high: 0, low: 0), port: local.port), ipProtocol)], time)
  }

  /// The process table names a process better than one of its threads at a socket does.
  mutating func add(_ process: ProcessRecord) {
    guard process.threadID == process.processID, process.kind != .exited, !process.command.isEmpty else { return }
    commands[process.processID] = CommandName(process.command)
  }

  /// The name of a process: that of its program, else of the first thread seen at a socket.
  func command(of processID: UInt32) -> CommandName? { commands[processID] }

  private static func bound(_ local: Endpoint, _ ipProtocol: IPProtocol) -> Socket {
    let address = local.address.isUnspecified ? IPAddress(high: 0, low: 0) : local.address
    return Socket(
      local: Endpoint(address: address, port: local.port), remote: Endpoint(address: IPAddress(high: 0, low: 0), port: 0),
      ipProtocol: ipProtocol)
  }

  private static func append(_ owner: Owner, to owners: inout [Owner]) {
    if let last = owners.last, last.processID == owner.processID { return }
    if owners.count >= ownersPerSocket { owners.removeFirst() }
    owners.append(owner)
  }

  /// The last owner since before `time`; the first when all came later (the socket was there before its first event).
  private static func latest(_ owners: [Owner]?, _ time: Timestamp) -> Owner? {
    guard let owners else { return nil }
    return owners.last { $0.since <= time } ?? owners.first
  }
}
