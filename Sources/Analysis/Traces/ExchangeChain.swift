import Capture
import Protocols
import Transport

/// The rows that are one exchange, seen at several observation points: from the client's process to the server's.
struct ExchangeChain: Sendable {
  /// Indices of request rows, client side first.
  var rows: [Int]
  /// Why each row after the first belongs to the one before it.
  var joinMethod: JoinMethod

  var head: Int { rows[0] }
  var tail: Int { rows[rows.count - 1] }
}

/// Groups rows of one exchange: on TCP by the sequence numbers of its bytes, which are the same at every observation point (also
/// across address translation); on UDP by ports and the protocol's identifier. The request itself must agree.
struct ExchangeChainBuilder {
  /// How far apart in time the same request may begin at two points of one node's network (DeepFlow: `network_delay_us`).
  static let networkDelayNanoseconds: Int64 = 50_000_000

  /// Open chains of one key that a row is compared with, the latest first: more of them within the delay are no real traffic.
  private static let openChainLimit = 64

  /// Points at which one exchange is seen; more rows with the same numbers are something else.
  private static let pointLimit = 64

  private struct Key: Hashable {
    var isSequence: Bool
    var first: UInt64
    var second: UInt64
  }

  /// Every row is in exactly one chain; chains are ordered by their first row.
  static func chains(of rows: [RequestRow]) -> [ExchangeChain] {
    var chains: [ExchangeChain] = []
    // Only looked up, never iterated: output order comes from the rows. Rows come in order of time, so a chain whose latest row is too
    // old for this one is too old for every later one, and is forgotten: sequence numbers recur, and time must stay linear.
    var openByKey: [Key: [Int]] = [:]
    for (index, row) in rows.enumerated() {
      guard let key = key(row) else {
        chains.append(ExchangeChain(rows: [index], joinMethod: .tcpSequence))
        continue
      }
      var open = openByKey[key] ?? []
      open.removeAll { !isNear(chains[$0], row.startTime, rows) }
      if let match = open.suffix(openChainLimit).last(where: { accepts(chains[$0], row, rows) }) {
        chains[match].rows.append(index)
      } else {
        open.append(chains.count)
        chains.append(ExchangeChain(rows: [index], joinMethod: key.isSequence ? .tcpSequence : .datagram))
      }
      openByKey[key] = Array(open.suffix(openChainLimit))
    }
    for index in chains.indices where chains[index].rows.count > 1 {
      chains[index].rows.sort { isNearerClient(rows[$0], rows[$1]) }
    }
    return chains
  }

  /// Whether a row that begins at `time`, not before any of the chain, may belong to it: within the delay, or while a point still waits.
  /// A server that had to wait for a processor begins late, but its client waits for it.
  private static func isNear(_ chain: ExchangeChain, _ time: Timestamp, _ rows: [RequestRow]) -> Bool {
    time.nanoseconds(since: rows[chain.tail].startTime) <= networkDelayNanoseconds || chain.rows.contains { time <= rows[$0].spanEndTime }
  }

  private static func key(_ row: RequestRow) -> Key? {
    guard row.kind != .response else { return nil }
    if let sequence = row.requestTCPSequence {
      return Key(isSequence: true, first: UInt64(sequence), second: UInt64(row.l7Protocol.rawValue))
    }
    guard row.ipProtocol == .udp, let identifier = row.summary.requestID else { return nil }
    return Key(isSequence: false, first: UInt64(row.client.port) << 16 | UInt64(row.server.port), second: identifier)
  }

  private static func accepts(_ chain: ExchangeChain, _ row: RequestRow, _ rows: [RequestRow]) -> Bool {
    guard chain.rows.count < pointLimit else { return false }
    for index in chain.rows {
      let other = rows[index]
      if other.observationPoint == row.observationPoint, row.source == .ebpf || other.flowID == row.flowID { return false }
    }
    let other = rows[chain.rows[chain.rows.count - 1]]
    guard isNear(chain, row.startTime, rows), row.l7Protocol == other.l7Protocol,
      row.summary.requestType == other.summary.requestType, row.summary.requestResource == other.summary.requestResource
    else { return false }
    if row.ipProtocol == .udp {
      return sameAddress(row.server.address, other.server.address) && sameAddress(row.client.address, other.client.address)
    }
    guard let mine = row.responseTCPSequence, let theirs = other.responseTCPSequence else { return true }
    return mine == theirs
  }

  /// An unconnected socket does not know its own address.
  private static func sameAddress(_ left: IPAddress, _ right: IPAddress) -> Bool {
    left == right || left.isUnspecified || right.isUnspecified
  }

  /// By rank of the observation point; among equals, who waited longer is nearer the client, then who saw it first.
  private static func isNearerClient(_ left: RequestRow, _ right: RequestRow) -> Bool {
    let (leftRank, rightRank) = (left.observationPoint.rank, right.observationPoint.rank)
    if leftRank != rightRank { return leftRank < rightRank }
    let (leftDuration, rightDuration) = (left.responseDuration ?? 0, right.responseDuration ?? 0)
    if leftDuration != rightDuration { return leftDuration > rightDuration }
    if left.startTime != right.startTime { return left.startTime < right.startTime }
    return left.id < right.id
  }
}
