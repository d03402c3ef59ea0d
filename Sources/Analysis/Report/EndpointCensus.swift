import Capture
import Protocols

/// Counts exchanges by endpoint, and finds what the slow ones wait for.
struct EndpointCensus {
  private struct Group {
    var key: EndpointKey
    var rows: [Int] = []
  }

  private var groups: [Group] = []
  private var indexOfKey: [[UInt32?]: Int] = [:]

  /// - Parameter exchanges: indices of request rows, one an exchange.
  init(_ result: borrowing AnalysisResult, exchanges: [Int]) {
    for index in exchanges {
      let row = result.requests[index]
      let identity = [
        row.serverService?.rawValue, UInt32(row.l7Protocol.rawValue), row.summary.requestType?.rawValue,
        EndpointCensus.endpoint(row)?.rawValue,
      ]
      let position = indexOfKey[identity] ?? groups.count
      if position == groups.count {
        indexOfKey[identity] = position
        groups.append(Group(key: EndpointCensus.key(row, result)))
      }
      groups[position].rows.append(index)
    }
  }

  /// One summary an endpoint, in order of first appearance.
  func endpoints(_ result: borrowing AnalysisResult) -> [EndpointSummary] {
    let children = ChildIndex(result)
    var summaries: [EndpointSummary] = []
    for group in groups {
      let durations = Percentiles(group.rows.compactMap { result.requests[$0].serviceDuration })
      var errors: [(text: String, count: Int)] = []
      for index in group.rows {
        let row = result.requests[index]
        guard row.status.isError else { continue }
        let text = row.summary.responseCode.map { "\(row.status.name) \($0)" } ?? row.status.name
        if let known = errors.firstIndex(where: { $0.text == text }) { errors[known].count += 1 } else { errors.append((text, 1)) }
      }
      var common: (text: String, count: Int)?
      for error in errors where error.count > common?.count ?? 0 { common = error }
      let slow = group.rows.filter { result.requests[$0].serviceDuration ?? -1 >= durations?.p95 ?? .max }
      summaries.append(
        EndpointSummary(
          key: group.key, exchangeCount: group.rows.count, errorCount: errors.reduce(0) { $0 + $1.count }, commonError: common,
          durations: durations, wait: EndpointCensus.wait(of: slow, children, result)))
    }
    return summaries
  }

  /// One summary a service and protocol; the busiest first.
  func services(_ result: borrowing AnalysisResult, _ endpoints: [EndpointSummary], seconds: Double) -> [ServiceSummary] {
    struct Key: Hashable {
      var service: String
      var l7Protocol: String
    }
    var order: [Key] = []
    var members: [Key: [Int]] = [:]
    for (index, group) in groups.enumerated() {
      let key = Key(service: group.key.service, l7Protocol: group.key.l7Protocol)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(index)
    }
    var summaries: [ServiceSummary] = []
    for key in order {
      let indices = members[key] ?? []
      var durations: [Int64] = []
      for index in indices {
        for row in groups[index].rows { if let duration = result.requests[row].serviceDuration { durations.append(duration) } }
      }
      var slowest: Int?
      for index in indices where endpoints[index].durations?.p95 ?? -1 > slowest.flatMap({ endpoints[$0].durations?.p95 }) ?? -1 {
        slowest = index
      }
      let count = indices.reduce(0) { $0 + endpoints[$1].exchangeCount }
      summaries.append(
        ServiceSummary(
          service: key.service, l7Protocol: key.l7Protocol, exchangeCount: count,
          errorCount: indices.reduce(0) { $0 + endpoints[$1].errorCount }, rate: seconds > 0 ? Double(count) / seconds : 0,
          durations: Percentiles(durations), slowestCall: slowest.map { endpoints[$0].key.call }))
    }
    return summaries.enumerated().sorted { ($1.element.exchangeCount, $0.offset) < ($0.element.exchangeCount, $1.offset) }.map(\.element)
  }

  private static func endpoint(_ row: RequestRow) -> TextID? { row.summary.endpoint ?? row.summary.requestResource }

  private static func key(_ row: RequestRow, _ result: borrowing AnalysisResult) -> EndpointKey {
    EndpointKey(
      service: row.serverService.map { result.texts.string($0) } ?? "unknown", l7Protocol: "\(row.l7Protocol.name)",
      requestType: row.summary.requestType.map { result.texts.string($0) } ?? "",
      endpoint: endpoint(row).map { result.texts.string($0) } ?? "")
  }

  /// What takes the largest part of these exchanges' time, among the exchanges below them.
  private static func wait(of rows: [Int], _ children: ChildIndex, _ result: borrowing AnalysisResult) -> EndpointSummary.Wait? {
    var total: Int64 = 0
    var waits: [(key: EndpointKey, time: Int64)] = []
    for index in rows {
      let row = result.requests[index]
      total += row.responseDuration ?? 0
      // Calls to one endpoint may run at the same time: their union counts, not their sum.
      var intervals: [(key: EndpointKey, range: Range<Int64>)] = []
      for child in children.children(ofRow: index) {
        let span = result.spans[child]
        let lower = max(span.startTime.microseconds, row.startTime.microseconds)
        let upper = min(span.endTime.microseconds, row.endTime.microseconds)
        if lower < upper { intervals.append((key(result.requests[span.requestIndex], result), lower..<upper)) }
      }
      for (position, interval) in intervals.enumerated() where !intervals[..<position].contains(where: { $0.key == interval.key }) {
        let time = unionLength(intervals.filter { $0.key == interval.key }.map(\.range))
        if let known = waits.firstIndex(where: { $0.key == interval.key }) {
          waits[known].time += time
        } else {
          waits.append((interval.key, time))
        }
      }
    }
    var largest: (key: EndpointKey, time: Int64)?
    for wait in waits where wait.time > largest?.time ?? 0 { largest = wait }
    guard let largest, total > 0 else { return nil }
    return EndpointSummary.Wait(key: largest.key, share: min(1, Double(largest.time) / Double(total)))
  }

  private static func unionLength(_ ranges: [Range<Int64>]) -> Int64 {
    var length: Int64 = 0
    var end = Int64.min
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      length += max(0, range.upperBound - max(range.lowerBound, end))
      end = max(end, range.upperBound)
    }
    return length
  }
}

/// The spans below each request row.
private struct ChildIndex {
  private var childrenOfRow: [Int: [Int]] = [:]

  init(_ result: borrowing AnalysisResult) {
    var rowOfSpan: [UInt64: Int] = [:]
    for span in result.spans { rowOfSpan[span.id] = span.requestIndex }
    for (index, span) in result.spans.enumerated() {
      // Observation points of the same exchange are no call of their own.
      guard let parent = span.parent, let row = rowOfSpan[parent], span.joinMethod != .tcpSequence, span.joinMethod != .datagram
      else { continue }
      childrenOfRow[row, default: []].append(index)
    }
  }

  func children(ofRow row: Int) -> [Int] { childrenOfRow[row] ?? [] }
}

extension ResponseStatus {
  /// DeepFlow's `error`: client error, server error or timeout.
  package var isError: Bool {
    switch self {
    case .clientError, .serverError, .timeout: true
    case .ok, .unknown, .parseFailed: false
    }
  }
}
