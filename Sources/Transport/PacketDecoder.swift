package import Capture
import Wire

/// Finds the innermost TCP, UDP, SCTP or ICMP header of a packet, through link layers and tunnels, without allocating.
///
/// A layer is decoded by one function that hands on to the next, so that the common path (Ethernet, IP, TCP) is straight code.
/// Positions are offsets into the packet. `end` is where a layer ends on the wire: it only shrinks on the way inwards, may lie
/// beyond what was captured, and excludes Ethernet padding once an IP header has said how long it is. Checksums are never
/// verified: a packet captured on its sender carries none when the interface computes them.
package enum PacketDecoder {
  /// Headers followed in one packet, of link layers, tags, IP and tunnels together. A legitimate packet has about ten.
  package static let maximumHeaderCount = 32
  /// IPv6 extension headers followed in one IPv6 packet.
  package static let maximumExtensionHeaderCount = 16
  /// MPLS labels, or VLAN tags, followed in a row.
  package static let maximumLabelCount = 16

  /// Decodes `bytes` and overwrites all of `packet`. When the result is a fault, the fields that were reached hold what was
  /// found (for `fragment` and `unsupportedTransport` at least the addresses) and the others are zero or `nil`.
  package static func decode(_ bytes: RawSpan, _ header: PacketHeader, into packet: inout DecodedPacket) -> PacketFault? {
    packet.reset(wireByteCount: header.originalByteCount)
    // A file may claim fewer bytes on the wire than it holds; the captured bytes are the better evidence.
    let end = max(Int(header.originalByteCount), bytes.byteCount)
    if header.linkType.rawValue == 1 { return ethernet(bytes, 0, end, maximumHeaderCount, &packet) }
    return linkLayer(bytes, header.linkType, end, &packet)
  }

  /// Decodes an IP datagram that was put together from fragments, on behalf of the packet that completed it.
  ///
  /// - Parameter wireByteCount: The datagram's length, when `bytes` are only its beginning.
  package static func decodeInternet(_ bytes: RawSpan, into packet: inout DecodedPacket, wireByteCount: Int? = nil) -> PacketFault? {
    packet.fragment = nil
    return internet(bytes, 0, max(wireByteCount ?? 0, bytes.byteCount), maximumHeaderCount, &packet)
  }

  /// An Ethernet frame (IEEE 802.3 §3.1.1): the destination, the source, and a type or a length.
  static func ethernet(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 14 <= bytes.byteCount, start + 14 <= end else { return .truncatedLinkHeader }
    let high = bytes.loadBigEndian64(at: start)
    let low = bytes.loadBigEndian32(at: start + 8)
    packet.destinationMAC = high >> 16
    packet.sourceMAC = (high & 0xffff) << 32 | UInt64(low)
    let type = bytes.loadBigEndian16(at: start + 12)
    // 0x0600 and above is a type; below, a length and an LLC header (IEEE 802.3 §3.2.6).
    if type < 0x0600 { return logicalLink(bytes, start + 14, min(end, start + 14 + Int(type)), headersLeft, &packet) }
    return network(bytes, type, start + 14, end, headersLeft, &packet)
  }

  /// What follows an EtherType.
  static func network(
    _ bytes: RawSpan, _ type: UInt16, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    switch type {
    case EtherType.ipv4: return internet4(bytes, start, end, headersLeft, &packet)
    case EtherType.ipv6: return internet6(bytes, start, end, headersLeft, &packet)
    default: return otherNetwork(bytes, type, start, end, headersLeft, &packet)
    }
  }

  /// IPv4 or IPv6, whichever the version field says.
  static func internet(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start < end, let first = bytes.uint8(at: start) else { return .truncatedIPHeader }
    switch first >> 4 {
    case 4: return internet4(bytes, start, end, headersLeft, &packet)
    case 6: return internet6(bytes, start, end, headersLeft, &packet)
    default: return .notIP
    }
  }
}

/// EtherType values (IEEE 802 numbers, IANA).
enum EtherType {
  static let ipv4: UInt16 = 0x0800
  static let vlan: UInt16 = 0x8100
  static let transparentEthernet: UInt16 = 0x6558
  static let eoip: UInt16 = 0x6400
  static let ipv6: UInt16 = 0x86dd
  static let ppp: UInt16 = 0x880b
  static let wccp: UInt16 = 0x883e
  static let mpls: UInt16 = 0x8847
  static let mplsMulticast: UInt16 = 0x8848
  static let pppoeSession: UInt16 = 0x8864
  static let providerBridging: UInt16 = 0x88a8
  static let erspan: UInt16 = 0x88be
  static let backboneInstanceTag: UInt16 = 0x88e7
  static let erspan3: UInt16 = 0x22eb
  static let networkServiceHeader: UInt16 = 0x894f
  static let fabricPath: UInt16 = 0x8903
  static let vlanLegacy: UInt16 = 0x9100
  static let vlanLegacy2: UInt16 = 0x9200
}

extension DecodedPacket {
  /// A packet of nothing, to decode into.
  package init() {
    let nowhere = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
    self.init(source: nowhere, destination: nowhere, ipProtocol: IPProtocol(0), etherType: 0, wireByteCount: 0)
  }

  @inline(__always)
  mutating func reset(wireByteCount: UInt32) {
    let nowhere = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
    self = DecodedPacket(source: nowhere, destination: nowhere, ipProtocol: IPProtocol(0), etherType: 0, wireByteCount: wireByteCount)
  }

  /// Enters a tunnel whose outer IP header, when it has one, was the last one decoded.
  mutating func enterTunnel(_ kind: TunnelKind, identifier: UInt32?, outerIsIP: Bool = true) {
    tunnel = kind
    tunnelIdentifier = identifier
    tunnelTier = tunnelTier == UInt8.max ? tunnelTier : tunnelTier + 1
    if outerIsIP {
      outerSource = source.address
      outerDestination = destination.address
    }
  }
}
