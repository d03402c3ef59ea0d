package import Capture
package import Protocols
package import Transport

/// One exchange at one observation point, or an unpaired half: a row of `l7_flow_log`.
package struct RequestRow: Sendable {
  package enum Kind: UInt8, Sendable {
    case request, response, session

    package var name: StaticString {
      switch self {
      case .request: "request"
      case .response: "response"
      case .session: "session"
      }
    }
  }

  /// Ordinal of the observation in which the first message began, shifted by 16, plus the message's number in it.
  package var id: UInt64
  package var flowID: UInt64
  package var kind: Kind
  /// First byte of the request; of the response when there is no request.
  package var startTime: Timestamp
  /// First byte of the response; the start when there is none.
  package var endTime: Timestamp
  /// Last byte of the response.
  package var lastByteTime: Timestamp
  package var source: SignalSource
  package var observationPoint: ObservationPoint
  package var interfaceName: TextID?
  package var client: Endpoint
  package var server: Endpoint
  package var ipProtocol: IPProtocol
  package var l7Protocol: L7Protocol
  package var isTLS: Bool
  /// Request's and response's summaries in one: the response's fields where both have one.
  package var summary: MessageSummary
  package var status: ResponseStatus
  package var requestXRequestID: TextID?
  package var responseXRequestID: TextID?
  package var requestByteCount: Int?
  package var responseByteCount: Int?
  package var capturedRequestByteCount: Int?
  package var capturedResponseByteCount: Int?
  package var requestTCPSequence: UInt32?
  package var responseTCPSequence: UInt32?
  /// Threads of the system calls that moved the request and the response.
  package var requestThread: ThreadOrigin?
  package var responseThread: ThreadOrigin?
  /// Thread-order identifiers (DeepFlow's `syscall_trace_id`), filled by the trace stage.
  package var requestSystemCallTraceID: UInt64?
  package var responseSystemCallTraceID: UInt64?
  package var clientProcess: ProcessReference?
  package var serverProcess: ProcessReference?
  package var clientService: TextID?
  package var serverService: TextID?
  package var completeness: Completeness

  /// Microseconds from the first byte of the request to the first byte of the response.
  package var responseDuration: Int64? {
    kind == .session ? max(0, endTime.microseconds(since: startTime)) : nil
  }

  /// Microseconds from the first byte of the request to the last byte of the response.
  package var lastByteDuration: Int64? {
    kind == .session ? max(0, spanEndTime.microseconds(since: startTime)) : nil
  }

  /// The response duration when it is the server's doing: not that of a long poll, which lasts until something happens. Averages and percentiles
  /// are made of these.
  package var serviceDuration: Int64? { summary.isLongPoll ? nil : responseDuration }

  /// End of the row as a span: the last byte of the response.
  package var spanEndTime: Timestamp { max(lastByteTime, endTime) }
}
