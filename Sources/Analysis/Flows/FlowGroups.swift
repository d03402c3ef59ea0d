import Capture

/// What the flows of an analysis are grouped by, and which of them count.
package struct FlowGrouping: Sendable {
  let dimensions: [Column<FlowRow>]
  let filter: RowFilter<FlowRow>
  /// Whether processes and services decide which group a flow belongs to.
  let needsNames: Bool
  /// Whether it must be known which rows are of the same connection.
  let needsPaths: Bool

  /// Columns that are filled in when the processes are known.
  private static let namedColumns: Set = [
    "process_id_0", "process_id_1", "process_kname_0", "process_kname_1", "service_0", "service_1",
  ]

  private static let pathColumns: Set = [
    "flow_family", "path_position", "path_from", "path_to", "lost_tx", "lost_rx", "lost_byte_tx", "lost_byte_rx",
  ]

  /// - Throws: `SelectionError` when the flow log has no column for a name, or for what the selection asks for.
  package init(by names: [String], _ selection: RowSelection) throws(SelectionError) {
    dimensions = try MetricDimensions.flowGroups.columns(names)
    filter = try RowFilter(selection, .flows)
    // Columns may have another name here than in the log.
    let isOfNames = !FlowGrouping.namedColumns.isDisjoint(with: dimensions.map(\.name)) || names.contains { FlowGrouping.isOfNames($0) }
    needsPaths = !FlowGrouping.pathColumns.isDisjoint(with: dimensions.map(\.name))
    needsNames = isOfNames || !selection.services.isEmpty || !selection.processes.isEmpty || !selection.processIDs.isEmpty
  }

  private static func isOfNames(_ name: String) -> Bool {
    ["service", "client", "server", "process", "pid"].contains(name)
  }

  /// The table of the groups.
  package func table(hasLostEvidence: Bool) -> Table<MetricRow<NetworkFigures>> {
    let figures = Column.networkFigures(hasLostEvidence: hasLostEvidence).filter { $0.name != "new_flow" && $0.name != "flow_load" }
    let count = Column<MetricRow<NetworkFigures>>("flow_count", .integer, "flows, at each place where they were seen") {
      Cell($0.figures.newFlowCount)
    }
    let losses = needsPaths ? Column.pathLosses : []
    return .metrics("flow_groups", "traffic, faults and times of flows", by: dimensions, nil, figures: [count] + losses + figures)
  }

  /// The order of groups when none is asked for: the most flows first, then the most bytes. What the groups are made by makes it total.
  package func order(_ selection: RowSelection) -> RowSelection {
    var selection = selection
    if selection.sort.isEmpty {
      selection.sort = [.init("flow_count", isDescending: true), .init("byte", isDescending: true)]
    }
    selection.sort += dimensions.map { .init($0.name) }
    return selection
  }
}

extension AnalysisResult {
  /// The groups that were asked for, whose rates are per second of the capture.
  package func flowGroups(_ grouping: FlowGrouping) -> MetricView<NetworkFigures> {
    MetricView(
      table: grouping.table(hasLostEvidence: hasLostEvidence),
      rows: flowGroups.map { row in
        var row = row
        row.seconds = captureSeconds
        return row
      })
  }
}

/// Adds finished flows to their groups, so that memory follows the groups and not the flows.
struct FlowGroups {
  /// Flows that wait for the names of their processes: system calls tell these later than packets tell the flow. Beyond it, flows
  /// are named by what is known then. Where ways are compared, all wait to the end.
  static let waitingLimit = 65_536

  private let grouping: FlowGrouping
  private var groups = MetricGroups<NetworkFigures>(nil, captureSeconds: 0)
  private var waiting: [FlowRow] = []
  private var naming = ProcessNaming()

  init(_ grouping: FlowGrouping) { self.grouping = grouping }

  mutating func add(_ row: FlowRow, _ owners: borrowing SocketOwners, _ texts: inout TextTable) {
    guard grouping.needsNames || grouping.needsPaths else { return count(row, texts) }
    waiting.append(row)
    if waiting.count >= FlowGroups.waitingLimit, !grouping.needsPaths { nameWaiting(owners, &texts) }
  }

  /// The groups, in order of their first flow's end.
  mutating func finish(_ owners: borrowing SocketOwners, _ texts: inout TextTable) -> [MetricRow<NetworkFigures>] {
    nameWaiting(owners, &texts)
    return groups.rows
  }

  private mutating func nameWaiting(_ owners: borrowing SocketOwners, _ texts: inout TextTable) {
    if grouping.needsPaths {
      FlowStage.sort(&waiting) { ($0.startTime, $0.flowID) }
      FlowPaths.complete(&waiting, &texts)
    }
    for index in waiting.indices {
      naming.complete(&waiting[index], owners, &texts)
      count(waiting[index], texts)
    }
    waiting.removeAll(keepingCapacity: true)
  }

  private mutating func count(_ row: FlowRow, _ texts: borrowing TextTable) {
    if !grouping.filter.isEmpty, !grouping.filter.matches(row, texts) { return }
    groups.update(grouping.dimensions, of: row) { figures in
      figures.begin(row)
      figures.add(FlowSlice(row), isNewInterval: true)
      figures.end(row)
    }
  }
}
