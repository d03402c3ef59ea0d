import Capture
import Transport

/// Rows of the flow log that stand for one connection (or other flow) each. The same connection at several points is several rows: of
/// these the one nearest the server stands for it, and packets before system calls, because only they count retransmissions.
///
/// Rows are of one connection when they have the same ends, or the same initial sequence numbers in both directions (which survive
/// address translation), overlap in time, and were not seen at the same point. Where no answer was seen, which is where a SYN was lost, the
/// client's number and port must do.
struct DistinctFlows {
  private struct Ends: Hashable {
    var lower: Endpoint
    var upper: Endpoint
    var ipProtocol: IPProtocol
  }

  private struct Ports: Hashable {
    var lower: UInt16
    var upper: UInt16
    var ipProtocol: IPProtocol
  }

  private struct Observer: Hashable {
    var point: ObservationPoint
    var interfaceIndex: UInt32?
  }

  /// A connection that one of the points saw no answer of.
  private struct Opening: Hashable {
    var sequence: UInt32
    var clientPort: UInt16
  }

  private struct Connection {
    var representative: Int
    var start: Timestamp
    var end: Timestamp
    var observers: [Observer]
    /// Initial sequence numbers of client and server, when both were seen.
    var sequences: UInt64?
    /// The client's alone.
    var opening: Opening?
  }

  /// How far apart in time rows of one connection may be: half a second more than what two points of one network and two clocks of one
  /// node can differ by, less than it takes to use a port again.
  private static let slackNanoseconds: Int64 = 500_000_000
  /// Connections between the same ends that are looked at, the latest first.
  private static let candidateLimit = 16

  private let flows: [FlowRow]
  private var connections: [Connection] = []
  // Looked up only, never iterated.
  private var byEnds: [Ends: [Int]] = [:]
  private var bySequences: [UInt64: Int] = [:]
  private var byPorts: [Ports: [Int]] = [:]
  private var byOpening: [Opening: Int] = [:]
  /// The connection of each row.
  private var connectionOfRow: [Int]

  /// Indices of the rows, in the order of `flows`.
  static func rows(of flows: [FlowRow]) -> [Int] { DistinctFlows(flows).connections.map(\.representative).sorted() }

  /// The rows of each connection that was seen at several points, in the order of `flows`.
  static func families(of flows: [FlowRow]) -> [[Int]] {
    let finder = DistinctFlows(flows)
    var families: [[Int]] = Array(repeating: [], count: finder.connections.count)
    for (index, connection) in finder.connectionOfRow.enumerated() { families[connection].append(index) }
    return families.filter { $0.count > 1 }
  }

  private init(_ flows: [FlowRow]) {
    self.flows = flows
    connectionOfRow = Array(repeating: 0, count: flows.count)
    for index in flows.indices where flows[index].source == .packet { add(index) }
    for index in flows.indices where flows[index].source != .packet { add(index) }
  }

  private mutating func add(_ index: Int) {
    let flow = flows[index]
    let observer = Observer(point: flow.observationPoint, interfaceIndex: flow.interfaceIndex)
    if let known = connection(of: flow, observer) {
      join(index, observer, to: known)
      return
    }
    let number = connections.count
    connectionOfRow[index] = number
    connections.append(
      Connection(
        representative: index, start: flow.startTime, end: flow.endTime, observers: [observer], sequences: DistinctFlows.sequences(flow),
        opening: DistinctFlows.opening(flow)))
    byEnds[DistinctFlows.ends(flow), default: []].append(number)
    byPorts[DistinctFlows.ports(flow), default: []].append(number)
    // A socket that was not connected may be seen to receive from nobody: then only its own port is known.
    byPorts[Ports(lower: 0, upper: flow.client.port, ipProtocol: flow.ipProtocol), default: []].append(number)
    if let sequences = connections[number].sequences { bySequences[sequences] = number }
    if let opening = connections[number].opening { byOpening[opening] = number }
  }

  private func connection(of flow: FlowRow, _ observer: Observer) -> Int? {
    let sequences = DistinctFlows.sequences(flow)
    func fits(_ candidate: Int) -> Bool {
      guard overlaps(candidate, flow) else { return false }
      if let sequences, let others = connections[candidate].sequences, sequences != others { return false }
      // Where system calls and packets divide a long conversation into flows need not be the same.
      let isSameKind = flows[connections[candidate].representative].source == flow.source
      return !isSameKind || !connections[candidate].observers.contains(observer)
    }
    // With both numbers it may even be the same point: before and behind an address translation.
    if let sequences, let known = bySequences[sequences], overlaps(known, flow) { return known }
    // An end that answered at one point and not at another: only the client's number can be compared.
    if let opening = DistinctFlows.opening(flow), let known = byOpening[opening],
      sequences == nil || connections[known].sequences == nil, fits(known)
    {
      return known
    }
    if let known = byEnds[DistinctFlows.ends(flow)]?.suffix(DistinctFlows.candidateLimit).last(where: fits) { return known }
    guard flow.source != .packet, flow.client.address.isUnspecified || flow.server.address.isUnspecified else { return nil }
    return byPorts[DistinctFlows.ports(flow)]?.suffix(DistinctFlows.candidateLimit).last { candidate in
      let other = flows[connections[candidate].representative]
      return fits(candidate) && DistinctFlows.agree(flow.client.address, other.client.address)
        && DistinctFlows.agree(flow.server.address, other.server.address)
    }
  }

  private mutating func join(_ index: Int, _ observer: Observer, to number: Int) {
    connectionOfRow[index] = number
    let flow = flows[index]
    let current = flows[connections[number].representative]
    if flow.source == current.source {
      connections[number].start = min(connections[number].start, flow.startTime)
      connections[number].end = max(connections[number].end, flow.endTime)
      connections[number].observers.append(observer)
      if flow.observationPoint.rank > current.observationPoint.rank { connections[number].representative = index }
    }
    if connections[number].sequences == nil, let sequences = DistinctFlows.sequences(flow) {
      connections[number].sequences = sequences
      bySequences[sequences] = number
    }
  }

  private func overlaps(_ number: Int, _ flow: FlowRow) -> Bool {
    let connection = connections[number]
    return flow.startTime.nanoseconds(since: connection.end) <= DistinctFlows.slackNanoseconds
      && connection.start.nanoseconds(since: flow.endTime) <= DistinctFlows.slackNanoseconds
  }

  private static func ends(_ flow: FlowRow) -> Ends {
    let isOrdered = flow.client < flow.server
    return Ends(
      lower: isOrdered ? flow.client : flow.server, upper: isOrdered ? flow.server : flow.client, ipProtocol: flow.ipProtocol)
  }

  private static func ports(_ flow: FlowRow) -> Ports {
    Ports(
      lower: min(flow.client.port, flow.server.port), upper: max(flow.client.port, flow.server.port), ipProtocol: flow.ipProtocol)
  }

  private static func sequences(_ flow: FlowRow) -> UInt64? {
    guard let client = flow.synSequence, let server = flow.synAckSequence else { return nil }
    return UInt64(client) << 32 | UInt64(server)
  }

  private static func opening(_ flow: FlowRow) -> Opening? {
    guard flow.synCount > 0, let sequence = flow.synSequence else { return nil }
    return Opening(sequence: sequence, clientPort: flow.client.port)
  }

  /// An unconnected socket does not know its own address.
  private static func agree(_ left: IPAddress, _ right: IPAddress) -> Bool { left == right || left.isUnspecified || right.isUnspecified }
}
