package import Capture

/// Where a flow was observed: on an interface, or at a socket of one of its ends.
package struct FlowObserver: Hashable, Sendable {
  package var rawValue: UInt32

  @inlinable package static func interface(_ index: UInt32) -> FlowObserver { FlowObserver(rawValue: index) }

  /// The socket whose own end is the lower (or the upper) endpoint of the canonical key, in one network namespace.
  @inlinable package static func socket(localIsLower: Bool) -> FlowObserver {
    FlowObserver(rawValue: localIsLower ? 0x8000_0000 : 0x8000_0001)
  }

  @inlinable package var isSocket: Bool { rawValue & 0x8000_0000 != 0 }

  @usableFromInline init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable package static func == (left: FlowObserver, right: FlowObserver) -> Bool { left.rawValue == right.rawValue }
}

/// Identity of a flow at one observation point, the same for both directions.
package struct FlowKey: Hashable, Sendable {
  package var lower: Endpoint
  package var upper: Endpoint
  package var ipProtocol: IPProtocol
  package var observer: FlowObserver

  /// Orders the endpoints. For a flow between equal endpoints both directions look alike; the first sender is the initiator.
  @inlinable package init(source: Endpoint, destination: Endpoint, ipProtocol: IPProtocol, observer: FlowObserver) {
    if destination < source {
      lower = destination
      upper = source
    } else {
      lower = source
      upper = destination
    }
    self.ipProtocol = ipProtocol
    self.observer = observer
  }
  @inlinable package static func == (left: FlowKey, right: FlowKey) -> Bool {
    left.lower == right.lower && left.upper == right.upper && left.observer == right.observer && left.ipProtocol == right.ipProtocol
  }
}
