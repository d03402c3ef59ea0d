package import Analysis

extension Table where Row == FlowRow {
  /// What `deepflow flows` shows. What a wide terminal has room for stands beside what it belongs to.
  package var textColumns: [TextColumn<Row>] {
    func extra(_ rank: Int, _ list: KeyValuePairs<String, [String]>) -> [TextColumn<Row>] { textColumns(list).map { $0.extra(rank) } }
    // Of a time, fractions of its second are the least that a narrow line can do without.
    return textColumns(["TIME": ["start_time"]]).map { $0.flexible(to: 20) } + textColumns(["POINT": ["observation_point"]])
      + extra(7, ["NIC": ["capture_nic_name"]])
      + textColumns(["CLIENT": ["ip_0"]]) + extra(1, ["CPORT": ["client_port"]]) + extra(4, ["CPROCESS": ["process_kname_0"]])
      + textColumns(["SERVER": ["ip_1"], "PORT": ["server_port"]]) + extra(5, ["SPROCESS": ["process_kname_1"]])
      + textColumns(["PROTO": ["l7_protocol_str", "protocol"], "CLOSE": ["close_type"]])
      + [TextColumn(bytes: "TX", column("byte_tx")), TextColumn(bytes: "RX", column("byte_rx"))]
      + textColumns(["LASTED": ["duration"]]) + extra(2, ["RTT": ["rtt"]]) + extra(3, ["RETX": ["retrans_tx"], "RERX": ["retrans_rx"]])
      + extra(6, ["SRT": ["srt_max"], "ART": ["art_max"]]) + extra(8, ["HISTORY": ["history"]])
  }
}

extension Table where Row == MetricRow<NetworkFigures> {
  /// What `deepflow flows --by` shows: what the rows are grouped by, and the figures that matter most.
  package var flowGroupTextColumns: [TextColumn<Row>] {
    let dimensions = columns.prefix { $0.name != "flow_count" }.map { column in
      TextColumn(Table.dimensionHeadings.first { $0.key == column.name }?.value ?? column.name.uppercased(), [column])
    }
    if column("lost_tx") != nil {
      return dimensions
        + textColumns([
          "FLOWS": ["flow_count"], "PKT TX": ["packet_tx"], "PKT RX": ["packet_rx"], "LOST TX": ["lost_tx"], "LOST RX": ["lost_rx"],
          "LOST TX %": ["lost_tx_ratio"], "LOST RX %": ["lost_rx_ratio"], "RETRANS": ["retrans"],
        ])
    }
    return dimensions
      + textColumns(["FLOWS": ["flow_count"]]) + [TextColumn(bytes: "TX", column("byte_tx")), TextColumn(bytes: "RX", column("byte_rx"))]
      + textColumns([
        "PACKETS": ["packet"], "RETRANS": ["retrans"],
        "RETRANS %": ["retrans_ratio"], "RTT AVG": ["rtt"], "RTT MAX": ["rtt_max"],
      ])
      + textColumns(["BYTES/S": ["byte_rate"]]).map { $0.extra(1) } + textColumns(["EST FAIL": ["tcp_establish_fail"]]).map { $0.extra(2) }
      + textColumns(["SRT AVG": ["srt"], "ART AVG": ["art"]]).map { $0.extra(3) }
  }

  private static var dimensionHeadings: KeyValuePairs<String, String> {
    [
      "service_0": "CLIENT", "service_1": "SERVER", "ip_0": "CLIENT", "ip_1": "SERVER", "process_kname_0": "CLIENT",
      "process_kname_1": "SERVER", "capture_nic_name": "INTERFACE", "close_type": "CLOSE", "protocol": "PROTO", "server_port": "PORT",
      "l7_protocol_str": "PROTOCOL", "observation_point": "POINT", "path_from": "FROM", "path_to": "TO", "flow_family": "FAMILY",
      "path_position": "POSITION",
    ]
  }
}

extension TextColumn {
  /// A number of bytes in at most five characters: all of its digits, or three of them and a power of thousand.
  fileprivate init(bytes heading: String, _ column: Column<Row>?) {
    guard let column else { preconditionFailure("the table has a column for \(heading)") }
    self.init(
      heading,
      [
        Column(column.name, .integer, column.summary) { row in
          let cell = column.value(row)
          guard let count = cell.number, count >= 100_000 else { return cell }
          return .string(ShortNumber.text(UInt64(count)))
        }
      ])
  }
}

/// Numbers for columns that must stay narrow.
enum ShortNumber {
  /// `123k`, `1.23M`: three digits, rounded down, and the power of thousand.
  static func text(_ value: UInt64) -> String {
    var whole = value
    var thousandths: UInt64 = 0
    for unit in ["", "k", "M", "G", "T", "P", "E"] {
      if whole < 1000 {
        if unit.isEmpty || whole >= 100 { return "\(whole)\(unit)" }
        return whole >= 10 ? "\(whole).\(thousandths / 100)\(unit)" : "\(whole).\(thousandths / 100)\(thousandths / 10 % 10)\(unit)"
      }
      (whole, thousandths) = whole.quotientAndRemainder(dividingBy: 1000)
    }
    preconditionFailure("64 bits are less than a thousand exa")
  }
}
