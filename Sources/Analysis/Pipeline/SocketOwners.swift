import Capture
import Transport

/// Which process held which socket, and since when: names the processes behind packets.
struct SocketOwners {
  struct Owner {
    var since: Timestamp
    var processID: UInt32
    /// It closed the socket.
    var isClosed = false
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
  private var exited: Set<UInt32> = []

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
        owner, to: &connected[SocketOwners.socket(event.local, event.remote, event.ipProtocol), default: []])
    }
  }

  /// The process at a datagram socket closes it.
  mutating func close(_ event: SocketEvent) {
    let socket = SocketOwners.socket(event.local, event.remote, event.ipProtocol)
    guard let owners = connected[socket], let last = owners.indices.last, owners[last].processID == event.processID else { return }
    connected[socket]![last].isClosed = true
  }

  /// Whether the process at `local` that talked to `remote` closed its socket since, or exited: it waits for nothing any more.
  func isGone(local: Endpoint, remote: Endpoint, _ ipProtocol: IPProtocol) -> Bool {
    let owners =
      connected[SocketOwners.socket(local, remote, ipProtocol)]
      ?? connected[SocketOwners.socket(SocketOwners.unbound(local.port), remote, ipProtocol)]
    guard let owner = owners?.last else { return false }
    return owner.isClosed || exited.contains(owner.processID)
  }

  /// The process at `local` that talked to `remote` at `time`. Failing a socket of exactly these ends, the one bound to the
  /// port: an unconnected UDP socket, or a listener whose connection was not seen.
  func owner(local: Endpoint, remote: Endpoint, _ ipProtocol: IPProtocol, at time: Timestamp) -> Owner? {
    SocketOwners.latest(connected[SocketOwners.socket(local, remote, ipProtocol)], time)
      ?? SocketOwners.latest(bound[SocketOwners.bound(local, ipProtocol)], time)
      ?? SocketOwners.latest(
        bound[SocketOwners.bound(SocketOwners.unbound(local.port), ipProtocol)], time)
  }

  /// The process table names a process better than one of its threads at a socket does.
  mutating func add(_ process: ProcessRecord) {
    guard process.threadID == process.processID else { return }
    guard process.kind != .exited else { return _ = exited.insert(process.processID) }
    exited.remove(process.processID)
    guard !process.command.isEmpty else { return }
    commands[process.processID] = CommandName(process.command)
  }

  /// The name of a process: that of its program, else of the first thread seen at a socket.
  func command(of processID: UInt32) -> CommandName? { commands[processID] }

  private static func bound(_ local: Endpoint, _ ipProtocol: IPProtocol) -> Socket {
    socket(local, Endpoint(address: IPAddress(high: 0, low: 0), port: 0), ipProtocol)
  }

  /// All unspecified addresses are one.
  private static func socket(_ local: Endpoint, _ remote: Endpoint, _ ipProtocol: IPProtocol) -> Socket {
    Socket(local: local.address.isUnspecified ? unbound(local.port) : local, remote: remote, ipProtocol: ipProtocol)
  }

  private static func unbound(_ port: UInt16) -> Endpoint { Endpoint(address: IPAddress(high: 0, low: 0), port: port) }

  private static func append(_ owner: Owner, to owners: inout [Owner]) {
    if let last = owners.last, last.processID == owner.processID, !last.isClosed { return }
    if owners.count >= ownersPerSocket { owners.removeFirst() }
    owners.append(owner)
  }

  /// The last owner since before `time`; the first when all came later (the socket was there before its first event).
  private static func latest(_ owners: [Owner]?, _ time: Timestamp) -> Owner? {
    guard let owners else { return nil }
    return owners.last { $0.since <= time } ?? owners.first
  }
}
