/// Something that a person should look at, with the evidence for it.
package enum Finding: Sendable {
  case slow(EndpointSummary)
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
  /// A slow endpoint that waits this share of its time for another slow one is explained by that one.
  private static let explainedShare = 0.9

  /// Findings in order: slow endpoints, failing ones, connections that were not established, retransmissions.
  static func all(_ endpoints: [EndpointSummary], _ network: NetworkTotals) -> [Finding] {
    func isSlow(_ endpoint: EndpointSummary) -> Bool { endpoint.durations?.p95 ?? 0 >= slowDuration }
    let slowKeys = Set(endpoints.filter(isSlow).map(\.key))
    let slow = endpoints.filter { endpoint in
      guard isSlow(endpoint) else { return false }
      guard let wait = endpoint.wait, wait.share >= explainedShare else { return true }
      return !slowKeys.contains(wait.key) || wait.key == endpoint.key
    }
    let failing = endpoints.filter { $0.errorCount > 0 && Double($0.errorCount) >= failingShare * Double($0.exchangeCount) }
    var findings = worst(slow) { $0.durations?.p95 ?? 0 }.map { Finding.slow($0) }
    findings += worst(failing) { Int64($0.errorCount) }.map { Finding.failing($0) }
    findings += worst(network.connectFailures) { Int64($0.failureCount) }.map { Finding.connectFailure($0) }
    let share = network.segmentCount > 0 ? Double(network.retransmissionCount) / Double(network.segmentCount) : 0
    if share >= retransmissionShare { findings.append(.retransmissions(share: share, network)) }
    return findings
  }

  /// The largest by `measure`; equals keep their order.
  private static func worst<Item>(_ items: [Item], by measure: (Item) -> Int64) -> [Item] {
    items.enumerated().sorted { (measure($1.element), $0.offset) < (measure($0.element), $1.offset) }
      .prefix(limitOfEachKind).map(\.element)
  }
}
