import Capture

/// The trace that an operator names: `slowest`, the number of a `trace` row, or the application's trace identifier.
package enum TraceChoice: Hashable, Sendable {
  case slowest
  case identifier(String)

  package init(_ text: String) { self = text == "slowest" ? .slowest : .identifier(text) }

  /// Index of the trace in `result.traces`; `nil` when there is none. Of equally slow traces the first.
  ///
  /// - Parameter selected: Indices of the traces that the slowest is looked for among; `nil` for all.
  package func index(in result: borrowing AnalysisResult, among selected: [Int]? = nil) -> Int? {
    switch self {
    case .slowest:
      var best: Int?
      for index in selected ?? Array(result.traces.indices)
      where best.map({ result.traces[index].duration > result.traces[$0].duration }) ?? true {
        best = index
      }
      return best
    case .identifier(let text):
      for index in result.traces.indices {
        if let number = UInt64(text), result.traces[index].id == number { return index }
        guard let id = result.traces[index].traceID else { continue }
        if result.texts.withBytes(id, { $0.elementsEqual(text.utf8) }) { return index }
      }
      return nil
    }
  }
}
