/// One end of a flow. `port` is 0 for protocols without ports.
@usableFromInline package struct Endpoint: Hashable, Comparable, Sendable {
  @usableFromInline package var address: IPAddress
  @usableFromInline package var port: UInt16

  @inlinable package init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// `::` and port 0: where nothing is known yet.
  @inlinable package static var unspecified: Endpoint { Endpoint(address: IPAddress(high: 0, low: 0), port: 0) }

  @inlinable package static func == (left: Endpoint, right: Endpoint) -> Bool {
    left.port == right.port && left.address == right.address
  }

  @inlinable package static func < (left: Endpoint, right: Endpoint) -> Bool {
    left.address != right.address ? left.address < right.address : left.port < right.port
  }
}

extension Endpoint: CustomStringConvertible {
  @usableFromInline package var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

/// An IP protocol number (IANA). Any value is representable.
@usableFromInline package struct IPProtocol: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt8
  @inlinable package init(_ rawValue: UInt8) { self.rawValue = rawValue }
  @inlinable package static func == (left: IPProtocol, right: IPProtocol) -> Bool { left.rawValue == right.rawValue }

  @inlinable package static var icmp: IPProtocol { IPProtocol(1) }
  @inlinable package static var tcp: IPProtocol { IPProtocol(6) }
  @inlinable package static var udp: IPProtocol { IPProtocol(17) }
  @inlinable package static var icmpv6: IPProtocol { IPProtocol(58) }
  @inlinable package static var sctp: IPProtocol { IPProtocol(132) }

  /// The name shown in text output and accepted by flags.
  package var name: String { knownName?.description ?? "\(rawValue)" }

  /// The name, for a protocol that has one here.
  package var knownName: StaticString? {
    switch rawValue {
    case 1: "ICMP"
    case 6: "TCP"
    case 17: "UDP"
    case 58: "ICMPv6"
    case 132: "SCTP"
    default: nil
    }
  }
}
