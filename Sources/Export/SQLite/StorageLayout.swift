/// How the rows of a table are stored: which columns stand together in a dictionary of combinations, and which times are stored as
/// differences. The views undo it; only the size of the file depends on it.
struct StorageLayout {
  /// A dictionary of combinations: what is the same for many rows is stored once, and a row holds its number.
  struct Group {
    var name: String
    var columns: [String]
  }

  var groups: [Group] = []
  /// Times stored as microseconds since the first row's.
  var basedColumns: [String] = ["start_time", "time"]
  /// Times stored as microseconds since another column of the same row.
  var relativeColumns: [String: String] = ["end_time": "start_time"]
  /// Columns with an index.
  var indexedColumns: [String] = []

  static func of(_ table: String) -> StorageLayout {
    var layout = StorageLayout()
    switch table {
    case "l7_flow_log":
      layout.groups = [
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
            "http_proxy_client", "sql_affected_rows", "completeness",
          ]),
        Group(name: "thread", columns: ["syscall_thread_0", "syscall_thread_1"]),
        Group(
          name: "header",
          columns: ["trace_id", "span_id", "parent_span_id", "x_request_id_0", "x_request_id_1", "request_id", "attributes"]),
      ]
    case "l4_flow_log":
      layout.groups = [
        Group(
          name: "path",
          columns: [
            "signal_source", "observation_point", "capture_nic_name", "vlan", "eth_type", "mac_0", "mac_1", "tunnel_type", "tunnel_tier",
            "ip_0", "ip_1", "server_port", "protocol", "direction_score", "l7_protocol_str", "request_domain", "process_id_0",
            "process_id_1", "process_kname_0", "process_kname_1", "service_0", "service_1",
          ]),
        Group(name: "outcome", columns: ["tcp_flags_bit_0", "tcp_flags_bit_1", "close_type", "status", "completeness"]),
      ]
    case "span": layout.indexedColumns = ["trace", "l7_flow_log_id"]
    default: break
    }
    return layout
  }
}
