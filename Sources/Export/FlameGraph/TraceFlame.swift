package import Analysis
import Capture
import Protocols

/// One trace as a flame graph shows it: plain values, apart from layout and drawing.
package struct TraceFlame: Sendable {
  /// Spans that are drawn; a trace with more has its rest counted in `omittedSpanCount`.
  package static let spanLimit = 5000

  package struct Span: Sendable {
    package var kind: SpanKind
    package var name: String
    package var service: String
    package var instance: String
    package var observationPoint: String
    /// Index of the parent in `spans`.
    package var parent: Int?
    package var depth: Int
    /// Microseconds since the trace began; the end is not before the start.
    package var start: Int64
    package var end: Int64
    package var selfTime: Int64
    package var joinMethod: String?
    package var confidence: Double?
    package var explanation: String?
    package var status: String
  }

  package var title: String
  /// Microseconds since the epoch.
  package var startTime: Int64
  /// Microseconds, at least 1.
  package var duration: Int64
  package var confidence: Double
  package var spans: [Span]
  package var omittedSpanCount: Int

  package init(_ trace: TraceRow, _ result: borrowing AnalysisResult) {
    let shown = trace.firstSpan..<(trace.firstSpan + min(trace.spanCount, TraceFlame.spanLimit))
    // The first span is the root, but what it set off may have begun before it by another clock or outlast it.
    let begin = shown.map { result.spans[$0].startTime }.min() ?? trace.startTime
    let end = shown.map { result.spans[$0].endTime }.max() ?? trace.endTime
    var indexOfSpan: [UInt64: Int] = [:]
    var spans: [Span] = []
    for index in shown {
      let row = result.spans[index]
      let request = result.requests[row.requestIndex]
      let status = request.summary.responseCode.map { "\(request.status.name) \($0)" } ?? request.status.name
      let start = row.startTime.microseconds(since: begin)
      spans.append(
        Span(
          kind: row.kind, name: result.texts.string(row.name), service: result.texts.string(row.service),
          instance: result.texts.string(row.instance), observationPoint: row.observationPoint.name.description,
          parent: row.parent.flatMap { indexOfSpan[$0] }, depth: row.depth, start: start,
          end: max(start, row.endTime.microseconds(since: begin)), selfTime: row.selfTime, joinMethod: row.joinMethod?.name.description,
          confidence: row.confidence, explanation: row.explanation.map { result.texts.string($0) }, status: status))
      indexOfSpan[row.id] = spans.count - 1
    }
    self.spans = spans
    title = result.texts.string(trace.name)
    startTime = begin.microseconds
    duration = max(1, end.microseconds(since: begin))
    confidence = trace.confidence
    omittedSpanCount = trace.spanCount - shown.count
  }
}
