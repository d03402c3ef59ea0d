import Analysis

/// Where the bars of a flame graph stand: x is time as a fraction of the whole, y a row. Pure arithmetic; drawing is elsewhere.
package struct FlameLayout: Sendable {
  package struct Bar: Equatable, Sendable {
    /// 0…1 of the trace's duration.
    package var left: Double
    package var right: Double
    package var row: Int
  }

  /// A service and its part of the latency: the sum of its spans' self times.
  package struct ServiceShare: Equatable, Sendable {
    package var name: String
    /// Packets rather than a process: drawn grey.
    package var isNetwork: Bool
    package var selfTime: Int64
    /// 0…1 of all self time.
    package var share: Double
  }

  /// A tick of the time axis.
  package struct Tick: Equatable, Sendable {
    package var position: Double
    /// Microseconds since the trace began.
    package var time: Int64
  }

  /// One bar a span, in the order of the spans.
  package var bars: [Bar]
  package var rowCount: Int
  /// The largest share first; equals by name.
  package var services: [ServiceShare]
  /// Index into `services` of each span.
  package var serviceOfSpan: [Int]
  package var ticks: [Tick]

  package init(_ flame: TraceFlame) {
    let total = Double(flame.duration)
    rowCount = 0
    bars = []
    (services, serviceOfSpan) = FlameLayout.shares(flame)
    ticks = FlameLayout.ticks(flame.duration)
    // Every row's intervals so far: concurrent spans of one depth must not cover each other, so the later one moves down.
    var occupied: [[Range<Int64>]] = []
    for span in flame.spans {
      let above = span.parent.map { bars[$0].row + 1 } ?? 0
      let interval = span.start..<max(span.end, span.start + 1)
      var row = above
      while row < occupied.count, occupied[row].contains(where: { $0.overlaps(interval) }) { row += 1 }
      while occupied.count <= row { occupied.append([]) }
      occupied[row].append(interval)
      bars.append(Bar(left: min(1, Double(span.start) / total), right: min(1, Double(span.end) / total), row: row))
    }
    rowCount = occupied.count
  }

  private static func shares(_ flame: TraceFlame) -> ([ServiceShare], [Int]) {
    struct Key: Hashable {
      var name: String
      var isNetwork: Bool
    }
    func key(_ span: TraceFlame.Span) -> Key {
      span.kind == .network ? Key(name: "network", isNetwork: true) : Key(name: span.service, isNetwork: false)
    }
    var indexOfKey: [Key: Int] = [:]
    var shares: [ServiceShare] = []
    for span in flame.spans {
      let key = key(span)
      let index = indexOfKey[key] ?? shares.count
      if index == shares.count {
        indexOfKey[key] = index
        shares.append(ServiceShare(name: key.name, isNetwork: key.isNetwork, selfTime: 0, share: 0))
      }
      shares[index].selfTime += span.selfTime
    }
    let total = shares.reduce(0) { $0 + $1.selfTime }
    for index in shares.indices { shares[index].share = total > 0 ? Double(shares[index].selfTime) / Double(total) : 0 }
    shares.sort { ($1.selfTime, $0.name, $0.isNetwork ? 1 : 0) < ($0.selfTime, $1.name, $1.isNetwork ? 1 : 0) }
    var position: [Key: Int] = [:]
    for (index, share) in shares.enumerated() { position[Key(name: share.name, isNetwork: share.isNetwork)] = index }
    return (shares, flame.spans.map { position[key($0)] ?? 0 })
  }

  /// At most nine ticks, at multiples of 1, 2 or 5 times a power of ten microseconds.
  private static func ticks(_ duration: Int64) -> [Tick] {
    var power: Int64 = 1
    var step: Int64 = 1
    search: while true {
      for factor: Int64 in [1, 2, 5] {
        let (candidate, overflowed) = power.multipliedReportingOverflow(by: factor)
        if overflowed { break search }
        step = candidate
        if duration / step < 9 { break search }
      }
      let (next, overflowed) = power.multipliedReportingOverflow(by: 10)
      if overflowed { break search }
      power = next
    }
    return (0...(duration / step)).map { Tick(position: Double($0 * step) / Double(duration), time: $0 * step) }
  }
}
