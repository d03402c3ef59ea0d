public import Capture

/// TCP header flags in wire order (RFC 9293 §3.1).
@usableFromInline package struct TCPFlags: OptionSet, Sendable, Hashable {
  @usableFromInline package var rawValue: UInt8
  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable package static var fin: TCPFlags { TCPFlags(rawValue: 0x01) }
  @inlinable package static var syn: TCPFlags { TCPFlags(rawValue: 0x02) }
  @inlinable package static var rst: TCPFlags { TCPFlags(rawValue: 0x04) }
  @inlinable package static var psh: TCPFlags { TCPFlags(rawValue: 0x08) }
  @inlinable package static var ack: TCPFlags { TCPFlags(rawValue: 0x10) }
  @inlinable package static var urg: TCPFlags { TCPFlags(rawValue: 0x20) }
  @inlinable package static var ece: TCPFlags { TCPFlags(rawValue: 0x40) }
  @inlinable package static var cwr: TCPFlags { TCPFlags(rawValue: 0x80) }
}

/// What flows, metrics and streams need of one packet; plain values. Addresses and ports are those of the innermost IP packet.
@usableFromInline package struct DecodedPacket: Sendable {
  @usableFromInline package var source: Endpoint
  @usableFromInline package var destination: Endpoint
  @usableFromInline package var ipProtocol: IPProtocol
  @usableFromInline package var etherType: UInt16
  @usableFromInline package var sourceMAC: UInt64
  @usableFromInline package var destinationMAC: UInt64
  /// Outermost VLAN identifier.
  @usableFromInline package var vlan: UInt16?
  /// IPv4 identification of the innermost IP header.
  @usableFromInline package var ipIdentification: UInt16?
  /// Packets that this one stands for: 1, or the fragments it was put together from.
  @usableFromInline package var packetCount: UInt32 = 1
  /// Bytes on the wire: the whole packet, from the innermost IP header on, and from the transport header on.
  @usableFromInline package var wireByteCount: UInt32
  @usableFromInline package var l3ByteCount: UInt32
  @usableFromInline package var l4ByteCount: UInt32
  /// Offset of the transport payload in the packet, the bytes captured of it, and its length on the wire.
  @usableFromInline package var payloadOffset: Int
  @usableFromInline package var capturedPayloadByteCount: Int
  @usableFromInline package var payloadByteCount: Int

  @usableFromInline package var tcpFlags: TCPFlags = []
  @usableFromInline package var tcpSequence: UInt32 = 0
  @usableFromInline package var tcpAcknowledgment: UInt32 = 0
  /// As sent, before scaling.
  @usableFromInline package var tcpWindow: UInt16 = 0
  @usableFromInline package var tcpWindowScale: UInt8?
  @usableFromInline package var tcpMaximumSegmentSize: UInt16?
  @usableFromInline package var tcpSelectiveAcknowledgmentPermitted = false
  @usableFromInline package var tcpSelectiveAcknowledgmentBlockCount: UInt8 = 0
  /// ICMP and ICMPv6: type, code, and identifier and sequence number of an echo.
  @usableFromInline package var icmpType: UInt8?
  @usableFromInline package var icmpCode: UInt8?
  @usableFromInline package var icmpIdentifier: UInt16?
  @usableFromInline package var icmpSequence: UInt16?

  @usableFromInline package var tunnel: TunnelKind?
  /// Number of tunnel headers around the innermost IP packet.
  @usableFromInline package var tunnelTier: UInt8 = 0
  @usableFromInline package var tunnelIdentifier: UInt32?
  @usableFromInline package var outerSource: IPAddress?
  @usableFromInline package var outerDestination: IPAddress?

  /// Set together with the faults `truncatedTransportHeader` and `malformedTransportHeader`: the ports were there.
  @usableFromInline package var hasPorts = false
  /// Set together with the fault `fragment`: where the innermost IP fragment lies.
  @usableFromInline package var fragment: IPFragment?

  @inlinable package init(
    source: Endpoint, destination: Endpoint, ipProtocol: IPProtocol, etherType: UInt16 = 0x0800, wireByteCount: UInt32
  ) {
    self.source = source
    self.destination = destination
    self.ipProtocol = ipProtocol
    self.etherType = etherType
    self.wireByteCount = wireByteCount
    sourceMAC = 0
    destinationMAC = 0
    l3ByteCount = 0
    l4ByteCount = 0
    payloadOffset = 0
    capturedPayloadByteCount = 0
    payloadByteCount = 0
  }
}

extension DecodedPacket {
  /// An answer to an echo request of ICMP or ICMPv6.
  @inlinable package var isEchoReply: Bool { icmpSequence != nil && (icmpType == 0 || icmpType == 129) }

  /// Bytes before the payload that belong to the application's message: what an echo message says is in its header.
  @inlinable package var leadingByteCount: Int { icmpSequence == nil ? 0 : 8 }
}

extension DecodedPacket {
  /// What the decoder overwrites.
  package static var empty: DecodedPacket {
    DecodedPacket(source: .unspecified, destination: .unspecified, ipProtocol: .tcp, wireByteCount: 0)
  }
}

/// Innermost tunnel around a flow.
@usableFromInline package enum TunnelKind: UInt8, Sendable, CaseIterable {
  case vxlan = 1, ipip, gre, geneve, vxlanNSH, erspan, teredo, gtpU, sixInFour, mpls, pppoe, eoip, l2tp, etherIP, wccp, ayiya
}

/// Why a packet did not become (the whole of) a flow's packet. Counted, never silent.
package enum PacketFault: UInt8, Sendable, CaseIterable, Error {
  case unsupportedLinkType, truncatedLinkHeader, notIP, truncatedIPHeader, malformedIPHeader, truncatedTransportHeader,
    malformedTransportHeader
  case fragment, tooManyHeaders, unsupportedTransport
}

extension PacketFault {
  /// In words, as reports show it.
  package var name: StaticString {
    switch self {
    case .unsupportedLinkType: "unsupported link type"
    case .truncatedLinkHeader: "truncated link-layer header"
    case .notIP: "not IP"
    case .truncatedIPHeader: "truncated IP header"
    case .malformedIPHeader: "malformed IP header"
    case .truncatedTransportHeader: "truncated transport header"
    case .malformedTransportHeader: "malformed transport header"
    case .fragment: "IP fragment"
    case .tooManyHeaders: "too many headers"
    case .unsupportedTransport: "unsupported transport protocol"
    }
  }
}
