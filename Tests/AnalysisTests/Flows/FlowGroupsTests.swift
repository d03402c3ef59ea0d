import Capture
import Testing

@testable import Analysis

@Suite struct FlowGroupsTests {
  /// Random connections to three servers, seen on one interface or on two.
  private static func result(seed: UInt64, _ grouping: FlowGrouping? = nil) -> AnalysisResult {
    var generator = SeededGenerator(seed: seed)
    var segments: [FlowCapture.Segment] = []
    for number in 0..<60 {
      let server = UInt32.random(in: 0x0a00_0002...0x0a00_0004, using: &generator)
      let start = Int64.random(in: 1_000_000...60_000_000, using: &generator)
      let connection = FlowCapture.connection(&generator, clientPort: UInt16(40_000 + number), start: start)
      let interfaces: [UInt32] = Bool.random(using: &generator) ? [0, 1] : [0]
      for interface in interfaces {
        segments += connection.map { segment in
          var copy = segment
          copy.serverAddress = server
          copy.interface = interface
          copy.time += Int64(interface) * 40
          return copy
        }
      }
    }
    segments.sort { ($0.time, $0.interface, $0.clientPort) < ($1.time, $1.interface, $1.clientPort) }
    var options = AnalysisOptions()
    options.includesRequests = false
    options.flowGrouping = grouping
    var capture = FlowCapture(options)
    for segment in segments { capture.add(segment) }
    return capture.finish()
  }

  private static func text(_ cell: Cell, _ texts: borrowing TextTable) -> String {
    if let number = cell.number { return "\(number)" }
    if case .address(let address) = cell { return address.description }
    return cell.withText(texts) { String(decoding: $0, as: UTF8.self) } ?? "-"
  }

  @Test(
    "groups add up to the flow log, whatever they are made by, and hold no rows",
    arguments: [
      ["close_type"], ["pair"], ["interface"], ["service"], ["process", "port"], ["interface", "close_type", "client"], ["_id"],
      ["protocol"],
    ], [1, 2] as [UInt64])
  func sums(names: [String], seed: UInt64) throws {
    let log = Self.result(seed: seed)
    let grouping = try FlowGrouping(by: names, RowSelection())
    let grouped = Self.result(seed: seed, grouping)
    let view = grouped.flowGroups(grouping)
    #expect(grouped.flows.isEmpty && log.flows.count > 60)

    var expected: [String: [Int64]] = [:]
    let columns = try MetricDimensions.flowGroups.columns(names)
    for row in log.flows {
      let key = columns.map { Self.text($0.value(row), log.texts) }.joined(separator: " ")
      let figures = [
        1, Int64(row.toServer.byteCount + row.toClient.byteCount), Int64(row.toServer.packetCount),
        Int64(row.toServer.retransmissionCount), Int64(row.serverResponse.sum), Int64(row.roundTrip ?? 0),
      ]
      expected[key] = zip(expected[key] ?? Array(repeating: 0, count: figures.count), figures).map { $0 + $1 }
    }
    var actual: [String: [Int64]] = [:]
    for row in view.rows {
      let key = row.dimensions.map { Self.text($0, grouped.texts) }.joined(separator: " ")
      #expect(actual[key] == nil, "a group is one row")
      actual[key] = ["flow_count", "byte", "packet_tx", "retrans_tx", "srt_sum", "rtt_sum"].map { name in
        view.table.columns.first { $0.name == name }?.value(row).number ?? 0
      }
    }
    #expect(actual == expected)
    #expect(expected.values.reduce(0) { $0 + $1[3] } > 0, "some segments are sent again")
  }

  @Test("the selection chooses what is counted")
  func selection() throws {
    var selection = RowSelection()
    selection.closeTypes = ["finish"]
    let grouping = try FlowGrouping(by: ["close_type"], selection)
    let view = Self.result(seed: 3, grouping).flowGroups(grouping)
    let log = Self.result(seed: 3)
    #expect(view.rows.count == 1)
    #expect(view.rows.first.map { Int($0.figures.newFlowCount) } == log.flows.count { $0.closeType == .finish })
  }

  @Test("groups stand in one order, the most flows first")
  func order() throws {
    let grouping = try FlowGrouping(by: ["pair", "close_type"], RowSelection())
    let result = Self.result(seed: 4, grouping)
    let view = result.flowGroups(grouping)
    let order = try RowOrder.sort(Array(view.rows.indices), view.rows, view.table, grouping.order(RowSelection()), result.texts)
    let reversed = try RowOrder.sort(
      Array(view.rows.indices.reversed()), view.rows, view.table, grouping.order(RowSelection()), result.texts)
    #expect(order == reversed, "whatever order the groups were made in")
    let counts = order.map { view.rows[$0].figures.newFlowCount }
    #expect(counts == counts.sorted(by: >) && counts.count > 4)
  }

  @Test("a name that is no field is told with the one that was meant")
  func mistake() {
    #expect(throws: SelectionError.unknownField("close_typ", table: "l4_flow_log", nearest: "close_type")) {
      try FlowGrouping(by: ["close_typ"], RowSelection())
    }
  }
}
