/// Something that a person should look at, with the evidence for it.
package enum Finding: Sendable {
  /// An endpoint, and what its slow exchanges wait for, what those wait for, and so on.
  case slow(EndpointSummary, waits: [EndpointSummary.Wait])
  case failing(EndpointSummary)
  case connectFailure(ConnectFailure)
  /// 0…1 of all TCP segments were sent again.
  case retransmissions(share: Double, NetworkTotals)

  /// 95th percentile from which on an endpoint counts as slow, µs: what a person notices.
  package static let slowDuration: Int64 = 100_000
  /// Share of failed exchanges from which on an endpoint counts as failing.
  package static let failingShare = 0.01
  /// Share of segments sent again that is worth a look.
  package static let retransmissionShare = 0.01
  /// Findings of each kind that are reported; the worst first.
  package static let limitOfEachKind = 4
  /// Segments sent again below which their share says nothing.
  package static let fewestRetransmissions: UInt64 = 10
  /// From this share on, waiting for another endpoint is the reason, and the other needs no finding of its own.
  private static let reasonShare = 0.5
  /// Links of a chain of reasons that are followed.
  private static let longestChain = 5

  /// Findings in order: slow endpoints, failing ones, connections that were not established, retransmissions.
  static func all(_ endpoints: [EndpointSummary], _ network: NetworkTotals) -> [Finding] {
    let slow = endpoints.filter { $0.durations?.p95 ?? 0 >= slowDuration }
    // What another slow endpoint waits for is told with that one. Two that wait for each other are both told.
    var reasons: Set<EndpointKey> = []
    for endpoint in slow {
      if let wait = endpoint.wait, wait.share >= reasonShare, wait.key != endpoint.key { reasons.insert(wait.key) }
    }
    let roots = slow.filter { !reasons.contains($0.key) }
    let failing = endpoints.filter { $0.errorCount > 0 && Double($0.errorCount) >= failingShare * Double($0.exchangeCount) }
    var findings = worst(roots.isEmpty ? slow : roots) { $0.durations?.p95 ?? 0 }.map { Finding.slow($0, waits: waits(of: $0, endpoints)) }
    findings += worst(failing) { Int64($0.errorCount) }.map { Finding.failing($0) }
    findings += worst(network.connectFailures) { Int64($0.failureCount) }.map { Finding.connectFailure($0) }
    let share = network.segmentCount > 0 ? Double(network.retransmissionCount) / Double(network.segmentCount) : 0
    if share >= retransmissionShare, network.retransmissionCount >= fewestRetransmissions {
      findings.append(.retransmissions(share: share, network))
    }
    return findings
  }

  private static func waits(of endpoint: EndpointSummary, _ endpoints: [EndpointSummary]) -> [EndpointSummary.Wait] {
    var waits: [EndpointSummary.Wait] = []
    var seen: Set<EndpointKey> = [endpoint.key]
    var next = endpoint.wait
    while let wait = next, waits.count < longestChain, seen.insert(wait.key).inserted {
      waits.append(wait)
      next = wait.share >= reasonShare ? endpoints.first { $0.key == wait.key }?.wait : nil
    }
    return waits
  }

  /// The largest by `measure`; equals keep their order.
  private static func worst<Item>(_ items: [Item], by measure: (Item) -> Int64) -> [Item] {
    items.enumerated().sorted { (measure($1.element), $0.offset) < (measure($0.element), $1.offset) }
      .prefix(limitOfEachKind).map(\.element)
  }
}
