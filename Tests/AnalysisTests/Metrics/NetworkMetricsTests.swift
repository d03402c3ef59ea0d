import Capture
import Testing

@testable import Analysis

@Suite struct NetworkMetricsTests {
  /// Random connections, seen on one interface or on two.
  private static func result(seed: UInt64, includesFlowSeconds: Bool) -> AnalysisResult {
    var generator = SeededGenerator(seed: seed)
    var segments: [FlowCapture.Segment] = []
    for number in 0..<40 {
      let connection = FlowCapture.connection(
        &generator, clientPort: UInt16(40_000 + number), start: Int64.random(in: 1_000_000...20_000_000, using: &generator))
      segments += connection
      if Bool.random(using: &generator) {
        segments += connection.map { segment in
          var copy = segment
          copy.interface = 1
          copy.time += 40
          return copy
        }
      }
    }
    segments.sort { ($0.time, $0.interface, $0.clientPort) < ($1.time, $1.interface, $1.clientPort) }
    var capture = FlowCapture(includesFlowSeconds: includesFlowSeconds)
    for segment in segments { capture.add(segment) }
    return capture.finish()
  }

  /// Every integer of a row by column name, those that can be added up.
  private static func counters(_ view: MetricView<NetworkFigures>) -> [String: Int64] {
    var sums: [String: Int64] = [:]
    for column in view.table.columns where column.kind == .integer || column.name.hasSuffix("_sum") {
      if ["flow_load", "server_port", "protocol"].contains(column.name) { continue }
      for row in view.rows {
        if let value = column.value(row).number { sums[column.name, default: 0] += value }
      }
    }
    return sums
  }

  @Test("every grouping and every interval adds up to the flow log, each connection once", arguments: [1, 2, 3, 4] as [UInt64])
  func sums(seed: UInt64) throws {
    let result = Self.result(seed: seed, includesFlowSeconds: true)
    let distinct = result.distinctFlowRows
    #expect(distinct.count == 40, "seed \(seed)")
    #expect(result.flows.count > 40)
    #expect(distinct.contains { result.flows[$0].slices.count > 2 }, "some flows last for several seconds")
    var expected: [String: Int64] = [:]
    let names = [
      "byte_tx", "byte_rx", "packet_tx", "packet_rx", "l3_byte_tx", "l3_byte_rx", "l4_byte_tx", "l4_byte_rx", "syn_count", "synack_count",
      "fin_count", "retrans_syn", "retrans_synack", "retrans_tx", "retrans_rx", "ooo_tx", "ooo_rx", "zero_win_tx", "zero_win_rx",
      "rtt_client_sum", "rtt_client_count", "rtt_server_sum", "rtt_server_count", "srt_sum", "srt_count", "art_sum", "art_count", "cit_sum",
      "cit_count",
    ]
    for name in names {
      let column = try #require(Table.flows.columns.first { $0.name == name })
      expected[name] = distinct.reduce(0) { $0 + (column.value(result.flows[$1]).number ?? 0) }
    }
    #expect(expected["retrans_tx"] ?? 0 > 0 && expected["srt_count"] ?? 0 > 0 && expected["cit_count"] ?? 0 > 0)
    for by in [[], ["service"], ["client", "server", "port"], ["close_type"], ["_id"]] {
      let dimensions = try MetricDimensions.flows.columns(by)
      for interval in [nil, MetricInterval.second, .minute] {
        let view = result.networkMetrics("network", distinct, by: dimensions, interval)
        let sums = Self.counters(view)
        for name in names { #expect(sums[name] == expected[name], "seed \(seed), \(by), \(name)") }
        #expect(sums["new_flow"] == 40)
        let closed = distinct.count { result.flows[$0].closeType != .forcedReport }
        #expect(sums["closed_flow"] == Int64(closed))
        #expect(sums["rtt_count"] == Int64(distinct.count { result.flows[$0].roundTrip != nil }))
      }
    }
  }

  @Test("traffic counts in the second in which it was seen")
  func seconds() throws {
    var capture = FlowCapture(includesFlowSeconds: true)
    let data = [(1_200_000, 100), (1_900_000, 50), (4_100_000, 10), (4_100_001, 7), (3_000_000, 1)] as [(Int64, Int)]
    var sequence: UInt32 = 1
    for (time, byteCount) in data {
      capture.add(
        FlowCapture.Segment(
          time: time, isFromClient: true, flags: 0x18, sequence: sequence, acknowledgment: 1, payloadByteCount: byteCount))
      sequence += UInt32(byteCount)
    }
    let result = capture.finish()
    let view = result.networkMetrics("network", result.distinctFlowRows, by: [], .second)
    #expect(view.rows.map(\.time) == [1_000_000, 4_000_000])
    // A packet whose time runs backwards counts in the second that has begun.
    #expect(view.rows.map(\.figures.toServer.packetCount) == [2, 3])
    #expect(view.rows.map(\.figures.toServer.l4ByteCount) == [190, 78])
    #expect(view.rows.map(\.figures.newFlowCount) == [1, 0])
    #expect(view.rows.map(\.figures.activeFlowCount) == [1, 1])
    let minute = result.networkMetrics("network_1m", result.distinctFlowRows, by: [], .minute)
    #expect(minute.rows.map(\.figures.activeFlowCount) == [1])
  }

  @Test("dividing flows into seconds changes no row of the flow log", arguments: [5, 6] as [UInt64])
  func rows(seed: UInt64) {
    let divided = Self.result(seed: seed, includesFlowSeconds: true)
    let whole = Self.result(seed: seed, includesFlowSeconds: false)
    #expect(divided.flows.count == whole.flows.count)
    #expect(divided.flows.contains { !$0.slices.isEmpty } && whole.flows.allSatisfy(\.slices.isEmpty))
    for (left, right) in zip(divided.flows, whole.flows) {
      for column in Table.flows.columns {
        #expect("\(column.value(left))" == "\(column.value(right))", "seed \(seed), \(column.name)")
      }
    }
  }

  @Test("the maximum of a second is that second's")
  func maxima() {
    var capture = FlowCapture(includesFlowSeconds: true)
    var time: Int64 = 1_000_000
    var sequence: UInt32 = 1
    for wait in [70_000, 20_000] as [Int64] {
      capture.add(
        FlowCapture.Segment(time: time, isFromClient: true, flags: 0x18, sequence: sequence, acknowledgment: 1, payloadByteCount: 9))
      sequence += 9
      capture.add(FlowCapture.Segment(time: time + wait, isFromClient: false, flags: 0x10, sequence: 1, acknowledgment: sequence))
      time += 2_000_000
    }
    let result = capture.finish()
    let view = result.networkMetrics("network", result.distinctFlowRows, by: [], .second)
    #expect(view.rows.map(\.figures.serverResponse.maximum) == [70_000, 20_000])
    #expect(result.flows.map { Int($0.serverResponse.maximum) } == [70_000])
  }
}
