import Analysis
import Capture
import Testing

@testable import Export

@Suite struct FlameGraphTests {
  private func drawing() -> [UInt8] {
    let result = ShopResult.make()
    var bytes: [UInt8] = []
    FlameDrawing(TraceFlame(result.traces[0], result)).append(to: &bytes)
    return bytes
  }

  private func span(_ parent: Int?, _ start: Int64, _ end: Int64, _ service: String = "a", selfTime: Int64 = 0) -> TraceFlame.Span {
    TraceFlame.Span(
      kind: .systemCall, name: "GET /", service: service, instance: service, observationPoint: "s-p", parent: parent, depth: 0,
      start: start,
      end: end, selfTime: selfTime, joinMethod: nil, confidence: nil, explanation: nil, status: "ok")
  }

  private func flame(_ spans: [TraceFlame.Span], duration: Int64) -> TraceFlame {
    var flame = TraceFlame(ShopResult.make().traces[0], ShopResult.make())
    flame.spans = spans
    flame.duration = duration
    return flame
  }

  @Test("the drawing is the golden file, byte for byte")
  func golden() { Golden.check(drawing(), "trace.svg") }

  @Test("the drawing is well-formed XML and loads nothing")
  func wellFormed() {
    let text = String(decoding: drawing(), as: UTF8.self)
    #expect(XMLCheck.fault(in: text) == nil)
    for word in ["href", "url(", "@import", "src=", "fetch(", "XMLHttp", "innerHTML"] { #expect(!text.contains(word), "\(word)") }
    // The one address is the name of the language.
    #expect(text.components(separatedBy: "http").count == text.components(separatedBy: "http://www.w3.org/2000/svg").count)
  }

  @Test(
    "the checker of well-formedness finds faults",
    arguments: [
      "<a><b></a></b>", "<a x=\"1\" x=\"2\"/>", "<a>&</a>", "<a x=\"<\"/>", "<a>", "<a/><b/>", "<a>\u{1}</a>",
    ])
  func checker(text: String) { #expect(XMLCheck.fault(in: text) != nil) }

  @Test("a child stands below its parent, and spans of one row do not overlap")
  func rows() {
    var generator = SeededGenerator(seed: 3)
    var spans = [span(nil, 0, 1000)]
    for index in 1..<300 {
      let parent = Int.random(in: 0..<index, using: &generator)
      let start = Int64.random(in: 0...900, using: &generator)
      spans.append(span(parent, start, start + Int64.random(in: 0...100, using: &generator)))
    }
    let layout = FlameLayout(flame(spans, duration: 1000))
    for (index, item) in spans.enumerated() {
      if let parent = item.parent { #expect(layout.bars[index].row > layout.bars[parent].row) }
      for other in 0..<index where layout.bars[other].row == layout.bars[index].row {
        let isApart = spans[other].end <= item.start || item.end <= spans[other].start || spans[other].start != item.start
        #expect(isApart && !(spans[other].start..<spans[other].end).overlaps(item.start..<item.end))
      }
      #expect(layout.bars[index].left <= layout.bars[index].right && layout.bars[index].right <= 1)
    }
    #expect(layout.rowCount == (layout.bars.map(\.row).max() ?? 0) + 1)
  }

  @Test("services are ordered by their share of the latency, and the shares add up to one")
  func shares() {
    let spans = [span(nil, 0, 100, "b", selfTime: 10), span(0, 0, 50, "a", selfTime: 60), span(0, 50, 90, "b", selfTime: 30)]
    let layout = FlameLayout(flame(spans, duration: 100))
    #expect(layout.services.map(\.name) == ["a", "b"])
    #expect(layout.services.map(\.share) == [0.6, 0.4])
    #expect(layout.serviceOfSpan == [1, 0, 1])
  }

  @Test("the axis has at most nine steps, at round times", arguments: [1, 7, 99, 1_320_400, 3_600_000_000, Int64.max] as [Int64])
  func ticks(duration: Int64) {
    let ticks = FlameLayout(flame([span(nil, 0, duration)], duration: duration)).ticks
    #expect(ticks.first?.time == 0)
    #expect((1...10).contains(ticks.count))
    #expect(ticks.allSatisfy { $0.position <= 1 })
  }
}
