import Capture
import Protocols

/// The trace that an operator names: `slowest`, the number of a `trace` row, or the application's trace identifier.
package enum TraceChoice: Hashable, Sendable {
  case slowest
  case identifier(String)

  package init(_ text: String) { self = text == "slowest" ? .slowest : .identifier(text) }

  /// Index of the trace in `result.traces`; `nil` when there is none. Of equally slow traces the first. What begins with a long poll is slow only
  /// when there is nothing else: it waited because it was asked to.
  ///
  /// - Parameter selected: Indices of the traces that the slowest is looked for among; `nil` for all.
  package func index(in result: borrowing AnalysisResult, among selected: [Int]? = nil) -> Int? {
    switch self {
    case .slowest:
      var best: Int?
      for index in selected ?? Array(result.traces.indices) {
        guard let known = best else {
          best = index
          continue
        }
        let (waits, knownWaits) = (isLongPoll(index, result), isLongPoll(known, result))
        if knownWaits && !waits || knownWaits == waits && result.traces[index].duration > result.traces[known].duration { best = index }
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

  private func isLongPoll(_ trace: Int, _ result: borrowing AnalysisResult) -> Bool {
    result.requests[result.spans[result.traces[trace].firstSpan].requestIndex].summary.isLongPoll
  }
}
