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

  /// What a `FlowTable` finds the flow by: folded products of 64-bit words (the multiplication spreads every bit of a word over 128).
  @inlinable package var tableHash: UInt32 {
    let ports = UInt64(lower.port) << 48 | UInt64(upper.port) << 32 | UInt64(observer.rawValue)
    let first = (lower.address.low ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: upper.address.low ^ 0xe703_7ed1_a0b4_28db)
    let second = (ports ^ 0x8ebc_6af0_9c88_c6e3).multipliedFullWidth(
      by: (lower.address.high &+ UInt64(ipProtocol.rawValue)) ^ 0x5899_65cc_7537_4cc3)
    let third = (first.high ^ first.low ^ upper.address.high).multipliedFullWidth(by: second.high ^ second.low ^ 0x1d8e_4e27_c47d_124f)
    let folded = third.high ^ third.low
    return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
  }

  @inlinable package static func == (left: FlowKey, right: FlowKey) -> Bool {
    left.lower == right.lower && left.upper == right.upper && left.ipProtocol == right.ipProtocol
      && left.observer.rawValue == right.observer.rawValue
  }
}
