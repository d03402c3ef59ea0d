import Capture
import Wire

/// Link types and tags other than plain Ethernet with IP inside.
extension PacketDecoder {
  /// Radiotap, AVS and Prism headers name at most this many nested link types; there is one in practice.
  private static let maximumLinkHeaderCount = 4

  static func linkLayer(_ bytes: RawSpan, _ linkType: LinkType, _ end: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    linkLayer(bytes, linkType.rawValue, 0, end, maximumLinkHeaderCount, &packet)
  }

  /// Layouts: tcpdump.org/linktypes.html.
  private static func linkLayer(
    _ bytes: RawSpan, _ linkType: UInt16, _ start: Int, _ end: Int, _ linksLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    let headersLeft = maximumHeaderCount
    guard linksLeft > 0 else { return .tooManyHeaders }
    switch linkType {
    case 1: return ethernet(bytes, start, end, headersLeft, &packet)
    // Raw IP: LINKTYPE_RAW, the DLT_RAW values of several systems found in old files, and the two that name the version.
    case 12, 14, 101, 228, 229: return internet(bytes, start, end, headersLeft, &packet)
    case 0, 108: return addressFamily(bytes, start, end, headersLeft, &packet)
    case 113: return cooked(bytes, start, end, headersLeft, &packet)
    case 276: return cooked2(bytes, start, end, headersLeft, &packet)
    case 9, 50: return pointToPoint(bytes, start, end, headersLeft, &packet)
    // PPP with a direction byte in front.
    case 204: return pointToPoint(bytes, start + 1, end, headersLeft, &packet)
    case 51: return pppoe(bytes, start, end, headersLeft, &packet)
    // Cisco HDLC: address, control, EtherType.
    case 104:
      guard let type = bytes.bigEndian16(at: start + 2) else { return .truncatedLinkHeader }
      return network(bytes, type, start + 4, end, headersLeft, &packet)
    // OpenBSD's encapsulating interface: address family, SPI, flags.
    case 109:
      guard let family = bytes.uint8(at: start), let last = bytes.uint8(at: start + 3) else { return .truncatedLinkHeader }
      return inFamily(UInt32(max(family, last)), bytes, start + 12, end, headersLeft, &packet)
    // OpenBSD's packet filter log: the header's length, padded to four bytes, and the address family.
    case 117:
      guard let length = bytes.uint8(at: start), let family = bytes.uint8(at: start + 1) else { return .truncatedLinkHeader }
      return inFamily(UInt32(family), bytes, start + (Int(length) + 3) / 4 * 4, end, headersLeft, &packet)
    // IP over IEEE 1394: two eight-byte addresses, EtherType.
    case 138:
      guard let type = bytes.bigEndian16(at: start + 16) else { return .truncatedLinkHeader }
      return network(bytes, type, start + 18, end, headersLeft, &packet)
    // FDDI: frame control and two addresses, then LLC. Token Ring: access and frame control, two addresses, optional routing.
    case 10: return logicalLink(bytes, start + 13, end, headersLeft, &packet)
    case 6:
      guard let source = bytes.uint8(at: start + 8), let routing = bytes.uint8(at: start + 14) else { return .truncatedLinkHeader }
      return logicalLink(bytes, start + 14 + (source & 0x80 != 0 ? Int(routing & 0x1f) : 0), end, headersLeft, &packet)
    // ARCnet (BSD): source, destination, system code (RFC 1051 §2: 240 is IP; RFC 1201: 212 is IP behind a split header).
    case 7:
      guard let code = bytes.uint8(at: start + 2) else { return .truncatedLinkHeader }
      return code == 240 ? internet(bytes, start + 3, end, headersLeft, &packet) : .notIP
    // ARCnet (Linux): source, destination, offset, system code, split flag and sequence, as the driver fills them.
    case 129:
      guard let code = bytes.uint8(at: start + 4) else { return .truncatedLinkHeader }
      return code == 240
        ? internet(bytes, start + 5, end, headersLeft, &packet)
        : code == 212 ? internet(bytes, start + 8, end, headersLeft, &packet) : .notIP
    case 239: return netfilterLog(bytes, start, end, headersLeft, &packet)
    // IP over InfiniBand: a global routing header (40 bytes), EtherType, reserved.
    case 242:
      guard let type = bytes.bigEndian16(at: start + 40) else { return .truncatedLinkHeader }
      return network(bytes, type, start + 44, end, headersLeft, &packet)
    case 105: return wireless(bytes, start, end, headersLeft, &packet)
    case 119: return linkLayer(bytes, 105, start + 144, end, linksLeft - 1, &packet)
    case 127:
      guard let length = bytes.littleEndian16(at: start + 2) else { return .truncatedLinkHeader }
      return linkLayer(bytes, 105, start + Int(length), end, linksLeft - 1, &packet)
    case 163:
      guard let length = bytes.bigEndian32(at: start + 4), length <= 4096 else { return .truncatedLinkHeader }
      return linkLayer(bytes, 105, start + Int(length), end, linksLeft - 1, &packet)
    // Per-packet information: the header's length, and the link type of what follows.
    case 192:
      guard let length = bytes.littleEndian16(at: start + 2), let inner = bytes.littleEndian32(at: start + 4),
        let type = UInt16(exactly: inner)
      else { return .truncatedLinkHeader }
      return linkLayer(bytes, type, start + Int(length), end, linksLeft - 1, &packet)
    default: return .unsupportedLinkType
    }
  }

  /// LINKTYPE_NULL and LINKTYPE_LOOP: an address family in four bytes, in the byte order of the machine that captured.
  private static func addressFamily(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard let family = bytes.bigEndian32(at: start) else { return .truncatedLinkHeader }
    return inFamily(family > 0xffff ? family.byteSwapped : family, bytes, start + 4, end, headersLeft, &packet)
  }

  /// AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 on Windows, 24, 28 or 30 on the BSDs and Darwin.
  private static func inFamily(
    _ family: UInt32, _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    switch family {
    case 2, 10, 23, 24, 28, 30: internet(bytes, start, end, headersLeft, &packet)
    default: .notIP
    }
  }

  /// LINKTYPE_NFLOG: address family, version, resource, then attributes of a length, a type (9 is the packet) and a value, padded to four.
  private static func netfilterLog(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    var position = start + 4
    for _ in 0..<maximumHeaderCount {
      guard let length = bytes.littleEndian16(at: position), let type = bytes.littleEndian16(at: position + 2), length >= 4 else {
        return .truncatedLinkHeader
      }
      if type & 0x7fff == 9 { return internet(bytes, position + 4, min(end, position + Int(length)), headersLeft, &packet) }
      position += (Int(length) + 3) / 4 * 4
    }
    return .notIP
  }

  /// LINKTYPE_LINUX_SLL: packet type, ARPHRD type, address length, address (8 bytes), protocol.
  private static func cooked(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start + 16 <= bytes.byteCount else { return .truncatedLinkHeader }
    if bytes.loadBigEndian16(at: start + 4) == 6 { packet.sourceMAC = bytes.loadBigEndian64(at: start + 6) >> 16 }
    return cookedPayload(bytes, bytes.loadBigEndian16(at: start + 14), start + 16, end, headersLeft, &packet)
  }

  /// LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD type, packet type, address length, address (8 bytes).
  private static func cooked2(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start + 20 <= bytes.byteCount else { return .truncatedLinkHeader }
    if bytes.load8(at: start + 11) == 6 { packet.sourceMAC = bytes.loadBigEndian64(at: start + 12) >> 16 }
    return cookedPayload(bytes, bytes.loadBigEndian16(at: start), start + 20, end, headersLeft, &packet)
  }

  /// 4 stands for an LLC header (ETH_P_802_2); 1 for a Novell frame without one.
  private static func cookedPayload(
    _ bytes: RawSpan, _ type: UInt16, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    type == 4 ? logicalLink(bytes, start, end, headersLeft, &packet) : network(bytes, type, start, end, headersLeft, &packet)
  }

  /// LLC (IEEE 802.2), and SNAP behind it (RFC 1042): 0xaa 0xaa 0x03, an organisation, an EtherType.
  static func logicalLink(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 3 <= end, let header = bytes.bigEndian24(at: start) else { return .truncatedLinkHeader }
    // LLC's own number for IP is 6.
    if header == 0x06_0603 { return internet(bytes, start + 3, end, headersLeft, &packet) }
    guard header == 0xaa_aa03 else { return .notIP }
    guard start + 8 <= end, let organisation = bytes.bigEndian24(at: start + 3), let type = bytes.bigEndian16(at: start + 6) else {
      return .truncatedLinkHeader
    }
    // 0: RFC 1042; 0x0000f8: bridge tunnelling (IEEE 802.1H).
    guard organisation == 0 || organisation == 0xf8 else { return .notIP }
    return network(bytes, type, start + 8, end, headersLeft, &packet)
  }

  /// EtherTypes other than IP.
  static func otherNetwork(
    _ bytes: RawSpan, _ type: UInt16, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard headersLeft > 0 else { return .tooManyHeaders }
    switch type {
    case EtherType.vlan, EtherType.providerBridging, EtherType.vlanLegacy, EtherType.vlanLegacy2:
      return vlanTags(bytes, start, end, headersLeft - 1, &packet)
    case EtherType.mpls, EtherType.mplsMulticast: return labelStack(bytes, start, end, headersLeft - 1, &packet)
    case EtherType.pppoeSession: return pppoe(bytes, start, end, headersLeft - 1, &packet)
    case EtherType.transparentEthernet: return ethernet(bytes, start, end, headersLeft - 1, &packet)
    case EtherType.networkServiceHeader: return networkServiceHeader(bytes, start, end, headersLeft - 1, &packet)
    // Cisco FabricPath: a forwarding tag and a hop count in two bytes, then the whole frame.
    case EtherType.fabricPath: return ethernet(bytes, start + 2, end, headersLeft - 1, &packet)
    // IEEE 802.1ah: four bytes of service instance, then the customer's frame.
    case EtherType.backboneInstanceTag: return ethernet(bytes, start + 4, end, headersLeft - 1, &packet)
    default:
      packet.etherType = type
      return .notIP
    }
  }

  /// Tag control (the low 12 bits are the VLAN identifier) and the next type, repeated (IEEE 802.1Q §9.6).
  private static func vlanTags(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    var position = start
    for _ in 0..<maximumLabelCount {
      guard position + 4 <= end, let control = bytes.bigEndian16(at: position), let type = bytes.bigEndian16(at: position + 2) else {
        return .truncatedLinkHeader
      }
      if packet.vlan == nil { packet.vlan = control & 0x0fff }
      position += 4
      switch type {
      case EtherType.vlan, EtherType.providerBridging, EtherType.vlanLegacy, EtherType.vlanLegacy2: continue
      case ..<0x0600: return logicalLink(bytes, position, min(end, position + Int(type)), headersLeft, &packet)
      default: return network(bytes, type, position, end, headersLeft, &packet)
      }
    }
    return .tooManyHeaders
  }

  /// Label (20 bits), class, bottom of stack, TTL (RFC 3032 §2.1). What follows is told by its first four bits.
  static func labelStack(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    var position = start
    for _ in 0..<maximumLabelCount {
      guard position + 4 <= end, let entry = bytes.bigEndian32(at: position) else { return .truncatedLinkHeader }
      position += 4
      guard entry & 0x100 != 0 else { continue }
      packet.enterTunnel(.mpls, identifier: entry >> 12, outerIsIP: packet.l3ByteCount > 0)
      guard position < end, let first = bytes.uint8(at: position) else { return .truncatedIPHeader }
      switch first >> 4 {
      case 4: return internet4(bytes, position, end, headersLeft, &packet)
      case 6: return internet6(bytes, position, end, headersLeft, &packet)
      // RFC 4385 §3: a control word of zeros in front of an Ethernet pseudowire's frame.
      case 0 where bytes.bigEndian16(at: position) == 0: return ethernet(bytes, position + 4, end, headersLeft - 1, &packet)
      // RFC 4385 §5: an associated channel, no user traffic.
      case 1: return .notIP
      default: return headersLeft > 0 ? ethernet(bytes, position, end, headersLeft - 1, &packet) : .tooManyHeaders
      }
    }
    return .tooManyHeaders
  }

  /// Version and type, code, session, length, then PPP (RFC 2516 §4).
  private static func pppoe(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 6 <= end, start + 6 <= bytes.byteCount else { return .truncatedLinkHeader }
    guard bytes.load8(at: start) == 0x11, bytes.load8(at: start + 1) == 0 else { return .notIP }
    packet.enterTunnel(.pppoe, identifier: UInt32(bytes.loadBigEndian16(at: start + 2)), outerIsIP: packet.l3ByteCount > 0)
    let length = Int(bytes.loadBigEndian16(at: start + 4))
    return pointToPoint(bytes, start + 6, min(end, start + 6 + length), headersLeft, &packet)
  }

  /// PPP: optional address and control, then a protocol in one or two bytes (RFC 1661 §2, RFC 1662 §3.1).
  static func pointToPoint(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    var position = start
    if let framing = bytes.bigEndian16(at: position), framing == 0xff03 || framing == 0x0f00 || framing == 0x8f00 {
      position += 2
      // Cisco HDLC's address bytes are followed by an EtherType instead.
      if framing != 0xff03 {
        guard let type = bytes.bigEndian16(at: position) else { return .truncatedLinkHeader }
        return network(bytes, type, position + 2, end, headersLeft, &packet)
      }
    }
    guard position < end, let first = bytes.uint8(at: position) else { return .truncatedLinkHeader }
    var number = UInt16(first)
    position += 1
    // RFC 1661 §6.5: an odd first byte is a compressed protocol number.
    if first & 1 == 0 {
      guard let second = bytes.uint8(at: position) else { return .truncatedLinkHeader }
      number = number << 8 | UInt16(second)
      position += 1
    }
    switch number {
    case 0x0021: return internet4(bytes, position, end, headersLeft, &packet)
    case 0x0057: return internet6(bytes, position, end, headersLeft, &packet)
    case 0x0281, 0x0283: return headersLeft > 0 ? labelStack(bytes, position, end, headersLeft - 1, &packet) : .tooManyHeaders
    default: return .notIP
    }
  }

  /// An unencrypted data frame (IEEE 802.11 §9.3.2.1): control, duration, three or four addresses, sequence control, LLC.
  static func wireless(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start >= 0, start + 24 <= bytes.byteCount else { return .truncatedLinkHeader }
    let control = bytes.load8(at: start)
    let flags = bytes.load8(at: start + 1)
    // Type 2 is data; subtype bit 2 says that there are none; flag 0x40 that they are encrypted.
    guard control & 0x0c == 0x08, control & 0x40 == 0, flags & 0x40 == 0 else { return .notIP }
    func address(_ offset: Int) -> UInt64 {
      UInt64(bytes.loadBigEndian16(at: offset)) << 32 | UInt64(bytes.loadBigEndian32(at: offset + 2))
    }
    let toDistribution = flags & 1 != 0
    let fromDistribution = flags & 2 != 0
    var position = start + 24
    packet.destinationMAC = address(toDistribution ? start + 16 : start + 4)
    packet.sourceMAC = address(fromDistribution ? start + 16 : start + 10)
    if toDistribution, fromDistribution {
      guard start + 30 <= bytes.byteCount else { return .truncatedLinkHeader }
      packet.sourceMAC = address(start + 24)
      position += 6
    }
    if control & 0x80 != 0 {
      guard let quality = bytes.uint8(at: position) else { return .truncatedLinkHeader }
      position += flags & 0x80 != 0 ? 6 : 2
      if quality & 0x80 != 0 { return aggregate(bytes, position, end, headersLeft, &packet) }
    }
    return logicalLink(bytes, position, end, headersLeft, &packet)
  }

  /// Several frames in one (A-MSDU, IEEE 802.11 §9.3.2.2.2), of which the first counts: destination, source, length, LLC.
  private static func aggregate(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard let high = bytes.bigEndian64(at: start), let low = bytes.bigEndian32(at: start + 8),
      let length = bytes.bigEndian16(at: start + 12)
    else { return .truncatedLinkHeader }
    packet.destinationMAC = high >> 16
    packet.sourceMAC = (high & 0xffff) << 32 | UInt64(low)
    return logicalLink(bytes, start + 14, min(end, start + 14 + Int(length)), headersLeft, &packet)
  }
}
