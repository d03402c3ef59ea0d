import Capture
import Protocols

/// Exchanges instead of rows: an exchange that was seen at four points is four rows, and counts once, as the point nearest the server
/// saw it.
struct ExchangeSelection {
  /// Indices of the rows that stand for the exchanges, in order of time. Responses without a request are no exchange.
  static func rows(of requests: [RequestRow]) -> [Int] {
    ExchangeChainBuilder.chains(of: requests).map(\.tail).filter { requests[$0].kind != .response }.sorted()
  }

  /// Indices of the rows that stand for the flows: of the same connection at several points, the one nearest the server; packets before
  /// system calls, because only they count retransmissions.
  static func flows(of flows: [FlowRow]) -> [Int] {
    struct Ends: Hashable {
      var client: Endpoint
      var server: Endpoint
      var ipProtocol: IPProtocol
    }
    struct Key: Hashable {
      var ends: Ends
      var occurrence: Int
    }
    struct Observer: Hashable {
      var ends: Ends
      var point: ObservationPoint
      var interface: UInt32?
    }
    var occurrences: [Observer: Int] = [:]
    var best: [Key: Int] = [:]
    var order: [Key] = []
    for (index, flow) in flows.enumerated() {
      let ends = Ends(client: flow.client, server: flow.server, ipProtocol: flow.ipProtocol)
      // The n-th flow between the same ends at one point is the n-th at every other.
      let observer = Observer(ends: ends, point: flow.observationPoint, interface: flow.interfaceName?.rawValue)
      let occurrence = occurrences[observer, default: 0]
      occurrences[observer] = occurrence + 1
      let key = Key(ends: ends, occurrence: occurrence)
      guard let known = best[key] else {
        best[key] = index
        order.append(key)
        continue
      }
      if preference(flow) > preference(flows[known]) { best[key] = index }
    }
    return order.compactMap { best[$0] }
  }

  private static func preference(_ flow: FlowRow) -> Int {
    (flow.source == .packet ? 100 : 0) + flow.observationPoint.rank
  }
}
