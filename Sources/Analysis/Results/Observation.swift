package import Capture

/// Where a row was seen (`observation_point`).
package enum ObservationPoint: UInt8, Sendable, CaseIterable {
  /// System calls of the client's, of the server's process.
  case clientProcess, serverProcess
  /// Packets on the client's own interface, on the server's, on one that is both (loopback), elsewhere.
  case clientNIC, serverNIC, local, rest

  package var name: StaticString {
    switch self {
    case .clientProcess: "c-p"
    case .serverProcess: "s-p"
    case .clientNIC: "c"
    case .serverNIC: "s"
    case .local: "local"
    case .rest: "rest"
    }
  }

  /// Position on the way of a request: client process, client's interface, …, server process (DeepFlow's base ranks).
  package var rank: Int {
    switch self {
    case .clientProcess: 1
    case .clientNIC: 2
    case .local, .rest: 6
    case .serverNIC: 11
    case .serverProcess: 12
    }
  }
}

/// What recorded a row (`signal_source`).
package enum SignalSource: UInt8, Sendable {
  case packet = 0
  case ebpf = 3

  package var name: StaticString {
    switch self {
    case .packet: "packet"
    case .ebpf: "ebpf"
    }
  }
}

/// Whether figures of a row rest on all of the evidence.
package enum Completeness: UInt8, Sendable {
  case complete
  /// Something is known to be missing: counts are at least this.
  case lowerBound
  /// The capture began inside, or too little was seen to say.
  case unknown

  package var name: StaticString {
    switch self {
    case .complete: "complete"
    case .lowerBound: "lower_bound"
    case .unknown: "unknown"
    }
  }
}

/// A process as a row names it.
package struct ProcessReference: Hashable, Sendable {
  package var processID: UInt32
  package var name: TextID

  package init(processID: UInt32, name: TextID) {
    self.processID = processID
    self.name = name
  }
}
