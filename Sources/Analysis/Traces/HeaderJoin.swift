import Capture
import Protocols
import Transport

/// Joins chains by what applications write into requests: a request identifier that a proxy passes on, or a trace context.
/// A parent must cover its child in time; of several, the tightest wins.
struct HeaderJoin {
  struct Match {
    var row: Int
    var method: JoinMethod
    var confidence: Double
    var explanation: StaticString
  }

  /// Parents considered for one chain; an identifier shared by more requests than this identifies nothing.
  static let candidateLimit = 1024

  /// Server-most rows by the identifiers they carried. Looked up only.
  private var byRequestID: [TextID: [Int]] = [:]
  private var byTraceID: [TextID: [Int]] = [:]

  init(_ rows: [RequestRow], _ chains: [ExchangeChain]) {
    for chain in chains {
      let row = rows[chain.tail]
      if let identifier = row.requestXRequestID { byRequestID[identifier, default: []].append(chain.tail) }
      if let identifier = row.responseXRequestID, identifier != row.requestXRequestID {
        byRequestID[identifier, default: []].append(chain.tail)
      }
      if let identifier = row.summary.trace.traceID { byTraceID[identifier, default: []].append(chain.tail) }
    }
  }

  mutating func parent(of row: Int, in chain: Int, _ rows: [RequestRow], _ chainOfRow: [Int]) -> Match? {
    let child = rows[row]
    if let identifier = child.requestXRequestID ?? child.responseXRequestID,
      let found = tightest(byRequestID[identifier] ?? [], around: row, in: chain, rows, chainOfRow)
    {
      return Match(
        row: found.row, method: .requestID, confidence: found.isOnly ? 0.9 : 0.7,
        explanation: "both carry the same X-Request-ID and the parent covers it in time")
    }
    if let identifier = child.summary.trace.traceID,
      let found = tightest(byTraceID[identifier] ?? [], around: row, in: chain, rows, chainOfRow)
    {
      return Match(
        row: found.row, method: .traceContext, confidence: found.isOnly ? 0.85 : 0.65,
        explanation: "both belong to the same application trace and the parent covers it in time")
    }
    return nil
  }

  /// Of the candidates that cover the row and are not of its own exchange: one whose server is the row's client if there is
  /// one, then the shortest, then the latest.
  private func tightest(
    _ candidates: [Int], around row: Int, in chain: Int, _ rows: [RequestRow], _ chainOfRow: [Int]
  ) -> (row: Int, isOnly: Bool)? {
    guard candidates.count <= HeaderJoin.candidateLimit else { return nil }
    let child = rows[row]
    var best: (row: Int, isNeighbour: Bool, duration: Int64)?
    var count = 0
    for candidate in candidates where chainOfRow[candidate] != chain {
      let parent = rows[candidate]
      guard parent.startTime <= child.startTime, parent.spanEndTime >= child.spanEndTime else { continue }
      count += 1
      let isNeighbour = parent.server.address == child.client.address
      let duration = parent.spanEndTime.nanoseconds(since: parent.startTime)
      if let best, (best.isNeighbour ? 1 : 0, -best.duration) >= (isNeighbour ? 1 : 0, -duration) { continue }
      best = (candidate, isNeighbour, duration)
    }
    return best.map { ($0.row, count == 1) }
  }
}
