package import Analysis
import Capture
import Protocols

/// One trace as a tree for people: a headline, then a line a span with a bar on the trace's common time scale.
package struct TraceTreeText: Sendable {
  /// Spans that are printed of one trace; the rest is counted in a last line.
  package static let spanLimit = 10_000
  /// Columns of the bar, at least.
  private static let narrowestBar = 10
  private static let widestLabel = 32
  private static let widestName = 48
  /// Depths that are shown as indentation: deeper ones would push the label out of its column.
  private static let deepestIndentation = 12

  package var lineWidth = 100
  package var isColored = false
  /// Adds a line below each span that says why it hangs below its parent.
  package var isExplained = false

  package init() {}

  package func append(_ trace: TraceRow, _ result: borrowing AnalysisResult, to bytes: inout [UInt8]) {
    appendHeadline(trace, result, to: &bytes)
    let shown = trace.firstSpan..<(trace.firstSpan + min(trace.spanCount, TraceTreeText.spanLimit))
    var labels: [[UInt8]] = []
    var names: [[UInt8]] = []
    for index in shown {
      labels.append(label(result.spans[index], result))
      names.append(text(result.spans[index].name, result))
    }
    let labelWidth = min(TraceTreeText.widestLabel, labels.map(\.displayWidth).max() ?? 0)
    // Icon, separators, duration and self time take 33 columns.
    let remaining = max(2 * TraceTreeText.narrowestBar, lineWidth - labelWidth - 33)
    let nameWidth = min(TraceTreeText.widestName, remaining / 2, names.map(\.displayWidth).max() ?? 0)
    let barWidth = max(TraceTreeText.narrowestBar, remaining - nameWidth)
    for (offset, index) in shown.enumerated() {
      let span = result.spans[index]
      bytes.append("  ")
      bytes.append(span.kind.name)
      bytes.append(" ")
      bytes.append(padded: labels[offset], toWidth: labelWidth)
      bytes.append("  ")
      bytes.append(padded: names[offset], toWidth: nameWidth)
      bytes.append("  ")
      var duration: [UInt8] = []
      duration.append(duration: span.duration)
      bytes.append(rightAligned: duration, toWidth: 8)
      bytes.append("  ▕")
      appendBar(span, trace, width: barWidth, to: &bytes)
      bytes.append("▏  self ")
      bytes.append(duration: span.selfTime)
      bytes.append("\n")
      if isExplained { appendReason(span, result, to: &bytes) }
    }
    if shown.count < trace.spanCount {
      bytes.append("  … and ")
      bytes.appendGrouped(UInt64(trace.spanCount - shown.count))
      bytes.append(" more spans\n")
    }
  }

  private func appendHeadline(_ trace: TraceRow, _ result: borrowing AnalysisResult, to bytes: inout [UInt8]) {
    if isColored { bytes.append("\u{1b}[1m") }
    bytes.append(contentsOf: text(trace.name, result))
    bytes.append(" → ")
    if let code = trace.responseCode {
      bytes.appendDecimal(Int64(code))
    } else {
      bytes.append(text: ResponseStatus(rawValue: trace.responseStatus)?.name ?? "unknown")
    }
    if isColored { bytes.append("\u{1b}[0m") }
    bytes.append(" · ")
    bytes.append(duration: trace.duration)
    bytes.append(" · ")
    bytes.append(contentsOf: text(trace.services, result))
    bytes.append(" · ")
    bytes.appendGrouped(UInt64(trace.spanCount))
    bytes.append(trace.spanCount == 1 ? " span" : " spans")
    bytes.append(" · confidence ")
    bytes.appendFixed(Int64((trace.confidence * 100).rounded(.down)), fractionDigits: 2)
    if trace.completeness != .complete {
      bytes.append(" · ")
      bytes.append(trace.completeness == .lowerBound ? "incomplete: evidence is missing" : "completeness unknown")
    }
    bytes.append("\n")
  }

  private func label(_ span: SpanRow, _ result: borrowing AnalysisResult) -> [UInt8] {
    var label = Array(repeating: UInt8(ascii: " "), count: min(span.depth, TraceTreeText.deepestIndentation))
    label += text(span.instance, result)
    if span.kind == .network {
      label.append(" (")
      label.append(span.observationPoint.name)
      label.append(")")
    }
    return label
  }

  private func text(_ id: TextID, _ result: borrowing AnalysisResult) -> [UInt8] {
    var bytes: [UInt8] = []
    result.texts.withBytes(id) { bytes.append(terminal: $0) }
    return bytes
  }

  private func appendBar(_ span: SpanRow, _ trace: TraceRow, width: Int, to bytes: inout [UInt8]) {
    let total = Double(max(1, trace.duration))
    let start = Double(max(0, span.startTime.microseconds(since: trace.startTime)))
    let end = Double(max(0, span.endTime.microseconds(since: trace.startTime)))
    let first = min(width - 1, Int(min(1, start / total) * Double(width)))
    let last = max(first + 1, min(width, Int((min(1, end / total) * Double(width)).rounded(.up))))
    let isThin = (end - start) / total * Double(width) < 0.5
    for _ in 0..<first { bytes.append(" ") }
    if isColored, span.kind == .network { bytes.append(TextColor.faint.begin) }
    for _ in first..<last { bytes.append(isThin ? "▏" : "█") }
    if isColored, span.kind == .network { bytes.append(TextColor.end) }
    for _ in last..<max(last, width) { bytes.append(" ") }
  }

  private func appendReason(_ span: SpanRow, _ result: borrowing AnalysisResult, to bytes: inout [UInt8]) {
    bytes.append("      └ ")
    guard let method = span.joinMethod else {
      bytes.append("root: nothing in the capture set it off\n")
      return
    }
    bytes.append(method.name)
    if let confidence = span.confidence {
      bytes.append(" ")
      bytes.appendFixed(Int64((confidence * 100).rounded(.down)), fractionDigits: 2)
    }
    if let explanation = span.explanation {
      bytes.append(": ")
      bytes.append(contentsOf: text(explanation, result))
    }
    bytes.append("\n")
  }
}

extension [UInt8] {
  /// `text`, which is valid UTF-8, cut or filled with blanks to `width` columns.
  mutating func append(padded text: [UInt8], toWidth width: Int) {
    append(cut: text, toWidth: width)
    for _ in 0..<Swift.max(0, width - text.displayWidth) { append(UInt8(ascii: " ")) }
  }

  mutating func append(rightAligned text: [UInt8], toWidth width: Int) {
    for _ in 0..<Swift.max(0, width - text.displayWidth) { append(UInt8(ascii: " ")) }
    append(contentsOf: text)
  }
}
