package import Analysis

/// A column of a view for people: a heading, and the catalog columns whose first value that is not null is shown.
package struct TextColumn<Row>: Sendable {
  package let heading: String
  package let sources: [Column<Row>]
  /// Text that may be cut with `…` when the line would become too long; other columns are never cut.
  package private(set) var isFlexible: Bool
  package let isRightAligned: Bool
  /// A flexible column is not made narrower than this.
  private(set) var narrowestWidth: Int
  /// The state that decides the colour on a terminal: errors are red.
  let state: Column<Row>?
  /// Shown only where the line has room for it as it is; those with low ranks first. `nil` for columns that are always shown.
  package private(set) var extraRank: Int?

  /// The column of a `--fields` list: its heading is the field's name.
  package init(_ column: Column<Row>) {
    self.init(column.name, [column])
  }

  package init(_ heading: String, _ sources: [Column<Row>]) {
    self.heading = heading
    self.sources = sources
    let names = Set(sources.map(\.name))
    // Codes are numbers in the catalog, and shown as names.
    let isCoded = !names.isDisjoint(with: ["protocol", "close_type"])
    // States are short, and cutting one would make it another.
    let isState = !names.isDisjoint(with: ["response_status", "status"])
    isFlexible = (isCoded || sources.contains { $0.kind == .text }) && !isState
    isRightAligned = !isCoded && sources.allSatisfy { $0.kind == .integer || $0.kind == .real || $0.kind == .duration }
    // Half an address is of no use to anybody: an IPv4 address stays whole.
    narrowestWidth = max(heading.count, names == ["ip_0"] || names == ["ip_1"] ? 15 : 6)
    state = sources.first { ["response_status", "status"].contains($0.name) }
  }

  /// The same column for wide lines only.
  func extra(_ rank: Int) -> TextColumn {
    var column = self
    column.extraRank = rank
    return column
  }

  /// The same column, which may be cut to `narrowestWidth`.
  func flexible(to narrowestWidth: Int) -> TextColumn {
    var column = self
    column.isFlexible = true
    column.narrowestWidth = max(narrowestWidth, heading.count)
    return column
  }

  /// What the row shows.
  @inline(__always)
  func cell(_ row: borrowing Row) -> Cell {
    for source in sources {
      let cell = source.value(row)
      if !cell.isAbsent { return cell }
    }
    return .null
  }
}

extension Table {
  package func column(_ name: String) -> Column<Row>? { columns.first { $0.name == name } }

  /// Text columns by heading and names of catalog columns, of which every one must exist.
  func textColumns(_ list: KeyValuePairs<String, [String]>) -> [TextColumn<Row>] {
    list.map { heading, names in
      TextColumn(
        heading,
        names.map { name in
          guard let column = column(name) else { preconditionFailure("the table \(self.name) has no column \(name)") }
          return column
        })
    }
  }
}

extension Table where Row == RequestRow {
  /// What `deepflow requests` shows.
  package var textColumns: [TextColumn<Row>] {
    textColumns([
      "TIME": ["start_time"], "POINT": ["observation_point"], "CLIENT": ["service_0", "ip_0"], "SERVER": ["service_1", "ip_1"],
      "PROTOCOL": ["l7_protocol_str"], "TYPE": ["request_type"], "RESOURCE": ["request_resource", "endpoint"],
      "STATUS": ["response_code", "response_status"],
      "DURATION": ["response_duration"],
    ])
  }
}

extension Table where Row == TraceRow {
  /// What `deepflow traces` shows.
  package var textColumns: [TextColumn<Row>] {
    textColumns([
      "TIME": ["start_time"], "ID": ["_id"], "DURATION": ["duration"], "STATUS": ["response_status"], "NAME": ["name"],
      "SERVICES": ["services"], "SPANS": ["span_count"],
    ])
  }
}

extension Table {
  /// What `deepflow metrics` and `deepflow map` show: what the rows are grouped by, and the figures that matter most.
  package var metricTextColumns: [TextColumn<Row>] {
    let headings: KeyValuePairs = [
      "time": "TIME", "service": "SERVICE", "service_0": "CLIENT", "service_1": "SERVER", "l7_protocol_str": "PROTOCOL",
      "protocol": "PROTO", "request": "REQ", "request_rate": "REQ/S", "error_ratio": "ERR %", "timeout": "TIMEOUT", "rrt": "AVG",
      "rrt_p50": "P50", "rrt_p95": "P95", "rrt_p99": "P99", "rrt_max": "MAX", "byte_tx": "TX", "byte_rx": "RX",
      "packet_tx": "PKT TX", "packet_rx": "PKT RX", "new_flow": "FLOWS", "retrans": "RETRANS", "retrans_ratio": "RETRANS %",
      "tcp_establish_fail": "EST FAIL", "rtt_p50": "RTT P50", "rtt_p95": "RTT P95",
    ]
    let isMap = name == "map"
    let leftOutOfMap: Set = [
      "rrt", "rrt_p99", "packet_tx", "packet_rx", "retrans_ratio", "rtt_p50", "rtt_p95", "rrt_max", "tcp_establish_fail",
    ]
    let figures = columns.firstIndex { $0.name == "request" || $0.name == "byte" } ?? columns.count
    return columns.enumerated().compactMap { index, column in
      if let heading = headings.first(where: { $0.key == column.name })?.value {
        return isMap && leftOutOfMap.contains(column.name) ? nil : TextColumn(heading, [column])
      }
      return index < figures ? TextColumn(column.name.uppercased(), [column]) : nil
    }
  }
}
