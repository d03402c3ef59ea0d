import Analysis

/// Draws a flame graph as one SVG file: no network, no other file, the same bytes for the same trace.
package struct FlameDrawing: Sendable {
  // Pixels of the drawing's own coordinates.
  private static let width = 1280.0
  private static let chartLeft = 16.0
  private static let chartWidth = 940.0
  private static let listLeft = 984.0
  private static let listWidth = 280.0
  private static let chartTop = 84.0
  private static let rowHeight = 22.0
  private static let barHeight = 20.0
  private static let detailsHeight = 128.0
  /// Mean advance of a character of the bar's font: decides what fits.
  private static let characterWidth = 6.6
  /// Characters kept of a text from the capture.
  private static let longestText = 400

  private let flame: TraceFlame
  private let layout: FlameLayout

  package init(_ flame: TraceFlame) {
    self.flame = flame
    layout = FlameLayout(flame)
  }

  package func append(to bytes: inout [UInt8]) {
    let chartHeight = Double(max(layout.rowCount, 1)) * FlameDrawing.rowHeight
    let listHeight = Double(layout.services.count) * 20
    let detailsTop = FlameDrawing.chartTop + max(chartHeight, listHeight) + 24
    let height = detailsTop + FlameDrawing.detailsHeight
    bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 ")
    bytes.append(coordinate: FlameDrawing.width)
    bytes.append(" ")
    bytes.append(coordinate: height)
    bytes.append("\"")
    bytes.append(attribute: "width", FlameDrawing.width)
    bytes.append(attribute: "height", height)
    bytes.append(">\n<title>")
    bytes.append(xml: shortened(flame.title))
    bytes.append("</title>\n<style>")
    bytes.append(FlameScript.style)
    bytes.append("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
    appendHeadline(to: &bytes)
    appendAxis(chartHeight: chartHeight, to: &bytes)
    for index in flame.spans.indices { append(span: index, to: &bytes) }
    appendServices(to: &bytes)
    bytes.append("<g id=\"details\" transform=\"translate(")
    bytes.append(coordinate: FlameDrawing.chartLeft)
    bytes.append(",")
    bytes.append(coordinate: detailsTop)
    bytes.append(")\"/>\n<g id=\"tip\" visibility=\"hidden\"/>\n<script><![CDATA[\n")
    bytes.append(FlameScript.script)
    bytes.append("\n]]></script>\n</svg>\n")
  }

  private func appendHeadline(to bytes: inout [UInt8]) {
    appendText(x: FlameDrawing.chartLeft, y: 28, class: "title", String(shortened(flame.title).prefix(110)), to: &bytes)
    var line: [UInt8] = []
    line.append(time: flame.startTime)
    line.append(" · ")
    line.append(duration: flame.duration)
    line.append(" · ")
    line.appendGrouped(UInt64(flame.spans.count + flame.omittedSpanCount))
    line.append(flame.spans.count + flame.omittedSpanCount == 1 ? " span · confidence " : " spans · confidence ")
    line.appendFixed(Int64((flame.confidence * 100).rounded(.down)), fractionDigits: 2)
    line.append(" · A application, S system calls, N packets")
    if flame.omittedSpanCount > 0 {
      line.append(" · ")
      line.appendGrouped(UInt64(flame.omittedSpanCount))
      line.append(" spans are not drawn")
    }
    appendText(x: FlameDrawing.chartLeft, y: 48, class: "faint", String(decoding: line, as: UTF8.self), to: &bytes)
  }

  private func appendAxis(chartHeight: Double, to bytes: inout [UInt8]) {
    bytes.append("<g class=\"axis\">\n")
    for tick in layout.ticks {
      let x = FlameDrawing.chartLeft + tick.position * FlameDrawing.chartWidth
      bytes.append("<line")
      bytes.append(attribute: "x1", x)
      bytes.append(attribute: "x2", x)
      bytes.append(attribute: "y1", FlameDrawing.chartTop - 6)
      bytes.append(attribute: "y2", FlameDrawing.chartTop + chartHeight)
      bytes.append("/>")
      var label: [UInt8] = []
      if tick.time == 0 { label.append("0") } else { label.append(duration: tick.time) }
      appendText(x: x + 2, y: FlameDrawing.chartTop - 10, class: "tick", String(decoding: label, as: UTF8.self), to: &bytes)
    }
    bytes.append("</g>\n")
  }

  private func append(span index: Int, to bytes: inout [UInt8]) {
    let span = flame.spans[index]
    let bar = layout.bars[index]
    let left = FlameDrawing.chartLeft + bar.left * FlameDrawing.chartWidth
    let width = max(1, (bar.right - bar.left) * FlameDrawing.chartWidth)
    let top = FlameDrawing.chartTop + Double(bar.row) * FlameDrawing.rowHeight
    bytes.append("<g class=\"span")
    if span.status.contains("error") || span.status.hasPrefix("timeout") { bytes.append(" failed") }
    bytes.append("\" tabindex=\"0\"")
    appendData(index, to: &bytes)
    bytes.append("><title>")
    bytes.append(xml: shortened(span.name) + " " + durationText(span.end - span.start))
    bytes.append("</title><rect")
    bytes.append(attribute: "x", left)
    bytes.append(attribute: "y", top)
    bytes.append(attribute: "width", width)
    bytes.append(attribute: "height", FlameDrawing.barHeight)
    bytes.append(attribute: "fill", span.kind == .network ? ServiceColor.network : ServiceColor.of(span.service))
    bytes.append("/>")
    // The icon needs 16 pixels; name and duration what they are long.
    if width >= 16 { appendText(x: left + 5, y: top + 14, class: "icon", span.kind.name.description, to: &bytes) }
    let room = Int((width - 24) / FlameDrawing.characterWidth)
    if let label = fit(span.name, durationText(span.end - span.start), in: room) {
      appendText(x: left + 18, y: top + 14, class: "label", label, to: &bytes)
    }
    bytes.append("</g>\n")
  }

  /// What the script shows: every value is text in an attribute.
  private func appendData(_ index: Int, to bytes: inout [UInt8]) {
    let span = flame.spans[index]
    bytes.append(attribute: "data-owner", String(layout.serviceOfSpan[index]))
    bytes.append(attribute: "data-parent", span.parent.map { String($0) } ?? "")
    bytes.append(attribute: "data-kind", span.kind.name.description)
    bytes.append(attribute: "data-call", shortened(span.name))
    bytes.append(attribute: "data-service", shortened(span.service))
    bytes.append(attribute: "data-instance", shortened(span.instance))
    bytes.append(attribute: "data-point", span.observationPoint)
    bytes.append(attribute: "data-status", span.status)
    bytes.append(attribute: "data-start", durationText(span.start))
    bytes.append(attribute: "data-duration", durationText(span.end - span.start))
    bytes.append(attribute: "data-self", durationText(span.selfTime))
    bytes.append(attribute: "data-share", percentText(Double(span.selfTime) / Double(flame.duration)))
    if let method = span.joinMethod { bytes.append(attribute: "data-join", method) }
    if let confidence = span.confidence {
      var text: [UInt8] = []
      text.appendFixed(Int64((confidence * 100).rounded(.down)), fractionDigits: 2)
      bytes.append(attribute: "data-confidence", String(decoding: text, as: UTF8.self))
    }
    bytes.append(attribute: "data-reason", shortened(span.explanation ?? "nothing in the capture set it off"))
  }

  private func appendServices(to bytes: inout [UInt8]) {
    appendText(x: FlameDrawing.listLeft, y: FlameDrawing.chartTop - 10, class: "faint", "share of latency", to: &bytes)
    for (index, service) in layout.services.enumerated() {
      let top = FlameDrawing.chartTop + Double(index) * 20
      bytes.append("<g class=\"service\" tabindex=\"0\"")
      bytes.append(attribute: "data-owner", String(index))
      bytes.append("><rect")
      bytes.append(attribute: "x", FlameDrawing.listLeft)
      bytes.append(attribute: "y", top)
      bytes.append(" width=\"12\" height=\"12\"")
      bytes.append(attribute: "fill", service.isNetwork ? ServiceColor.network : ServiceColor.of(service.name))
      bytes.append("/>")
      let name = service.name.count > 24 ? String(service.name.prefix(23)) + "…" : service.name
      appendText(x: FlameDrawing.listLeft + 20, y: top + 10.5, class: "name", name, to: &bytes)
      bytes.append("<text text-anchor=\"end\" class=\"faint\"")
      bytes.append(attribute: "x", FlameDrawing.listLeft + FlameDrawing.listWidth)
      bytes.append(attribute: "y", top + 10.5)
      bytes.append(">")
      bytes.append(xml: durationText(service.selfTime) + " · " + percentText(service.share))
      bytes.append("</text></g>\n")
    }
  }

  private func appendText(x: Double, y: Double, class name: String, _ text: String, to bytes: inout [UInt8]) {
    bytes.append("<text")
    bytes.append(attribute: "class", name)
    bytes.append(attribute: "x", x)
    bytes.append(attribute: "y", y)
    bytes.append(">")
    bytes.append(xml: text)
    bytes.append("</text>")
  }

  /// Name and duration when both fit, the name cut when at least six characters of it do, otherwise nothing.
  private func fit(_ name: String, _ duration: String, in room: Int) -> String? {
    let whole = shortened(name)
    if whole.count + 1 + duration.count <= room { return whole + " " + duration }
    let left = room - duration.count - 2
    return left >= 6 ? String(whole.prefix(left)) + "… " + duration : nil
  }

  private func shortened(_ text: String) -> String {
    text.count > FlameDrawing.longestText ? String(text.prefix(FlameDrawing.longestText - 1)) + "…" : text
  }

  private func durationText(_ microseconds: Int64) -> String {
    var bytes: [UInt8] = []
    bytes.append(duration: microseconds)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func percentText(_ share: Double) -> String {
    var bytes: [UInt8] = []
    bytes.appendFixed(Int64((share * 1000).rounded()), fractionDigits: 1)
    bytes.append(" %")
    return String(decoding: bytes, as: UTF8.self)
  }
}
