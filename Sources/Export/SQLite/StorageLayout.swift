/// How the rows of a table are stored: which columns stand together in a dictionary of combinations, and which are stored as
/// differences. The views undo it; only the size of the file depends on it: zero takes no byte in SQLite, small integers one or two.
struct StorageLayout {
  /// A dictionary of combinations: what is the same for many rows is stored once, and a row holds its number.
  struct Group {
    var name: String
    var columns: [String]
  }

  /// What a value is stored as the difference to: one column of the same row, or one minus another. They stand before it.
  struct Reference {
    var column: String
    var minus: String?
  }

  var groups: [Group] = []
  /// Times stored as microseconds since the first row's.
  var basedColumns: Set<String> = ["start_time", "time"]
  var references: [String: Reference] = ["end_time": Reference(column: "start_time")]
  /// Columns stored as the difference to a column of the row of `l7_flow_log` that has the same `_id`: a span is made from one, a trace
  /// begins with one. Of texts the numbers are subtracted.
  var leaders: [String: String] = [:]
  /// Identifiers stored as their distance to the row's own: `IdentifierDistance`.
  var identifierColumns: Set<String> = []
  /// TCP sequence numbers, stored as their distance to the first one of the row's combination in this group.
  var sequenceGroup: String?
  var sequenceColumns: [String] = []

  /// The table that others lean on, and its columns that they do.
  static let leader = "l7_flow_log"
  static let leaderColumns = ["trace_id", "start_time", "end_time"]

  static func of(_ table: String) -> StorageLayout {
    var layout = StorageLayout()
    let span = Reference(column: "end_time", minus: "start_time")
    switch table {
    case leader:
      layout.groups = requestGroups
      layout.references["response_duration"] = span
      layout.references["last_byte_duration"] = Reference(column: "response_duration")
      layout.references["captured_request_byte"] = Reference(column: "request_length")
      layout.references["captured_response_byte"] = Reference(column: "response_length")
      layout.references["syscall_trace_id_response"] = Reference(column: "syscall_trace_id_request")
      layout.sequenceGroup = "flow"
      layout.sequenceColumns = ["req_tcp_seq", "resp_tcp_seq"]
    case "l4_flow_log":
      layout.groups = flowGroups
      layout.references["flow_id"] = Reference(column: "_id")
      layout.references["flow_family"] = Reference(column: "_id")
      layout.references["duration"] = span
      // What was measured once has its sum for its maximum.
      for name in ["rtt_client", "rtt_server", "srt", "art", "cit", "rrt"] {
        layout.references["\(name)_max"] = Reference(column: "\(name)_sum")
      }
    case "trace":
      layout.leaders = ["trace_id": "trace_id", "start_time": "start_time", "end_time": "end_time"]
      layout.references["duration"] = span
      layout.identifierColumns = ["root_span"]
      layout.groups = [
        // What is stored as a difference that is nearly always 0 costs nothing here.
        Group(
          name: "outcome",
          columns: [
            "root_span", "duration", "span_count", "services", "response_status", "response_code", "confidence", "completeness",
          ])
      ]
    case "span":
      layout.leaders = ["start_time": "start_time", "end_time": "end_time"]
      layout.references["duration"] = span
      layout.identifierColumns = ["trace", "parent", "l7_flow_log_id", "runner_up"]
      layout.groups = [
        Group(name: "place", columns: ["l7_flow_log_id", "kind", "observation_point", "service", "instance", "duration"]),
        Group(name: "edge", columns: ["join_method", "confidence", "runner_up_confidence", "explanation"]),
      ]
    default: break
    }
    for column in layout.leaders.keys {
      layout.references[column] = nil
      layout.basedColumns.remove(column)
    }
    return layout
  }

  private static let requestGroups = [
    Group(
      name: "flow",
      columns: [
        "flow_id", "signal_source", "observation_point", "capture_nic_name", "ip_0", "ip_1", "client_port", "server_port", "protocol",
        "l7_protocol_str", "is_tls", "syscall_coroutine_0", "syscall_coroutine_1", "process_id_0", "process_id_1", "process_kname_0",
        "process_kname_1", "pod_0", "pod_1", "container_0", "container_1", "service_0", "service_1",
      ]),
    Group(
      name: "call",
      columns: [
        "version", "type", "request_type", "request_domain", "endpoint", "response_status", "response_code", "response_exception",
        "http_proxy_client", "sql_affected_rows", "completeness", "response_duration",
        "last_byte_duration",
      ]),
    Group(name: "thread", columns: ["syscall_thread_0", "syscall_thread_1"]),
    Group(name: "header", columns: ["trace_id", "span_id", "parent_span_id", "x_request_id_0", "x_request_id_1", "attributes"]),
  ]

  private static let flowGroups = [
    Group(
      name: "path",
      columns: [
        "signal_source", "observation_point", "capture_nic_name", "vlan", "eth_type", "tunnel_type", "tunnel_tier", "protocol",
        "direction_score", "l7_protocol_str", "tcp_flags_bit_0", "tcp_flags_bit_1", "close_type", "status", "completeness",
      ]),
    Group(name: "client", columns: ["mac_0", "ip_0", "process_id_0", "process_kname_0", "service_0"]),
    Group(name: "server", columns: ["mac_1", "ip_1", "server_port", "request_domain", "process_id_1", "process_kname_1", "service_1"]),
    Group(name: "tunnel", columns: ["tunnel_id", "tunnel_ip_0", "tunnel_ip_1"]),
    Group(
      name: "step", columns: ["path_position", "path_from", "path_to", "lost_tx", "lost_rx", "lost_byte_tx", "lost_byte_rx"]),
    Group(
      name: "tcp",
      columns: [
        "syn_count", "synack_count", "fin_count", "retrans_syn", "retrans_synack", "retrans_tx", "retrans_rx", "ooo_tx", "ooo_rx",
        "zero_win_tx",
        "zero_win_rx", "rtt_client_count", "rtt_server_count", "srt_count", "art_count", "cit_count", "dup_ack_tx", "dup_ack_rx", "sack_tx",
        "sack_rx", "keep_alive_tx", "keep_alive_rx", "mss_tx", "mss_rx", "window_scale_tx", "window_scale_rx",
        "sack_permitted", "history", "packet_cut",
      ]),
    Group(
      name: "l7",
      columns: [
        "l7_request", "l7_response", "l7_client_error", "l7_server_error", "l7_server_timeout", "rrt_count", "l7_parse_failed", "tls_rtt",
      ]),
  ]
}
