import Capture
import Protocols

/// What is known of one service that calls another: exchanges and traffic.
package struct LinkFigures: MergeableFigures {
  package var application = ApplicationFigures()
  package var network = NetworkFigures()

  package init() {}

  package mutating func merge(_ other: LinkFigures) {
    application.merge(other.application)
    network.merge(other.network)
  }
}

extension AnalysisResult {
  /// Who calls whom, in which protocol: a row for each pair. The busiest first, then those with the most bytes.
  ///
  /// - Parameters:
  ///   - exchanges: Rows of the request log that stand for an exchange each.
  ///   - distinctFlows: Rows of the flow log that stand for a flow each.
  package func serviceMap(_ exchanges: [Int], _ distinctFlows: [Int]) -> MetricView<LinkFigures> {
    var groups = MetricGroups<LinkFigures>(nil, captureSeconds: captureSeconds)
    for index in exchanges {
      let row = requests[index]
      let cells: [Cell] = [
        row.clientService.map { .text($0) } ?? .address(row.client.address), Cell(text: row.serverService), .name(row.l7Protocol.name),
      ]
      groups.update(cells, at: 0) { $0.application.add(row) }
    }
    for index in distinctFlows {
      let row = flows[index]
      let cells: [Cell] = [
        row.clientService.map { .text($0) } ?? .address(row.client.address), Cell(text: row.serverService),
        row.l7Protocol.map { .name($0.name) } ?? .string(row.ipProtocol.name),
      ]
      groups.update(cells, at: 0) { figures in
        figures.network.begin(row)
        figures.network.add(FlowSlice(row), isNewInterval: true)
        figures.network.end(row)
      }
    }
    // Sockets that were opened and carried nothing call nobody.
    let rows = groups.rows.filter { row in
      let network = row.figures.network
      return row.figures.application.requestCount > 0 || network.toServer.packetCount &+ network.toClient.packetCount > 0
    }
    let order = rows.indices.sorted { left, right in
      let (a, b) = (rows[left].figures, rows[right].figures)
      if a.application.requestCount != b.application.requestCount { return a.application.requestCount > b.application.requestCount }
      if a.network.byteCount != b.network.byteCount { return a.network.byteCount > b.network.byteCount }
      return left < right
    }
    return MetricView(table: .serviceMap(hasLostEvidence: hasLostEvidence), rows: order.map { rows[$0] })
  }
}

extension NetworkFigures {
  /// Both ways.
  package var byteCount: UInt64 { toServer.byteCount &+ toClient.byteCount }
}

extension Table where Row == MetricRow<LinkFigures> {
  package static func serviceMap(hasLostEvidence: Bool) -> Table {
    let identity: [Column<Row>] = [
      Column("service_0", .text, "who calls: the process, else the address") { $0.dimensions[0] },
      Column("service_1", .text, "who is called: the process, else the address and port") { $0.dimensions[1] },
      Column("l7_protocol_str", .text, "application protocol, else the transport's") { $0.dimensions[2] },
    ]
    let application = Column<MetricRow<ApplicationFigures>>.applicationFigures(hasLostEvidence: hasLostEvidence).filter {
      $0.name != "completeness"
    }
    let names: Set = [
      "byte_tx", "byte_rx", "packet_tx", "packet_rx", "new_flow", "retrans", "retrans_ratio", "ooo", "zero_win", "tcp_establish_fail",
      "tcp_transfer_fail", "rtt", "rtt_max", "rtt_p95",
    ]
    let network = Column<MetricRow<NetworkFigures>>.networkFigures(hasLostEvidence: hasLostEvidence).filter { names.contains($0.name) }
    return Table(
      "map", "who calls whom: exchanges and flows of each pair of services",
      identity + columnsOfPart(application) { $0.application } + columnsOfPart(network) { $0.network } + [
        Column("completeness", .text, "complete, or lower_bound when evidence is missing") {
          let isComplete = $0.figures.application.isComplete && $0.figures.network.isComplete && !hasLostEvidence
          return .name((isComplete ? Completeness.complete : .lowerBound).name)
        }
      ])
  }
}

/// The same columns, of figures that are a part of others.
private func columnsOfPart<Part, Whole>(
  _ columns: [Column<MetricRow<Part>>], of part: @escaping @Sendable (Whole) -> Part
) -> [Column<MetricRow<Whole>>] {
  columns.map { column in
    let value = column.value
    return Column<MetricRow<Whole>>(column.name, column.kind, column.summary) {
      value(MetricRow<Part>(time: $0.time, seconds: $0.seconds, dimensions: $0.dimensions, figures: part($0.figures)))
    }
  }
}
