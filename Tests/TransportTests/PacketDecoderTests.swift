import Capture
import Testing
import Transport
import Wire

@Suite struct PacketDecoderTests {
  static func decode(_ bytes: [UInt8], _ linkType: LinkType = .ethernet, wireByteCount: Int? = nil) -> (
    packet: DecodedPacket, fault: PacketFault?
  ) {
    var packet = DecodedPacket()
    let header = PacketHeader(
      ordinal: 1, time: Timestamp(nanoseconds: 0), interfaceIndex: 0, linkType: linkType,
      originalByteCount: UInt32(wireByteCount ?? bytes.count))
    let fault = PacketDecoder.decode(bytes.span.bytes, header, into: &packet)
    return (packet, fault)
  }

  // MARK: Link layers

  @Test(
    "every link layer leads to the same TCP segment",
    arguments: [
      ("Ethernet II", LinkType.ethernet, PacketBytes.ethernet(0x0800)),
      ("802.3 with LLC and SNAP", .ethernet, PacketBytes.macs + [0, 60] + [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]),
      ("802.3 with LLC, IP's own number", .ethernet, PacketBytes.macs + [0, 60] + [6, 6, 3]),
      ("VLAN", .ethernet, PacketBytes.ethernet(0x8100) + [0x00, 0x64, 0x08, 0x00]),
      ("QinQ", .ethernet, PacketBytes.ethernet(0x88a8) + [0x00, 0x64, 0x81, 0x00, 0x00, 0x07, 0x08, 0x00]),
      ("VLAN with a length and SNAP", .ethernet, PacketBytes.ethernet(0x8100) + [0, 1, 0, 60, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]),
      ("MPLS, two labels", .ethernet, PacketBytes.ethernet(0x8847) + [0, 0x01, 0x00, 0x40, 0, 0x02, 0x01, 0x40]),
      (
        "MPLS pseudowire with a control word", .ethernet,
        PacketBytes.ethernet(0x8847) + [0, 2, 1, 64] + [0, 0, 0, 0] + PacketBytes.ethernet(0x0800)
      ),
      ("PPPoE", .ethernet, PacketBytes.ethernet(0x8864) + [0x11, 0, 0, 9, 0, 46, 0x00, 0x21]),
      ("FabricPath", .ethernet, PacketBytes.ethernet(0x8903) + [0, 1] + PacketBytes.ethernet(0x0800)),
      ("SLL", .linuxSLL, [0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0]),
      ("SLL2", .linuxSLL2, [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0]),
      ("NULL, little-endian", .null, [2, 0, 0, 0]), ("NULL, big-endian", .null, [0, 0, 0, 2]), ("LOOP", .loop, [0, 0, 0, 2]),
      ("raw", .raw, []), ("raw IPv4", .ipv4, []), ("DLT_RAW of BSD", LinkType(12), []), ("DLT_RAW of OpenBSD", LinkType(14), []),
      ("PPP", LinkType(9), [0xff, 0x03, 0x00, 0x21]), ("PPP, compressed", LinkType(9), [0x21]),
      ("Cisco HDLC", LinkType(104), [0x0f, 0, 8, 0]),
      (
        "802.11, to the distribution system, QoS", LinkType(105), PacketBytes.wireless(control: 0x88, flags: 1) + [0, 0] + PacketBytes.snap
      ),
      (
        "802.11, several frames in one", LinkType(105),
        PacketBytes.wireless(control: 0x88, flags: 1) + [0x80, 0] + PacketBytes.macs + [0, 52] + PacketBytes.snap
      ),
      ("radiotap", LinkType(127), [0, 0, 8, 0, 0, 0, 0, 0] + PacketBytes.wireless(control: 0x08, flags: 2) + PacketBytes.snap),
      ("PPI around Ethernet", LinkType(192), [0, 0, 8, 0, 1, 0, 0, 0] + PacketBytes.ethernet(0x0800)),
      ("NFLOG", LinkType(239), [2, 0, 0, 0, 6, 0, 1, 0, 0, 0, 0, 0, 52, 0, 9, 0]),
    ] as [(String, LinkType, [UInt8])])
  func linkLayers(name: String, linkType: LinkType, prefix: [UInt8]) {
    let (packet, fault) = PacketDecoderTests.decode(prefix + PacketBytes.ipv4TCP, linkType)
    #expect(fault == nil, "\(name)")
    #expect(packet.source == Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 4660), "\(name)")
    #expect(packet.destination == Endpoint(address: IPAddress(v4: 0x0a00_0002), port: 80), "\(name)")
    #expect(packet.payloadByteCount == 4 && packet.capturedPayloadByteCount == 4, "\(name)")
    #expect(packet.payloadOffset == prefix.count + 40, "\(name)")
  }

  @Test("hardware addresses and the outermost VLAN are kept")
  func linkFields() {
    let (packet, _) = PacketDecoderTests.decode(
      PacketBytes.ethernet(0x88a8) + [0x60, 0x64, 0x81, 0x00, 0x00, 0x07, 0x08, 0x00] + PacketBytes.ipv4TCP)
    #expect(packet.destinationMAC == 0x0202_0202_0202 && packet.sourceMAC == 0x0101_0101_0101 && packet.vlan == 0x64)
  }

  // MARK: IP and transport

  @Test("fields of a TCP segment, its options included")
  func tcpFields() {
    let (packet, fault) = PacketDecoderTests.decode(
      PacketBytes.ethernet(0x0800)
        + PacketBytes.ipv4(
          protocol: 6,
          [
            0x12, 0x34, 0x00, 0x50,  // ports
            1, 2, 3, 4, 5, 6, 7, 8,  // sequence, acknowledgment
            0xb0, 0xc2, 0x20, 0x00, 0, 0, 0, 0,  // 44 bytes, CWR ECE SYN, window
            2, 4, 0x05, 0xb4,  // maximum segment size 1460
            1, 3, 3, 20,  // window scale 20, which counts as 14
            4, 2, 1, 1,  // selective acknowledgment permitted
            5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0,  // one block, end of options
          ]))
    #expect(fault == nil)
    #expect(packet.tcpSequence == 0x0102_0304 && packet.tcpAcknowledgment == 0x0506_0708)
    #expect(packet.tcpFlags == [.cwr, .ece, .syn] && packet.tcpWindow == 0x2000)
    #expect(packet.tcpMaximumSegmentSize == 1460 && packet.tcpWindowScale == 14)
    #expect(packet.tcpSelectiveAcknowledgmentPermitted && packet.tcpSelectiveAcknowledgmentBlockCount == 1)
    #expect(packet.payloadByteCount == 0 && packet.l3ByteCount == 64 && packet.l4ByteCount == 44 && packet.wireByteCount == 78)
    #expect(packet.ipIdentification == 0xabcd)
  }

  @Test("padding of a short Ethernet frame is not payload")
  func padding() {
    let (packet, _) = PacketDecoderTests.decode(PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP + [0, 0, 0, 0, 0, 0])
    #expect(packet.payloadByteCount == 4 && packet.wireByteCount == 64 && packet.l3ByteCount == 44)
  }

  @Test("a total length of zero reaches to the end of the packet")
  func segmentationOffload() {
    var bytes = PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP + Array(repeating: 0x41, count: 2000)
    bytes[16] = 0
    bytes[17] = 0
    let (packet, fault) = PacketDecoderTests.decode(bytes)
    #expect(fault == nil && packet.payloadByteCount == 2004 && packet.capturedPayloadByteCount == 2004)
  }

  @Test("a cut packet knows how long its payload was")
  func snapped() {
    let whole = PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP
    let (packet, fault) = PacketDecoderTests.decode(Array(whole.dropLast(3)), wireByteCount: whole.count)
    #expect(fault == nil && packet.payloadByteCount == 4 && packet.capturedPayloadByteCount == 1)
  }

  @Test("IPv4 options are stepped over, and a source route ends at its last address")
  func ipOptions() {
    var bytes = PacketBytes.ipv4(protocol: 6, PacketBytes.tcpSegment)
    bytes[0] = 0x47
    bytes[3] += 8
    bytes.insert(contentsOf: [131, 7, 4, 9, 9, 9, 9, 0], at: 20)
    let (packet, fault) = PacketDecoderTests.decode(bytes, .raw)
    #expect(fault == nil && packet.destination == Endpoint(address: IPAddress(v4: 0x0909_0909), port: 80) && packet.payloadByteCount == 4)
  }

  @Test(
    "IPv6 extension headers are stepped over",
    arguments: [
      ("none", 6, []), ("hop-by-hop", 0, [6, 0, 0, 0, 0, 0, 0, 0]),
      ("routing, then destination", 43, [60, 0, 0, 0, 0, 0, 0, 0, 6, 1] + Array(repeating: 0, count: 14)),
      ("authentication", 51, [6, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1] + Array(repeating: 0, count: 12)),
      ("a fragment that is whole", 44, [6, 0, 0, 0, 0, 0, 0, 1]),
    ] as [(String, UInt8, [UInt8])])
  func extensionHeaders(name: String, next: UInt8, headers: [UInt8]) {
    let (packet, fault) = PacketDecoderTests.decode(PacketBytes.ipv6(next: next, headers + PacketBytes.tcpSegment), .raw)
    #expect(fault == nil, "\(name)")
    #expect(
      packet.destination.port == 80 && packet.payloadByteCount == 4 && packet.ipProtocol == .tcp && packet.etherType == 0x86dd, "\(name)")
  }

  @Test("a mobile node's packets are those of its address at home")
  func homeAddress() {
    // Padding of two bytes, then the option.
    let option: [UInt8] = [6, 2, 1, 0, 201, 16] + Array(repeating: 0x20, count: 16) + [1, 0]
    let (packet, fault) = PacketDecoderTests.decode(PacketBytes.ipv6(next: 60, option + PacketBytes.tcpSegment), .raw)
    #expect(fault == nil && packet.destination.port == 80)
    #expect(packet.source.address == IPAddress(high: 0x2020_2020_2020_2020, low: 0x2020_2020_2020_2020))
  }

  @Test("UDP ends where its own length says")
  func udpLength() {
    let (packet, fault) = PacketDecoderTests.decode(PacketBytes.ipv4(protocol: 17, [0, 53, 0x30, 0x39, 0, 10, 0, 0, 1, 2, 3, 4]), .raw)
    #expect(fault == nil && packet.source.port == 53 && packet.payloadByteCount == 2)
  }

  @Test("an echo has an identifier and a sequence number; what an error quotes is no flow")
  func icmp() {
    let echo = PacketDecoderTests.decode(PacketBytes.ipv4(protocol: 1, [8, 0, 0, 0, 0x12, 0x34, 0, 7, 1, 2]), .raw)
    #expect(echo.fault == nil && echo.packet.icmpIdentifier == 0x1234 && echo.packet.icmpSequence == 7 && echo.packet.payloadByteCount == 2)
    let error = PacketDecoderTests.decode(PacketBytes.ipv4(protocol: 1, [3, 3, 0, 0, 0, 0, 0, 0] + PacketBytes.ipv4TCP), .raw)
    #expect(error.fault == nil && error.packet.ipProtocol == .icmp && error.packet.source.port == 0 && error.packet.icmpIdentifier == nil)
  }

  // MARK: Tunnels

  @Test(
    "a tunnel leads to the innermost flow",
    arguments: [
      ("IPIP", TunnelKind.ipip, nil, PacketBytes.ipv4(protocol: 4, PacketBytes.ipv4TCP)),
      ("4in6", .ipip, nil, PacketBytes.ipv6(next: 4, PacketBytes.ipv4TCP)),
      ("GRE with a key", .gre, 7, PacketBytes.ipv4(protocol: 47, [0x20, 0, 8, 0, 0, 0, 0, 7] + PacketBytes.ipv4TCP)),
      (
        "GRE with all fields", .gre, 7,
        PacketBytes.ipv4(protocol: 47, [0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1] + PacketBytes.ipv4TCP)
      ),
      (
        "NVGRE", .gre, 0x100,
        PacketBytes.ipv4(protocol: 47, [0x20, 0, 0x65, 0x58, 0, 0, 1, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      (
        "PPTP", .gre, 9,
        PacketBytes.ipv4(protocol: 47, [0x30, 1, 0x88, 0x0b, 0, 48, 0, 9, 0, 0, 0, 1, 0xff, 0x03, 0, 0x21] + PacketBytes.ipv4TCP)
      ),
      (
        "EoIP", .eoip, 5,
        PacketBytes.ipv4(protocol: 47, [0x20, 1, 0x64, 0, 0, 58, 5, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      ("ERSPAN I", .erspan, nil, PacketBytes.ipv4(protocol: 47, [0, 0, 0x88, 0xbe] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)),
      (
        "ERSPAN II", .erspan, 3,
        PacketBytes.ipv4(
          protocol: 47, [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 3, 0, 0, 0, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      (
        "ERSPAN III", .erspan, 4,
        PacketBytes.ipv4(
          protocol: 47,
          [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      ("VXLAN", .vxlan, 0x123, PacketBytes.udp(4789, [8, 0, 0, 0, 0, 1, 0x23, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)),
      (
        "VXLAN on Linux' old port", .vxlan, 1,
        PacketBytes.udp(8472, [8, 0, 0, 0, 0, 0, 1, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      (
        "VXLAN with a network service header", .vxlanNSH, 1,
        PacketBytes.udp(4790, [0x0c, 0, 0, 4, 0, 0, 1, 0] + [0, 2, 1, 1, 0, 0, 0, 1] + PacketBytes.ipv4TCP)
      ),
      (
        "Geneve with an option", .geneve, 2,
        PacketBytes.udp(6081, [1, 0, 0x65, 0x58, 0, 0, 2, 0, 0, 0, 0, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      (
        "GTP-U with an extension header", .gtpU, 0x11,
        PacketBytes.udp(2152, [0x34, 255, 0, 52, 0, 0, 0, 0x11, 0, 0, 0, 0x85, 1, 0, 0, 0] + PacketBytes.ipv4TCP)
      ),
      ("L2TP", .l2tp, 0x0001_0002, PacketBytes.udp(1701, [0x40, 2, 0, 56, 0, 1, 0, 2, 0xff, 3, 0, 0x21] + PacketBytes.ipv4TCP)),
      (
        "ERSPAN III with a subheader", .erspan, 4,
        PacketBytes.ipv4(
          protocol: 47,
          [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1] + Array(repeating: 0, count: 8)
            + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)
      ),
      ("Geneve around IP", .geneve, 2, PacketBytes.udp(6081, [0, 0, 0x08, 0x00, 0, 0, 2, 0] + PacketBytes.ipv4TCP)),
      ("VXLAN, generic extension around IP", .vxlan, 1, PacketBytes.udp(4790, [0x0c, 0, 0, 1, 0, 0, 1, 0] + PacketBytes.ipv4TCP)),
      (
        "VXLAN with a network service header and a context", .vxlanNSH, 1,
        PacketBytes.udp(
          4790,
          [0x0c, 0, 0, 4, 0, 0, 1, 0] + [0, 6, 1, 3, 0, 0, 0, 1] + Array(repeating: 0, count: 16) + PacketBytes.ethernet(0x0800)
            + PacketBytes.ipv4TCP)
      ),
      ("GTP-U", .gtpU, 0x11, PacketBytes.udp(2152, [0x30, 255, 0, 44, 0, 0, 0, 0x11] + PacketBytes.ipv4TCP)),
      (
        "GTP-U with a sequence number", .gtpU, 0x11,
        PacketBytes.udp(2152, [0x32, 255, 0, 48, 0, 0, 0, 0x11, 0, 1, 0, 0] + PacketBytes.ipv4TCP)
      ),
      ("MPLS over UDP", .mpls, 0x10, PacketBytes.udp(6635, [0, 1, 1, 0x40] + PacketBytes.ipv4TCP)),
      (
        "AYIYA", .ayiya, nil,
        PacketBytes.udp(5072, [0x40, 0, 0, 4, 0, 0, 0, 0] + Array(repeating: 0, count: 16) + PacketBytes.ipv4TCP)
      ),
      ("WCCP", .wccp, nil, PacketBytes.ipv4(protocol: 47, [0, 0, 0x88, 0x3e, 0, 0, 0, 0] + PacketBytes.ipv4TCP)),
      ("EtherIP", .etherIP, nil, PacketBytes.ipv4(protocol: 97, [0x30, 0] + PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP)),
    ] as [(String, TunnelKind, UInt32?, [UInt8])])
  func tunnels(name: String, kind: TunnelKind, identifier: UInt32?, bytes: [UInt8]) {
    let (packet, fault) = PacketDecoderTests.decode(bytes, .raw)
    #expect(fault == nil, "\(name)")
    #expect(packet.source == Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 4660), "\(name)")
    #expect(packet.tunnel == kind && packet.tunnelIdentifier == identifier && packet.tunnelTier == 1, "\(name)")
    #expect(packet.outerSource != nil && packet.payloadByteCount == 4 && packet.l3ByteCount == 44, "\(name)")
    #expect(packet.wireByteCount == bytes.count, "\(name)")
  }

  @Test(
    "IPv6 is tunnelled too, and MPLS and PPPoE have no outer addresses of their own",
    arguments: [
      ("6in4", TunnelKind.sixInFour, true, LinkType.raw, PacketBytes.ipv4(protocol: 41, PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment))),
      ("IPv6 in IPv6", .ipip, true, .raw, PacketBytes.ipv6(next: 41, PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment))),
      ("Teredo", .teredo, true, .raw, PacketBytes.udp(3544, PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment))),
      (
        "Teredo with an origin indication", .teredo, true, .raw,
        PacketBytes.udp(3544, [0, 0, 1, 2, 3, 4, 5, 6] + PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment))
      ),
      (
        "GRE", .gre, true, .raw, PacketBytes.ipv4(protocol: 47, [0, 0, 0x86, 0xdd] + PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment))
      ),
      (
        "PPPoE", .pppoe, false, .ethernet,
        PacketBytes.ethernet(0x8864) + [0x11, 0, 0, 9, 0, 66, 0x00, 0x57] + PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment)
      ),
      ("MPLS", .mpls, false, .ethernet, PacketBytes.ethernet(0x8847) + [0, 1, 1, 64] + PacketBytes.ipv6(next: 6, PacketBytes.tcpSegment)),
    ] as [(String, TunnelKind, Bool, LinkType, [UInt8])])
  func version6Tunnels(name: String, kind: TunnelKind, hasOuterAddresses: Bool, linkType: LinkType, bytes: [UInt8]) {
    let (packet, fault) = PacketDecoderTests.decode(bytes, linkType)
    #expect(fault == nil, "\(name)")
    #expect(packet.etherType == 0x86dd && packet.source.port == 4660 && packet.payloadByteCount == 4, "\(name)")
    #expect(packet.tunnel == kind && packet.tunnelTier == 1 && (packet.outerSource != nil) == hasOuterAddresses, "\(name)")
  }

  @Test("SCTP has ports and bytes")
  func sctp() {
    let (packet, fault) = PacketDecoderTests.decode(
      PacketBytes.ipv4(protocol: 132, [0x12, 0x34, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0] + [0, 3, 0, 17] + Array(repeating: 7, count: 13)), .raw)
    #expect(fault == nil && packet.ipProtocol == .sctp && packet.source.port == 4660 && packet.destination.port == 80)
    #expect(packet.payloadByteCount == 17 && packet.l4ByteCount == 29)
  }

  @Test("a network service header stands on Ethernet too")
  func networkServiceHeader() {
    let (packet, fault) = PacketDecoderTests.decode(PacketBytes.ethernet(0x894f) + [0, 2, 1, 1, 0, 0, 0, 1] + PacketBytes.ipv4TCP)
    #expect(fault == nil && packet.destination.port == 80)
  }

  @Test(
    "a transport header that was cut still names its flow when its ports are there",
    arguments: [(22, false), (24, true), (30, true), (39, true)])
  func cutHeaders(byteCount: Int, hasPorts: Bool) {
    let (packet, fault) = PacketDecoderTests.decode(Array(PacketBytes.ipv4TCP.prefix(byteCount)), .raw, wireByteCount: 44)
    #expect(fault == .truncatedTransportHeader && packet.hasPorts == hasPorts)
    #expect(packet.destination.port == (hasPorts ? 80 : 0))
  }

  @Test("tunnels nest, and the innermost one is named")
  func nestedTunnels() {
    let inner = PacketBytes.ipv4(protocol: 47, [0, 0, 8, 0] + PacketBytes.ipv4TCP, source: 0xc0a8_0001)
    let (packet, fault) = PacketDecoderTests.decode(
      PacketBytes.udp(4789, [8, 0, 0, 0, 0, 0, 1, 0] + PacketBytes.ethernet(0x0800) + inner), .raw)
    #expect(fault == nil && packet.tunnelTier == 2 && packet.tunnel == .gre && packet.outerSource == IPAddress(v4: 0xc0a8_0001))
  }

  @Test("a datagram to a tunnel's port that holds no packet is a flow of its own")
  func notATunnel() {
    let (packet, fault) = PacketDecoderTests.decode(PacketBytes.udp(4789, Array("hello, world, this is text".utf8)), .raw)
    #expect(
      fault == nil && packet.destination.port == 4789 && packet.tunnel == nil && packet.tunnelTier == 0 && packet.payloadByteCount == 26)
  }

  // MARK: Faults

  @Test(
    "what cannot be decoded says why",
    arguments: [
      ("unknown link type", PacketFault.unsupportedLinkType, LinkType(250), [UInt8](repeating: 0, count: 60)),
      ("half an Ethernet header", .truncatedLinkHeader, .ethernet, Array(PacketBytes.macs.prefix(9))),
      ("ARP", .notIP, .ethernet, PacketBytes.ethernet(0x0806) + Array(repeating: 0, count: 28)),
      ("half an IPv4 header", .truncatedIPHeader, .raw, Array(PacketBytes.ipv4TCP.prefix(15))),
      ("IHL of four", .malformedIPHeader, .raw, [0x44] + PacketBytes.ipv4TCP.dropFirst()),
      ("total length shorter than the header", .malformedIPHeader, .raw, [0x45, 0, 0, 10] + PacketBytes.ipv4TCP.dropFirst(4)),
      ("half a TCP header", .truncatedTransportHeader, .raw, Array(PacketBytes.ipv4TCP.prefix(30))),
      ("no room for a TCP header", .malformedTransportHeader, .raw, [0x45, 0, 0, 30] + PacketBytes.ipv4TCP.dropFirst(4)),
      ("a later fragment", .fragment, .raw, Array(PacketBytes.ipv4TCP.prefix(6)) + [0, 1] + PacketBytes.ipv4TCP.dropFirst(8)),
      ("OSPF", .unsupportedTransport, .raw, PacketBytes.ipv4(protocol: 89, [2, 1, 0, 44])),
      ("IPIP without end", .tooManyHeaders, .raw, PacketBytes.nestedIPIP(40)),
    ] as [(String, PacketFault, LinkType, [UInt8])])
  func faults(name: String, fault: PacketFault, linkType: LinkType, bytes: [UInt8]) {
    // The wire length is what the header claims, so that a cut packet is told from a malformed one.
    #expect(PacketDecoderTests.decode(bytes, linkType, wireByteCount: max(bytes.count, 60)).fault == fault, "\(name)")
  }

  @Test("no bytes and no link type make the decoder trap or run past the packet", arguments: 1...40 as ClosedRange<UInt64>)
  func survivesAnything(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let templates = [
      PacketBytes.ethernet(0x0800) + PacketBytes.ipv4TCP,
      PacketBytes.udp(4789, [8, 0, 0, 0, 0, 0, 1, 0] + PacketBytes.ethernet(0x8847) + PacketBytes.ipv4TCP),
      PacketBytes.ipv6(next: 0, [43, 0, 0, 0, 0, 0, 0, 0, 60, 3] + PacketBytes.tcpSegment),
      PacketBytes.udp(2152, [0x34, 255, 0, 52] + PacketBytes.ipv4TCP),
      PacketBytes.ipv4(protocol: 47, [0xb0, 0, 0x88, 0xbe] + PacketBytes.ipv4TCP),
      PacketBytes.udp(3544, [0, 1, 9, 9] + PacketBytes.ipv4TCP),
    ]
    for _ in 0..<500 {
      var bytes = templates.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      let link = LinkType(
        [0, 1, 6, 7, 9, 10, 50, 51, 101, 104, 105, 108, 109, 113, 117, 119, 127, 129, 138, 163, 192, 204, 239, 242, 276].randomElement(
          using: &random)!)
      let wire = bytes.count + Int.random(in: 0...100, using: &random)
      let (packet, fault) = PacketDecoderTests.decode(bytes, link, wireByteCount: wire)
      if fault == nil {
        #expect(packet.payloadOffset + packet.capturedPayloadByteCount <= bytes.count, "seed \(seed)")
        #expect(packet.capturedPayloadByteCount <= packet.payloadByteCount, "seed \(seed)")
      }
    }
  }
}
