import Capture
import Protocols
import Transport

extension Table where Row == RequestRow {
  /// `l7_flow_log` of DESIGN.md §3, names and order.
  package static let requests = Table(
    "l7_flow_log", "one exchange (request and response) at one observation point, or an unpaired half",
    [
      Column("_id", .integer, "identifier of the row, the same in every analysis of the file") { Cell($0.id) },
      Column("flow_id", .integer, "identifier of the flow (l4_flow_log) it was seen on") { Cell($0.flowID) },
      Column("start_time", .time, "first byte of the request, µs since the epoch") { .time($0.startTime.microseconds) },
      Column("end_time", .time, "first byte of the response, µs since the epoch; the start when there is none") {
        .time($0.endTime.microseconds)
      },
      Column("response_duration", .duration, "µs from the first byte of the request to the first byte of the response") {
        Cell(duration: $0.responseDuration)
      },
      Column("last_byte_duration", .duration, "µs from the first byte of the request to the last byte of the response") {
        Cell(duration: $0.lastByteDuration)
      },
      Column("signal_source", .text, "what recorded it: packet or ebpf") { .name($0.source.name) },
      Column("observation_point", .text, "where it was seen: c-p, s-p, c, s, local, rest") { .name($0.observationPoint.name) },
      Column("capture_nic_name", .text, "interface of the packets") { Cell(text: $0.interfaceName) },
      Column("ip_0", .text, "address of the client") { .address($0.client.address) },
      Column("ip_1", .text, "address of the server") { .address($0.server.address) },
      Column("client_port", .integer, "port of the client") { Cell($0.client.port) },
      Column("server_port", .integer, "port of the server") { Cell($0.server.port) },
      Column("protocol", .integer, "IP protocol number") { .code(Int64($0.ipProtocol.rawValue), $0.ipProtocol.knownName) },
      Column("l7_protocol_str", .text, "application protocol") { .name($0.l7Protocol.name) },
      Column("version", .text, "version of the application protocol") { Cell(text: $0.summary.version) },
      Column("is_tls", .integer, "1 when it was read from inside TLS") { .integer($0.isTLS ? 1 : 0) },
      Column("type", .text, "request, response or session (both)") { .name($0.kind.name) },
      Column("request_type", .text, "method or command") { Cell(text: $0.summary.requestType) },
      Column("request_domain", .text, "host, service name or queried name") { Cell(text: $0.summary.requestDomain) },
      Column("request_resource", .text, "path, statement, key or queried name") { Cell(text: $0.summary.requestResource) },
      Column("endpoint", .text, "what requests are grouped by") { Cell(text: $0.summary.endpoint) },
      Column("request_id", .integer, "identifier of the request in its protocol") { Cell($0.summary.requestID) },
      Column("response_status", .text, "ok, client_error, server_error, timeout, unknown or parse_failed") { .string($0.status.name) },
      Column("response_code", .integer, "code of the response in its protocol") { Cell($0.summary.responseCode) },
      Column("response_exception", .text, "error text of the response") { Cell(text: $0.summary.responseException) },
      Column("response_result", .text, "result of the response, shortened") { Cell(text: $0.summary.responseResult) },
      Column("request_length", .integer, "bytes of the request on the wire") { Cell($0.requestByteCount) },
      Column("response_length", .integer, "bytes of the response on the wire") { Cell($0.responseByteCount) },
      Column("captured_request_byte", .integer, "bytes of the request that were captured") { Cell($0.capturedRequestByteCount) },
      Column("captured_response_byte", .integer, "bytes of the response that were captured") { Cell($0.capturedResponseByteCount) },
      Column("sql_affected_rows", .integer, "rows that a statement changed") { Cell($0.summary.affectedRowCount) },
      Column("trace_id", .text, "trace identifier of the application") { Cell(text: $0.summary.trace.traceID) },
      Column("span_id", .text, "span identifier of the application") { Cell(text: $0.summary.trace.spanID) },
      Column("parent_span_id", .text, "parent span identifier of the application") { Cell(text: $0.summary.trace.parentSpanID) },
      Column("x_request_id_0", .text, "request identifier that the request carried") { Cell(text: $0.requestXRequestID) },
      Column("x_request_id_1", .text, "request identifier that the response carried") { Cell(text: $0.responseXRequestID) },
      Column("http_proxy_client", .text, "client that a proxy named") { Cell(text: $0.summary.proxyClient) },
      Column("syscall_trace_id_request", .integer, "thread-order identifier of the request's system call") {
        Cell($0.requestSystemCallTraceID)
      },
      Column("syscall_trace_id_response", .integer, "thread-order identifier of the response's system call") {
        Cell($0.responseSystemCallTraceID)
      },
      Column("syscall_thread_0", .integer, "thread that moved the request") { Cell($0.requestThread?.threadID) },
      Column("syscall_thread_1", .integer, "thread that moved the response") { Cell($0.responseThread?.threadID) },
      Column("syscall_coroutine_0", .integer, "coroutine that moved the request") { _ in .null },
      Column("syscall_coroutine_1", .integer, "coroutine that moved the response") { _ in .null },
      Column("req_tcp_seq", .integer, "TCP sequence number of the request's first byte") { Cell($0.requestTCPSequence) },
      Column("resp_tcp_seq", .integer, "TCP sequence number of the response's first byte") { Cell($0.responseTCPSequence) },
      Column("process_id_0", .integer, "process of the client") { Cell($0.clientProcess?.processID) },
      Column("process_id_1", .integer, "process of the server") { Cell($0.serverProcess?.processID) },
      Column("process_kname_0", .text, "name of the client's process") { Cell(text: $0.clientProcess?.name) },
      Column("process_kname_1", .text, "name of the server's process") { Cell(text: $0.serverProcess?.name) },
      Column("pod_0", .text, "pod of the client") { _ in .null },
      Column("pod_1", .text, "pod of the server") { _ in .null },
      Column("container_0", .text, "container of the client") { _ in .null },
      Column("container_1", .text, "container of the server") { _ in .null },
      Column("service_0", .text, "service of the client: its process, else unknown") { Cell(text: $0.clientService) },
      Column("service_1", .text, "service of the server: its process, else its address and port") { Cell(text: $0.serverService) },
      Column("attributes", .text, "further facts, a JSON object") {
        $0.summary.attributes.isEmpty ? .null : .attributes($0.summary.attributes.flatMap { [$0.name, $0.value] })
      },
      Column("completeness", .text, "complete, lower_bound or unknown") { .name($0.completeness.name) },
    ])
}
