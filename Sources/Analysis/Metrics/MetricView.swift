import Capture
import Protocols

/// Metrics of one kind: a table of the catalog, and its rows.
package struct MetricView<Figures: MergeableFigures>: Sendable {
  package let table: Table<MetricRow<Figures>>
  package let rows: [MetricRow<Figures>]
}

/// What `metrics` can be grouped by, by the name that the tables use.
package struct MetricDimensions<Source>: Sendable {
  /// The columns of the table without `_map`, and with it.
  package let ofServices: [Column<Source>]
  package let ofPairs: [Column<Source>]
  /// Other names for columns of the log.
  let aliases: [String: String]
  /// Names for several columns of the log.
  var groups: [String: [String]] = [:]
  let log: Table<Source>

  /// The columns of these names: those of the metric tables, of the log, and short names for the ones needed most.
  package func columns(_ names: [String]) throws(SelectionError) -> [Column<Source>] {
    var columns: [Column<Source>] = []
    for name in names {
      if let known = (ofServices + ofPairs).first(where: { $0.name == name }) {
        columns.append(known)
      } else if let group = groups[name] {
        columns += try RowOrder.columns(group, of: log)
      } else if let alias = aliases[name] {
        columns += try RowOrder.columns([alias], of: log).map { $0.renamed(alias) }
      } else {
        columns += try RowOrder.columns([name], of: log)
      }
    }
    return columns
  }
}

extension MetricDimensions where Source == RequestRow {
  package static let requests = MetricDimensions(
    ofServices: [
      column("service_1", as: "service"), column("l7_protocol_str"), column("request_type"), column("endpoint"),
    ],
    ofPairs: [
      column("service_0"), column("service_1"), column("ip_0"), column("ip_1"), column("server_port"), column("l7_protocol_str"),
      column("request_type"), column("endpoint"),
    ],
    aliases: shortNames.merging(["protocol": "l7_protocol_str", "type": "request_type", "status": "response_status"]) { $1 }, log: .requests
  )

  private static func column(_ name: String, as shown: String? = nil) -> Column<RequestRow> {
    Table.requests.known(name).renamed(shown ?? name)
  }
}

extension MetricDimensions where Source == FlowRow {
  package static let flows = MetricDimensions(
    ofServices: [column("service_1", as: "service"), column("ip_1", as: "ip"), column("server_port"), column("protocol")],
    ofPairs: [
      column("service_0"), column("service_1"), column("ip_0"), column("ip_1"), column("server_port"), column("protocol"),
    ],
    aliases: shortNames, log: .flows)

  /// Of `flows --by`: whoever looks at flows looks at both of their ends.
  package static let flowGroups = MetricDimensions(
    ofServices: [column("service_1", as: "service")], ofPairs: [], aliases: shortNames.filter { $0.key != "process" },
    groups: [
      "process": ["process_kname_0", "process_kname_1"], "pair": ["ip_0", "ip_1"], "path": ["path_from", "path_to"],
      "family": ["flow_family"],
    ], log: .flows)

  private static func column(_ name: String, as shown: String? = nil) -> Column<FlowRow> {
    Table.flows.known(name).renamed(shown ?? name)
  }
}

private let shortNames = [
  "client": "service_0", "server": "service_1", "port": "server_port", "ip": "ip_1", "process": "process_kname_1", "pid": "process_id_1",
  "interface": "capture_nic_name",
]

extension Table {
  /// The column of this name, which the catalog has.
  fileprivate func known(_ name: String) -> Column<Row> {
    guard let column = columns.first(where: { $0.name == name }) else { preconditionFailure("\(self.name) has a column \(name)") }
    return column
  }
}

extension Column {
  func renamed(_ name: String) -> Column { Column(name, kind, summary, value) }
}

extension Table {
  /// A table of metrics: the start of the interval, what the rows are grouped by, the figures.
  static func metrics<Source, Figures>(
    _ name: String, _ summary: String, by dimensions: [Column<Source>], _ interval: MetricInterval?, figures: [Column<MetricRow<Figures>>]
  ) -> Table where Row == MetricRow<Figures> {
    var columns: [Column<MetricRow<Figures>>] = []
    if interval != nil {
      columns.append(
        Column<MetricRow<Figures>>("time", .time, "start of the interval, µs since the epoch") { $0.time.map { .time($0) } ?? .null })
    }
    for (index, dimension) in dimensions.enumerated() {
      columns.append(Column<MetricRow<Figures>>(dimension.name, dimension.kind, dimension.summary) { $0.dimensions[index] })
    }
    return Table(name, interval.map { "\(summary), per \($0.name)" } ?? summary, columns + figures)
  }
}
