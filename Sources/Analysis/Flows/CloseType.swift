package import Capture

/// How a flow ended: DeepFlow's `close_type`, with its numbers. Numbers that DeepFlow has retired are missing.
package enum CloseType: UInt8, Sendable, CaseIterable {
  case unknown = 0
  /// FIN from both sides; also the ordinary end of a flow without connections.
  case finish = 1
  case serverReset = 2
  case timeout = 3
  /// The flow was still alive when the capture ended.
  case forcedReport = 5
  /// The client repeated its SYN, or nothing more was seen of it.
  case serverSynMiss = 7
  /// The client closed its side, the server did not.
  case serverHalfClose = 8
  case clientReset = 9
  /// The server repeated its SYN/ACK, or nothing more was seen of the client.
  case clientAckMiss = 10
  /// The server closed its side, the client did not.
  case clientHalfClose = 11
  case clientSourcePortReuse = 13
  /// The server answered the SYN with a RST.
  case serverDirectReset = 15
  /// The server repeated its SYN/ACK on an established connection and reset it: its accept queue was full.
  case serverQueueLack = 17
  case clientEstablishReset = 18
  case serverEstablishReset = 19
  /// The client closed by a RST after all was done.
  case finishClientReset = 20

  /// Written with underscores, as flags take it and text output shows it.
  package var name: StaticString {
    switch self {
    case .unknown: "unknown"
    case .finish: "finish"
    case .serverReset: "server_rst_flow"
    case .timeout: "tcp_timeout"
    case .forcedReport: "forced_report"
    case .serverSynMiss: "server_syn_miss"
    case .serverHalfClose: "server_half_close_flow"
    case .clientReset: "client_rst_flow"
    case .clientAckMiss: "client_ack_miss"
    case .clientHalfClose: "client_half_close_flow"
    case .clientSourcePortReuse: "client_source_port_reuse"
    case .serverDirectReset: "server_reset"
    case .serverQueueLack: "server_queue_lack"
    case .clientEstablishReset: "client_establish_other_rst"
    case .serverEstablishReset: "server_establish_other_rst"
    case .finishClientReset: "finish_client_rst"
    }
  }

  /// Whose fault the end was. DeepFlow has two mappings. The one of its server, which it stores as `status` and which is used here, calls a
  /// half-close a success: one end had nothing more to say, and the other took its time. The one of its agent, which counts errors in
  /// metrics, calls `serverHalfClose` the server's and `clientHalfClose` the client's error; the metrics here count both types by their
  /// names, and add neither to the failures.
  package func status(_ ipProtocol: IPProtocol) -> FlowStatus {
    switch self {
    case .finish, .forcedReport, .finishClientReset, .serverHalfClose, .clientHalfClose: .success
    case .timeout where ipProtocol != .tcp: .success
    case .clientReset, .clientAckMiss, .clientSourcePortReuse, .clientEstablishReset: .clientError
    case .serverReset, .timeout, .serverSynMiss, .serverDirectReset, .serverQueueLack, .serverEstablishReset:
      ipProtocol == .tcp ? .serverError : .unknown
    case .unknown: .unknown
    }
  }
}

/// `status` of a flow.
package enum FlowStatus: UInt8, Sendable, CaseIterable {
  case success = 0
  case unknown = 2
  case serverError = 3
  case clientError = 4

  package var name: StaticString {
    switch self {
    case .success: "ok"
    case .unknown: "unknown"
    case .serverError: "server_error"
    case .clientError: "client_error"
    }
  }
}

/// Why the pipeline finishes a flow.
package enum FlowEnding: Sendable {
  /// Its timeout passed.
  case expired
  /// A new connection uses the same ports.
  case replaced
  /// It had to make room for others.
  case evicted
  case captureEnd
}
