import Capture
import Wire

/// Headers between an outer and an inner packet.
///
/// A tunnel over UDP is recognised by its port, which proves little: when the inside does not decode, the outer datagram is the
/// flow's packet. A tunnel over IP is named by the outer header, and what is wrong inside is the packet's fault.
extension PacketDecoder {
  /// GTP version 0 3386, Teredo 3544, L2TP 1701, GTP-U 2152, VXLAN 4789, 4790 (GPE) and 8472 (Linux), Geneve 6081, AYIYA 5072, MPLS 6635.
  @inline(__always)
  static func mayBeTunnel(_ port: UInt16) -> Bool {
    switch port {
    case 1701, 2152, 3386, 3544, 4789, 4790, 5072, 6081, 6635, 8472: true
    default: false
    }
  }

  @inline(never)
  static func udpTunnel(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard headersLeft > 0 else { return nil }
    let outer = packet
    let fault: PacketFault?
    switch mayBeTunnel(packet.destination.port) ? packet.destination.port : packet.source.port {
    case 4789, 4790, 8472: fault = vxlan(bytes, start, end, headersLeft - 1, &packet)
    case 6081: fault = geneve(bytes, start, end, headersLeft - 1, &packet)
    case 2152, 3386: fault = gtp(bytes, start, end, headersLeft - 1, &packet)
    case 1701: fault = layer2Tunnelling(bytes, start, end, headersLeft - 1, &packet)
    case 5072: fault = anythingInAnything(bytes, start, end, headersLeft - 1, &packet)
    case 6635: fault = labelStack(bytes, start, end, headersLeft - 1, &packet)
    default: fault = teredo(bytes, start, end, headersLeft - 1, &packet)
    }
    // A fragment inside the tunnel is still inside it; anything else that fails was no tunnel.
    if let fault, fault != .fragment { packet = outer }
    return fault == .fragment ? .fragment : nil
  }

  /// IP protocols that carry packets.
  static func internetTunnel(
    _ bytes: RawSpan, _ ipProtocol: UInt8, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard headersLeft > 0 else { return .tooManyHeaders }
    switch ipProtocol {
    case 4:
      packet.enterTunnel(.ipip, identifier: nil)
      return internet4(bytes, start, end, headersLeft, &packet)
    case 41:
      packet.enterTunnel(packet.etherType == EtherType.ipv4 ? .sixInFour : .ipip, identifier: nil)
      return internet6(bytes, start, end, headersLeft, &packet)
    case 47: return genericRouting(bytes, start, end, headersLeft - 1, &packet)
    case 137: return labelStack(bytes, start, end, headersLeft - 1, &packet)
    // EtherIP: version 3 in the high four bits of two bytes (RFC 3378 §2).
    case 97:
      guard let version = bytes.uint8(at: start), version >> 4 == 3 else { return .unsupportedTransport }
      packet.enterTunnel(.etherIP, identifier: nil)
      return ethernet(bytes, start + 2, end, headersLeft - 1, &packet)
    default: return .unsupportedTransport
    }
  }

  /// GRE: flags and version, protocol, then the fields that the flags announce (RFC 2784, RFC 2890, RFC 2637 §4.1).
  private static func genericRouting(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start + 4 <= end, let flags = bytes.bigEndian16(at: start), let type = bytes.bigEndian16(at: start + 2) else {
      return .truncatedTransportHeader
    }
    let version = flags & 0x0007
    guard version <= 1, flags & 0x4000 == 0 else { return .unsupportedTransport }
    let hasSequence = flags & 0x1000 != 0
    var position = start + 4
    if flags & 0x8000 != 0 { position += 4 }
    var key: UInt32?
    if flags & 0x2000 != 0 {
      key = bytes.bigEndian32(at: position)
      position += 4
    }
    if version == 1, type == EtherType.eoip {
      // MikroTik: where GRE has its key, the frame's length and, little-endian, the tunnel's number.
      packet.enterTunnel(.eoip, identifier: bytes.littleEndian16(at: start + 6).map(UInt32.init))
      return ethernet(bytes, position, end, headersLeft, &packet)
    }
    if hasSequence { position += 4 }
    if version == 1, flags & 0x0080 != 0 { position += 4 }

    switch type {
    case EtherType.erspan:
      packet.enterTunnel(.erspan, identifier: nil)
      // Types I and II differ by the sequence number: only II has a header of its own, with a session in the low ten bits of its first word.
      guard hasSequence else { return ethernet(bytes, position, end, headersLeft, &packet) }
      packet.tunnelIdentifier = bytes.bigEndian32(at: position).map { $0 & 0x3ff }
      return ethernet(bytes, position + 8, end, headersLeft, &packet)
    case EtherType.erspan3:
      guard let first = bytes.bigEndian32(at: position), let last = bytes.uint8(at: position + 11) else { return .truncatedTransportHeader }
      packet.enterTunnel(.erspan, identifier: first & 0x3ff)
      // The lowest bit announces eight bytes more.
      return ethernet(bytes, position + (last & 1 != 0 ? 20 : 12), end, headersLeft, &packet)
    // Aruba access points send IEEE 802.11 frames, one type for each kind and priority.
    case 0x8200...0x83ff:
      packet.enterTunnel(.gre, identifier: key)
      return wireless(bytes, position, end, headersLeft, &packet)
    case EtherType.wccp:
      packet.enterTunnel(.wccp, identifier: nil)
      // Version 2 puts a four-byte redirect header in front of the packet.
      let hasRedirectHeader = bytes.uint8(at: position).map { $0 >> 4 != 4 } ?? false
      return internet(bytes, position + (hasRedirectHeader ? 4 : 0), end, headersLeft, &packet)
    case EtherType.ppp:
      packet.enterTunnel(.gre, identifier: key.map { $0 & 0xffff })
      return pointToPoint(bytes, position, end, headersLeft, &packet)
    default:
      packet.enterTunnel(.gre, identifier: key)
      let fault = network(bytes, type, position, end, headersLeft, &packet)
      return fault == .notIP ? .unsupportedTransport : fault
    }
  }

  /// Flags, next protocol (generic extension), identifier in three bytes, reserved (RFC 7348 §5, draft-ietf-nvo3-vxlan-gpe §3).
  private static func vxlan(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 8 <= end, start + 8 <= bytes.byteCount else { return .truncatedTransportHeader }
    // Some send all flags as zero or one: that there is a frame inside is the better evidence.
    let flags = bytes.load8(at: start)
    let identifier = bytes.loadBigEndian32(at: start + 4) >> 8
    packet.enterTunnel(.vxlan, identifier: identifier)
    guard flags & 0x04 != 0 else { return ethernet(bytes, start + 8, end, headersLeft, &packet) }
    switch bytes.load8(at: start + 3) {
    case 1: return internet4(bytes, start + 8, end, headersLeft, &packet)
    case 2: return internet6(bytes, start + 8, end, headersLeft, &packet)
    case 3: return ethernet(bytes, start + 8, end, headersLeft, &packet)
    case 4:
      packet.tunnel = .vxlanNSH
      return networkServiceHeader(bytes, start + 8, end, headersLeft, &packet)
    default: return ethernet(bytes, start + 8, end, headersLeft, &packet)
    }
  }

  /// Network service header: a length in four-byte words in the second byte, the next protocol in the fourth (RFC 8300 §2.2).
  static func networkServiceHeader(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard headersLeft > 0 else { return .tooManyHeaders }
    guard start + 8 <= end, let header = bytes.bigEndian32(at: start) else { return .truncatedLinkHeader }
    let position = start + Int(header >> 16 & 0x3f) * 4
    guard position >= start + 8 else { return .malformedTransportHeader }
    switch header & 0xff {
    case 1: return internet4(bytes, position, end, headersLeft, &packet)
    case 2: return internet6(bytes, position, end, headersLeft, &packet)
    case 3: return ethernet(bytes, position, end, headersLeft - 1, &packet)
    case 5: return labelStack(bytes, position, end, headersLeft - 1, &packet)
    default: return .notIP
    }
  }

  /// Version and option length (in fours), flags, EtherType, identifier in three bytes, reserved, options (RFC 8926 §3.4).
  private static func geneve(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault?
  {
    guard start + 8 <= end, start + 8 <= bytes.byteCount else { return .truncatedTransportHeader }
    let first = bytes.load8(at: start)
    guard first >> 6 == 0 else { return .malformedTransportHeader }
    packet.enterTunnel(.geneve, identifier: bytes.loadBigEndian32(at: start + 4) >> 8)
    return network(
      bytes, bytes.loadBigEndian16(at: start + 2), start + 8 + Int(first & 0x3f) * 4, end, headersLeft, &packet)
  }

  /// A user-plane packet: flags, type 255, length, tunnel endpoint identifier, then sequence number, N-PDU number and extension
  /// headers when the flags ask for any of them (3GPP TS 29.281 §5.1). Version 0 has a fixed 20-byte header (TS 29.060 §6).
  private static func gtp(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 8 <= end, start + 8 <= bytes.byteCount else { return .truncatedTransportHeader }
    let flags = bytes.load8(at: start)
    guard flags & 0x10 != 0, bytes.load8(at: start + 1) == 255 else { return .unsupportedTransport }
    var position = start + 8
    switch flags >> 5 {
    case 0: position = start + 20
    case 1:
      let packetEnd = min(end, start + 8 + Int(bytes.loadBigEndian16(at: start + 2)))
      guard flags & 0x07 != 0 else { break }
      guard var next = bytes.uint8(at: start + 11) else { return .truncatedTransportHeader }
      position = start + 12
      if flags & 0x04 == 0 { next = 0 }
      var extensionsLeft = maximumExtensionHeaderCount
      while next != 0 {
        guard let length = bytes.uint8(at: position), length > 0, extensionsLeft > 0 else { return .malformedTransportHeader }
        position += Int(length) * 4
        guard position <= packetEnd, let following = bytes.uint8(at: position - 1) else { return .truncatedTransportHeader }
        next = following
        extensionsLeft -= 1
      }
    default: return .unsupportedTransport
    }
    packet.enterTunnel(.gtpU, identifier: bytes.loadBigEndian32(at: start + 4))
    return internet(bytes, position, end, headersLeft, &packet)
  }

  /// A data message of version 2: flags, optional length, tunnel and session, optional sequence numbers and offset, then PPP
  /// (RFC 2661 §3.1).
  private static func layer2Tunnelling(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start + 6 <= end, let flags = bytes.bigEndian16(at: start) else { return .truncatedTransportHeader }
    guard flags & 0x000f == 2, flags & 0x8000 == 0 else { return .unsupportedTransport }
    var position = start + 2
    if flags & 0x4000 != 0 { position += 2 }
    guard let identifier = bytes.bigEndian32(at: position) else { return .truncatedTransportHeader }
    position += 4
    if flags & 0x0800 != 0 { position += 4 }
    if flags & 0x0200 != 0 {
      guard let offset = bytes.bigEndian16(at: position) else { return .truncatedTransportHeader }
      position += 2 + Int(offset)
    }
    packet.enterTunnel(.l2tp, identifier: identifier)
    return pointToPoint(bytes, position, end, headersLeft, &packet)
  }

  /// AYIYA (draft-massar-v6ops-ayiya-02 §3): lengths of identity (a power of two) and signature (in fours), then the next header's number;
  /// after eight bytes, identity and signature.
  private static func anythingInAnything(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start + 8 <= end, let header = bytes.bigEndian32(at: start) else { return .truncatedTransportHeader }
    let position = start + 8 + (1 << Int(header >> 28)) + Int(header >> 20 & 0x0f) * 4
    packet.enterTunnel(.ayiya, identifier: nil)
    switch header & 0xff {
    case 4: return internet4(bytes, position, end, headersLeft, &packet)
    case 41: return internet6(bytes, position, end, headersLeft, &packet)
    default: return .unsupportedTransport
    }
  }

  /// Optional authentication and origin indications, then IPv6 (RFC 4380 §5.1.1).
  private static func teredo(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault?
  {
    var position = start
    if bytes.bigEndian16(at: position) == 1 {
      guard let client = bytes.uint8(at: position + 2), let value = bytes.uint8(at: position + 3) else { return .truncatedTransportHeader }
      position += 13 + Int(client) + Int(value)
    }
    if bytes.bigEndian16(at: position) == 0 { position += 8 }
    guard let first = bytes.uint8(at: position), first >> 4 == 6 else { return .unsupportedTransport }
    packet.enterTunnel(.teredo, identifier: nil)
    return internet6(bytes, position, end, headersLeft, &packet)
  }
}
