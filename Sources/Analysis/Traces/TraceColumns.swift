import Capture
import Protocols

extension Table where Row == TraceRow {
  package static let traces = Table(
    "trace", "one trace: what one request set off",
    [
      Column("_id", .integer, "identifier of the trace: that of its root span") { Cell($0.id) },
      Column("trace_id", .text, "the application's trace identifier, when there is one") { Cell(text: $0.traceID) },
      Column("start_time", .time, "start of the root span, µs since the epoch") { .time($0.startTime.microseconds) },
      Column("end_time", .time, "end of the last span, µs since the epoch") { .time($0.endTime.microseconds) },
      Column("duration", .duration, "µs from start to end") { .duration($0.duration) },
      Column("root_span", .integer, "identifier of the root span") { Cell($0.rootSpan) },
      Column("name", .text, "request type and endpoint of the root span") { .text($0.name) },
      Column("span_count", .integer, "number of spans") { Cell($0.spanCount) },
      Column("services", .text, "services in order of appearance") { .text($0.services) },
      Column("response_status", .text, "status of the root span") {
        .string(ResponseStatus(rawValue: $0.responseStatus)?.name ?? "unknown")
      },
      Column("response_code", .integer, "code of the root span's response") { Cell($0.responseCode) },
      Column("confidence", .real, "confidence of the least certain edge, 0 to 1") { .real($0.confidence) },
      Column("completeness", .text, "complete, lower_bound or unknown") { .name($0.completeness.name) },
    ])
}

extension Table where Row == SpanRow {
  package static let spans = Table(
    "span", "one span of a trace",
    [
      Column("_id", .integer, "identifier of the span") { Cell($0.id) },
      Column("trace", .integer, "identifier of its trace (trace._id)") { Cell($0.trace) },
      Column("parent", .integer, "identifier of its parent span; null for the root") { Cell($0.parent) },
      Column("l7_flow_log_id", .integer, "row of l7_flow_log it was made from") { Cell($0.requestRowID) },
      Column("kind", .text, "A application, S system calls, N packets") { .name($0.kind.name) },
      Column("observation_point", .text, "where it was seen") { .name($0.observationPoint.name) },
      Column("service", .text, "service it belongs to") { .text($0.service) },
      Column("instance", .text, "process or interface") { .text($0.instance) },
      Column("name", .text, "request type and resource") { .text($0.name) },
      Column("start_time", .time, "µs since the epoch") { .time($0.startTime.microseconds) },
      Column("end_time", .time, "µs since the epoch") { .time($0.endTime.microseconds) },
      Column("duration", .duration, "µs") { .duration($0.duration) },
      Column("self_time", .duration, "µs that no child covers") { .duration($0.selfTime) },
      Column("join_method", .text, "why it hangs below its parent") { $0.joinMethod.map { .name($0.name) } ?? .null },
      Column("confidence", .real, "confidence of that, 0 to 1") { $0.confidence.map { .real($0) } ?? .null },
      Column("runner_up", .integer, "the next best parent") { _ in .null },
      Column("runner_up_confidence", .real, "confidence of the next best parent") { _ in .null },
      Column("explanation", .text, "the reason in words") { Cell(text: $0.explanation) },
    ])
}
