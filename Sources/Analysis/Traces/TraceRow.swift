package import Capture

/// What a span was made from (`kind`).
package enum SpanKind: UInt8, Sendable {
  /// Application (OpenTelemetry), system calls, packets.
  case application, systemCall, network

  package var name: StaticString {
    switch self {
    case .application: "A"
    case .systemCall: "S"
    case .network: "N"
    }
  }
}

/// Why a span hangs below its parent.
package enum JoinMethod: UInt8, Sendable {
  /// The same bytes, by their TCP sequence numbers.
  case tcpSequence
  /// The thread that received the parent's request sent this one before it answered.
  case thread
  case requestID
  case traceContext
  /// The same datagram exchange, by protocol identifier and time.
  case datagram

  package var name: StaticString {
    switch self {
    case .tcpSequence: "tcp_seq"
    case .thread: "syscall"
    case .requestID: "x_request_id"
    case .traceContext: "trace_context"
    case .datagram: "datagram"
    }
  }
}

/// One span of a trace: a row of `span`.
package struct SpanRow: Sendable {
  package var id: UInt64
  package var trace: UInt64
  /// `id` of the parent; `nil` for the root.
  package var parent: UInt64?
  /// Index of its request row in the result.
  package var requestIndex: Int
  package var requestRowID: UInt64
  package var kind: SpanKind
  package var observationPoint: ObservationPoint
  /// The process (S) or interface (N) it belongs to, and the instance of it.
  package var service: TextID
  package var instance: TextID
  package var name: TextID
  package var startTime: Timestamp
  package var endTime: Timestamp
  /// Duration without the part covered by children, µs.
  package var selfTime: Int64
  /// Distance from the root; spans of a trace stand in depth-first order.
  package var depth: Int
  package var joinMethod: JoinMethod?
  /// 0…1, of the edge to the parent.
  package var confidence: Double?
  package var explanation: TextID?

  package var duration: Int64 { max(0, endTime.microseconds(since: startTime)) }
}

/// One trace: a row of `trace`. Its spans are `spans[firstSpan ..< firstSpan + spanCount]` of the result, depth first.
package struct TraceRow: Sendable {
  package var id: UInt64
  /// The application's trace identifier, when a request carried one.
  package var traceID: TextID?
  package var startTime: Timestamp
  package var endTime: Timestamp
  package var rootSpan: UInt64
  package var firstSpan: Int
  package var spanCount: Int
  /// Names of the services in order of first appearance, comma-separated.
  package var services: TextID
  package var name: TextID
  package var responseStatus: UInt8
  package var responseCode: Int32?
  /// The least confident edge's confidence; 1 for a single span.
  package var confidence: Double
  package var completeness: Completeness

  package var duration: Int64 { max(0, endTime.microseconds(since: startTime)) }
}
