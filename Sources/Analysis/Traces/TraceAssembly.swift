package import Capture
import Protocols
import Transport

/// Request rows in, traces out. Chains (one exchange at several points) are the nodes; each chain hangs below at most one row of
/// another: by thread order first, then by what the application wrote into its requests.
package struct TraceAssembly {
  private struct Edge {
    var parentRow: Int
    var method: JoinMethod
    var confidence: Double
    var explanation: StaticString
  }

  /// `rows` must be in canonical order; their thread-order identifiers are filled in.
  package static func assemble(_ rows: inout [RequestRow], _ texts: inout TextTable) -> (traces: [TraceRow], spans: [SpanRow]) {
    let threadParents = ThreadOrder.parents(of: &rows)
    let chains = ExchangeChainBuilder.chains(of: rows)
    var chainOfRow = Array(repeating: 0, count: rows.count)
    for (index, chain) in chains.enumerated() {
      for row in chain.rows { chainOfRow[row] = index }
    }
    var edges: [Edge?] = Array(repeating: nil, count: chains.count)
    for (index, chain) in chains.enumerated() {
      guard let parent = threadParents[chain.head] else { continue }
      let edge = Edge(
        parentRow: parent.row, method: .thread, confidence: parent.confidence,
        explanation: parent.isAlone
          ? "the thread that received the parent's request sent this one before it answered"
          : "the thread received the parent's request, or a response for it, last before it sent this one; it had other requests open")
      attach(edge, to: index, &edges, chainOfRow)
    }
    var headers = HeaderJoin(rows, chains)
    for (index, chain) in chains.enumerated() where edges[index] == nil {
      guard let match = headers.parent(of: chain.head, in: index, rows, chainOfRow) else { continue }
      let edge = Edge(parentRow: match.row, method: match.method, confidence: match.confidence, explanation: match.explanation)
      attach(edge, to: index, &edges, chainOfRow)
    }
    return build(rows, chains, edges, chainOfRow, &texts)
  }

  /// Sets the edge unless it would close a circle.
  private static func attach(_ edge: Edge, to chain: Int, _ edges: inout [Edge?], _ chainOfRow: [Int]) {
    var ancestor: Int? = chainOfRow[edge.parentRow]
    while let current = ancestor {
      if current == chain { return }
      ancestor = edges[current].map { chainOfRow[$0.parentRow] }
    }
    edges[chain] = edge
  }

  // MARK: Rows of the result

  private static func build(
    _ rows: [RequestRow], _ chains: [ExchangeChain], _ edges: [Edge?], _ chainOfRow: [Int], _ texts: inout TextTable
  ) -> (traces: [TraceRow], spans: [SpanRow]) {
    // Chains below each row, in order of time because chains are.
    var below: [Int: [Int]] = [:]
    for (index, edge) in edges.enumerated() {
      if let edge { below[edge.parentRow, default: []].append(index) }
    }
    var builder = SpanBuilder(texts: texts.internSpanTexts())
    var traces: [TraceRow] = []
    var spans: [SpanRow] = []
    for (root, edge) in edges.enumerated() where edge == nil {
      let first = spans.count
      let traceID = rows[chains[root].head].id
      // Depth first without recursion: a chain of calls may be deep.
      var stack = [(chain: root, depth: 0)]
      while let next = stack.popLast() {
        var depth = next.depth
        var parent = edges[next.chain].map { rows[$0.parentRow].id }
        for (position, row) in chains[next.chain].rows.enumerated() {
          var span = builder.span(rows[row], row, trace: traceID, &texts)
          span.parent = parent
          span.depth = depth
          if position > 0 {
            span.joinMethod = chains[next.chain].joinMethod
            span.confidence = 1
            span.explanation = chains[next.chain].joinMethod == .tcpSequence ? builder.texts.sameBytes : builder.texts.sameDatagram
          } else if let edge = edges[next.chain] {
            span.joinMethod = edge.method
            span.confidence = edge.confidence
            span.explanation = texts.intern(edge.explanation)
          }
          spans.append(span)
          parent = rows[row].id
          depth += 1
          for child in (below[row] ?? []).reversed() { stack.append((child, depth)) }
        }
      }
      SpanBuilder.fillSelfTimes(&spans, from: first)
      traces.append(builder.trace(Array(spans[first...]), first, rows, &texts))
    }
    return (traces, spans)
  }
}
