import Capture
import Testing
import Transport
import Wire

@Suite struct FragmentReassemblerTests {
  /// A UDP datagram of 64 payload bytes, as IPv4 fragments at the given offsets and byte counts of its IP payload (72 bytes).
  private static func fragment(_ offset: Int, _ count: Int, identification: UInt8 = 1, filler: UInt8? = nil) -> [UInt8] {
    let whole = PacketBytes.udp(53, (0..<64).map { UInt8($0) })
    var payload = Array(whole[(20 + offset)..<(20 + offset + count)])
    if let filler { payload = payload.map { _ in filler } }
    var bytes = Array(whole[0..<20]) + payload
    bytes[3] = UInt8(20 + count)
    bytes[5] = identification
    let isLast = offset + count == 72
    bytes[6] = isLast ? 0 : 0x20
    bytes[7] = UInt8(offset / 8)
    return bytes
  }

  private static func header(_ ordinal: UInt64, seconds: Int64, byteCount: Int) -> PacketHeader {
    PacketHeader(
      ordinal: ordinal, time: Timestamp(nanoseconds: seconds * 1_000_000_000), interfaceIndex: 0, linkType: .raw,
      originalByteCount: UInt32(byteCount))
  }

  /// The datagram that the fragments make, as decoded, and its payload.
  private static func run(_ fragments: [[UInt8]]) -> (packet: DecodedPacket, payload: [UInt8])? {
    var reassembler = FragmentReassembler()
    var packet = DecodedPacket()
    for (index, bytes) in fragments.enumerated() {
      let header = header(UInt64(index), seconds: 0, byteCount: bytes.count)
      guard PacketDecoder.decode(bytes.span.bytes, header, into: &packet) == .fragment else { return nil }
      if case .whole(let datagram) = reassembler.add(bytes.span.bytes, header, &packet) {
        return (packet, Array(datagram[packet.payloadOffset..<(packet.payloadOffset + packet.capturedPayloadByteCount)]))
      }
    }
    return nil
  }

  @Test(
    "fragments in any order become their datagram",
    arguments: [
      ("in order", [(0, 24), (24, 24), (48, 24)], 3), ("backwards", [(48, 24), (24, 24), (0, 24)], 3),
      ("mixed", [(24, 24), (48, 24), (0, 24)], 3), ("one twice", [(0, 24), (0, 24), (48, 24), (24, 24)], 4),
      ("overlapping", [(0, 40), (24, 40), (40, 32)], 3), ("one inside another", [(0, 48), (16, 8), (48, 24)], 3),
    ] as [(String, [(Int, Int)], Int)])
  func reassembles(name: String, ranges: [(Int, Int)], packetCount: Int) throws {
    let result = try #require(FragmentReassemblerTests.run(ranges.map { FragmentReassemblerTests.fragment($0.0, $0.1) }), "\(name)")
    #expect(result.payload == (0..<64).map { UInt8($0) }, "\(name)")
    #expect(result.packet.source.port == 0xc000 && result.packet.destination.port == 53 && result.packet.payloadByteCount == 64, "\(name)")
    #expect(result.packet.packetCount == UInt32(packetCount), "\(name)")
    #expect(result.packet.wireByteCount == UInt32(ranges.reduce(0) { $0 + 20 + $1.1 }), "\(name)")
  }

  @Test("of bytes sent twice the first copy counts")
  func firstCopyWins() throws {
    let result = try #require(
      FragmentReassemblerTests.run([
        FragmentReassemblerTests.fragment(0, 48), FragmentReassemblerTests.fragment(24, 24, filler: 0xee),
        FragmentReassemblerTests.fragment(48, 24),
      ]))
    #expect(result.payload == (0..<64).map { UInt8($0) })
  }

  @Test("datagrams do not mix, and a hole keeps one waiting")
  func incomplete() {
    #expect(FragmentReassemblerTests.run([FragmentReassemblerTests.fragment(0, 24), FragmentReassemblerTests.fragment(48, 24)]) == nil)
    #expect(
      FragmentReassemblerTests.run([FragmentReassemblerTests.fragment(0, 24), FragmentReassemblerTests.fragment(24, 48, identification: 2)])
        == nil)
  }

  @Test("a datagram that stays incomplete yields its beginning, and the rest is counted")
  func givesUp() throws {
    var reassembler = FragmentReassembler()
    var packet = DecodedPacket()
    for (ordinal, bytes) in [FragmentReassemblerTests.fragment(0, 24), FragmentReassemblerTests.fragment(48, 24)].enumerated() {
      let header = FragmentReassemblerTests.header(UInt64(ordinal + 1), seconds: 0, byteCount: bytes.count)
      _ = PacketDecoder.decode(bytes.span.bytes, header, into: &packet)
      _ = reassembler.add(bytes.span.bytes, header, &packet)
    }
    let early = reassembler.nextBeginning(into: &packet)
    #expect(early == nil)
    let other = FragmentReassemblerTests.fragment(0, 24, identification: 9)
    let header = FragmentReassemblerTests.header(3, seconds: 31, byteCount: other.count)
    _ = PacketDecoder.decode(other.span.bytes, header, into: &packet)
    _ = reassembler.add(other.span.bytes, header, &packet)
    let found = reassembler.nextBeginning(into: &packet)
    let beginning = try #require(found)
    #expect(beginning.header.ordinal == 1 && packet.destination.port == 53)
    // UDP says that 64 bytes were sent; 16 of them came.
    #expect(packet.payloadByteCount == 64 && packet.capturedPayloadByteCount == 16 && packet.wireByteCount == 44)
    let lost = reassembler.lostFragmentCount
    #expect(lost == 1)
  }

  @Test("a first fragment that the capture cut yields its flow at once")
  func cutByCapture() throws {
    var reassembler = FragmentReassembler()
    var packet = DecodedPacket()
    let bytes = Array(FragmentReassemblerTests.fragment(0, 48).prefix(40))
    let header = FragmentReassemblerTests.header(1, seconds: 0, byteCount: 68)
    #expect(PacketDecoder.decode(bytes.span.bytes, header, into: &packet) == .fragment)
    _ = reassembler.add(bytes.span.bytes, header, &packet)
    let found = reassembler.nextBeginning(into: &packet)
    _ = try #require(found)
    #expect(packet.destination.port == 53 && packet.payloadByteCount == 64 && packet.capturedPayloadByteCount == 12)
  }

  @Test("IPv6 fragments become their datagram")
  func ipv6() throws {
    func fragment(_ offset: Int, _ count: Int, isLast: Bool) -> [UInt8] {
      let word = UInt16(offset) | (isLast ? 0 : 1)
      return PacketBytes.ipv6(
        next: 44, [6, 0, UInt8(word >> 8), UInt8(word & 0xff), 0, 0, 0, 5] + Array(PacketBytes.tcpSegment[offset..<(offset + count)]))
    }
    let result = try #require(FragmentReassemblerTests.run([fragment(8, 16, isLast: true), fragment(0, 8, isLast: false)]))
    #expect(result.packet.ipProtocol == .tcp && result.packet.destination.port == 80 && result.payload == Array("GET ".utf8))
  }

  @Test("random fragments never trap, and what waits is bounded", arguments: 1...5 as ClosedRange<UInt64>)
  func survivesAnything(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var reassembler = FragmentReassembler()
    var packet = DecodedPacket()
    for step in 0..<1500 as Range<UInt64> {
      var bytes = FragmentReassemblerTests.fragment(0, 24)
      bytes[4] = UInt8.random(in: 0...255, using: &random)
      bytes[5] = UInt8.random(in: 0...255, using: &random)
      bytes[6] = UInt8.random(in: 0...63, using: &random)
      bytes[7] = UInt8.random(in: 0...255, using: &random)
      let header = FragmentReassemblerTests.header(step, seconds: Int64(step / 100), byteCount: bytes.count)
      if PacketDecoder.decode(bytes.span.bytes, header, into: &packet) == .fragment {
        _ = reassembler.add(bytes.span.bytes, header, &packet)
      }
      while reassembler.nextBeginning(into: &packet) != nil {}
    }
    reassembler.giveUpAll()
    let lost = reassembler.lostFragmentCount
    #expect(lost > 0)
  }
}
