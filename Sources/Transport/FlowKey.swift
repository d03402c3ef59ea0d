public import Capture

/// Where a flow was observed: on an interface, or at a socket of one of its ends.
@usableFromInline package struct FlowObserver: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt32

  @inlinable package static func interface(_ index: UInt32) -> FlowObserver { FlowObserver(rawValue: index) }

  /// The socket whose own end is the lower (or the upper) endpoint of the canonical key, in one network namespace.
  @inlinable package static func socket(localIsLower: Bool) -> FlowObserver {
    FlowObserver(rawValue: localIsLower ? 0x8000_0000 : 0x8000_0001)
  }

  @inlinable package var isSocket: Bool { rawValue & 0x8000_0000 != 0 }

  @usableFromInline init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Identity of a flow at one observation point, the same for both directions.
@usableFromInline package struct FlowKey: Hashable, Sendable {
  @usableFromInline package var lower: Endpoint
  @usableFromInline package var upper: Endpoint
  @usableFromInline package var ipProtocol: IPProtocol
  @usableFromInline package var observer: FlowObserver

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
    left.lower == right.lower && left.upper == right.upper && left.ipProtocol == right.ipProtocol
      && left.observer.rawValue == right.observer.rawValue
  }
}
