import Capture
import Protocols
import Transport

/// Texts that spans share.
struct SpanTexts {
  var sameBytes: TextID
  var sameDatagram: TextID
  var packets: TextID
}

extension TextTable {
  mutating func internSpanTexts() -> SpanTexts {
    SpanTexts(
      sameBytes: intern("the same bytes, by their TCP sequence numbers"),
      sameDatagram: intern("the same datagrams, by ports and the protocol's identifier"), packets: intern("packets"))
  }
}

/// Makes span and trace rows from request rows.
struct SpanBuilder {
  let texts: SpanTexts
  /// Names by request type and endpoint, so that equal names are put together once.
  private var names: [[TextID?]: TextID] = [:]

  init(texts: SpanTexts) { self.texts = texts }

  mutating func span(_ row: RequestRow, _ index: Int, trace: UInt64, _ table: inout TextTable) -> SpanRow {
    let isClient = row.observationPoint == .clientProcess
    let process = isClient ? row.clientProcess : row.serverProcess
    let service = (isClient ? row.clientService : row.serverService) ?? texts.packets
    let instance: TextID
    switch row.source {
    case .ebpf: instance = process.map { table.intern("\(table.string($0.name))[\($0.processID)]") } ?? service
    case .packet: instance = row.interfaceName ?? texts.packets
    }
    return SpanRow(
      id: row.id, trace: trace, parent: nil, requestIndex: index, requestRowID: row.id, kind: row.source == .ebpf ? .systemCall : .network,
      observationPoint: row.observationPoint, service: service, instance: instance, name: name(row, &table), startTime: row.startTime,
      endTime: row.spanEndTime, selfTime: 0, depth: 0, joinMethod: nil, confidence: nil, explanation: nil)
  }

  private mutating func name(_ row: RequestRow, _ table: inout TextTable) -> TextID {
    let parts = [row.summary.requestType, row.summary.requestResource ?? row.summary.endpoint]
    if let known = names[parts] { return known }
    let words = parts.compactMap { $0.map { table.string($0) } }.filter { !$0.isEmpty }
    let text = words.isEmpty ? "\(row.l7Protocol.name) response" : words.joined(separator: " ")
    let name = table.intern(text)
    names[parts] = name
    return name
  }

  /// Self time of each span from `first` on: its duration without what its children cover together.
  static func fillSelfTimes(_ spans: inout [SpanRow], from first: Int) {
    var indexByID: [UInt64: Int] = [:]
    var children: [[Range<Int64>]] = Array(repeating: [], count: spans.count - first)
    for index in first..<spans.count { indexByID[spans[index].id] = index }
    for index in first..<spans.count {
      guard let parent = spans[index].parent, let parentIndex = indexByID[parent] else { continue }
      let lower = max(spans[index].startTime.microseconds, spans[parentIndex].startTime.microseconds)
      let upper = min(spans[index].endTime.microseconds, spans[parentIndex].endTime.microseconds)
      if lower < upper { children[parentIndex - first].append(lower..<upper) }
    }
    for index in first..<spans.count {
      var covered: Int64 = 0
      var end = Int64.min
      for range in children[index - first].sorted(by: { $0.lowerBound < $1.lowerBound }) {
        covered += max(0, range.upperBound - max(range.lowerBound, end))
        end = max(end, range.upperBound)
      }
      spans[index].selfTime = max(0, spans[index].duration - covered)
    }
  }

  func trace(_ spans: [SpanRow], _ first: Int, _ rows: [RequestRow], _ table: inout TextTable) -> TraceRow {
    let root = spans[0]
    var services: [TextID] = []
    for span in spans where span.kind != .network && !services.contains(span.service) { services.append(span.service) }
    if services.isEmpty {
      for span in spans where !services.contains(span.service) { services.append(span.service) }
    }
    let traceID = spans.lazy.compactMap { rows[$0.requestIndex].summary.trace.traceID }.first
    let incomplete = spans.contains { rows[$0.requestIndex].completeness != .complete }
    return TraceRow(
      id: root.id, traceID: traceID, startTime: root.startTime, endTime: spans.map(\.endTime).max() ?? root.endTime, rootSpan: root.id,
      firstSpan: first, spanCount: spans.count, services: table.intern(services.map { table.string($0) }.joined(separator: ", ")),
      name: root.name, responseStatus: rows[root.requestIndex].status.rawValue, responseCode: rows[root.requestIndex].summary.responseCode,
      confidence: spans.compactMap(\.confidence).min() ?? 1, completeness: incomplete ? .lowerBound : .complete)
  }
}
