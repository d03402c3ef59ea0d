package import Capture

/// TCP header flags in wire order (RFC 9293 §3.1).
package struct TCPFlags: OptionSet, Sendable, Hashable {
  package var rawValue: UInt8
  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let fin = TCPFlags(rawValue: 0x01)
  package static let syn = TCPFlags(rawValue: 0x02)
  package static let rst = TCPFlags(rawValue: 0x04)
  package static let psh = TCPFlags(rawValue: 0x08)
  package static let ack = TCPFlags(rawValue: 0x10)
  package static let urg = TCPFlags(rawValue: 0x20)
  package static let ece = TCPFlags(rawValue: 0x40)
  package static let cwr = TCPFlags(rawValue: 0x80)
}

/// What flows, metrics and streams need of one packet; plain values. Addresses and ports are those of the innermost IP packet.
package struct DecodedPacket: Sendable {
  package var source: Endpoint
  package var destination: Endpoint
  package var ipProtocol: IPProtocol
  package var etherType: UInt16
  package var sourceMAC: UInt64
  package var destinationMAC: UInt64
  /// Outermost VLAN identifier.
  package var vlan: UInt16?
  /// IPv4 identification of the innermost IP header.
  package var ipIdentification: UInt16?
  /// Bytes on the wire: the whole packet, from the innermost IP header on, and from the transport header on.
  package var wireByteCount: UInt32
  package var l3ByteCount: UInt32
  package var l4ByteCount: UInt32
  /// Offset of the transport payload in the packet, the bytes captured of it, and its length on the wire.
  package var payloadOffset: Int
  package var capturedPayloadByteCount: Int
  package var payloadByteCount: Int

  package var tcpFlags: TCPFlags = []
  package var tcpSequence: UInt32 = 0
  package var tcpAcknowledgment: UInt32 = 0
  /// As sent, before scaling.
  package var tcpWindow: UInt16 = 0
  package var tcpWindowScale: UInt8?
  package var tcpMaximumSegmentSize: UInt16?
  package var tcpSelectiveAcknowledgmentPermitted = false
  package var tcpSelectiveAcknowledgmentBlockCount: UInt8 = 0
  /// ICMP and ICMPv6: type, code, and identifier and sequence number of an echo.
  package var icmpType: UInt8?
  package var icmpCode: UInt8?
  package var icmpIdentifier: UInt16?
  package var icmpSequence: UInt16?

  package var tunnel: TunnelKind?
  /// Number of tunnel headers around the innermost IP packet.
  package var tunnelTier: UInt8 = 0
  package var tunnelIdentifier: UInt32?
  package var outerSource: IPAddress?
  package var outerDestination: IPAddress?

  /// Set together with the fault `fragment`: where the innermost IP fragment lies.
  package var fragment: IPFragment?

  package init(source: Endpoint, destination: Endpoint, ipProtocol: IPProtocol, etherType: UInt16 = 0x0800, wireByteCount: UInt32) {
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

/// Innermost tunnel around a flow.
package enum TunnelKind: UInt8, Sendable, CaseIterable {
  case vxlan = 1, ipip, gre, geneve, vxlanNSH, erspan, teredo, gtpU, sixInFour, mpls, pppoe, eoip, l2tp, etherIP, wccp
}

/// Why a packet did not become (the whole of) a flow's packet. Counted, never silent.
package enum PacketFault: UInt8, Sendable, CaseIterable, Error {
  case unsupportedLinkType, truncatedLinkHeader, notIP, truncatedIPHeader, malformedIPHeader, truncatedTransportHeader,
    malformedTransportHeader
  case fragment, tooManyHeaders, unsupportedTransport
}
