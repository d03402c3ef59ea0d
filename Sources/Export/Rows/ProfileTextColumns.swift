package import Analysis
package import Profiles

extension Table where Row == ProfileShare {
  /// What `deepflow profile` shows.
  package func textColumns(by grouping: ProfileGrouping) -> [TextColumn<Row>] {
    let selfText = Column<Row>("self", .integer, "") { .string(ProfileText.share($0.selfShare)) }
    let totalText = Column<Row>("total", .integer, "") { .string(ProfileText.share($0.totalShare)) }
    let valueText = Column<Row>("value", .integer, "") { .string(ProfileText.value($0.selfValue, $0.unit)) }
    var columns = [TextColumn("SELF", [selfText])]
    if grouping == .function { columns.append(TextColumn("TOTAL", [totalText])) }
    columns += [TextColumn(grouping == .function ? "SELF VALUE" : "VALUE", [valueText])]
    columns += textColumns(["SAMPLES": ["sample_count"]])
    switch grouping {
    case .function: columns += textColumns(["FUNCTION": ["name"]])
    case .process: columns += textColumns(["PID": ["process_id"], "PROCESS": ["name"]])
    case .thread: columns += textColumns(["PID": ["process_id"], "TID": ["thread_id"], "PROCESS": ["process_kname"], "THREAD": ["name"]])
    }
    return columns
  }
}
