import Capture
import Wire

extension PacketDecoder {
  /// What an IP header carries. `start` ≤ `end`; `start` may lie beyond the captured bytes.
  @inline(__always)
  static func transport(
    _ bytes: RawSpan, _ ipProtocol: UInt8, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    packet.l4ByteCount = UInt32(truncatingIfNeeded: end - start)
    switch ipProtocol {
    case 6: return tcp(bytes, start, end, &packet)
    case 17: return udp(bytes, start, end, headersLeft, &packet)
    default: return otherTransport(bytes, ipProtocol, start, end, headersLeft, &packet)
    }
  }

  /// ```
  ///  0                   1                   2                   3
  /// |          Source Port          |       Destination Port        |
  /// |                        Sequence Number                        |
  /// |                    Acknowledgment Number                      |
  /// | Offset| Rsvd  |     Flags     |            Window             |
  /// |           Checksum            |         Urgent Pointer        |
  /// ```
  /// RFC 9293 §3.1, then options up to Offset × 4 bytes.
  @inline(__always)
  static func tcp(_ bytes: RawSpan, _ start: Int, _ end: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 20 <= min(end, bytes.byteCount) else { return cutHeader(bytes, start, end, 20, &packet) }
    packet.source.port = bytes.loadBigEndian16(at: start)
    packet.destination.port = bytes.loadBigEndian16(at: start + 2)
    packet.tcpSequence = bytes.loadBigEndian32(at: start + 4)
    packet.tcpAcknowledgment = bytes.loadBigEndian32(at: start + 8)
    let headerByteCount = Int(bytes.load8(at: start + 12) >> 4) * 4
    packet.tcpFlags = TCPFlags(rawValue: bytes.load8(at: start + 13))
    packet.tcpWindow = bytes.loadBigEndian16(at: start + 14)
    // A header that is said to be shorter than it is, or longer than the packet, leaves no payload that could be believed.
    guard headerByteCount >= 20, start + headerByteCount <= end else {
      packet.setPayload(end, end, bytes.byteCount)
      return nil
    }
    // A lone timestamps option, aligned as RFC 7323 appendix A recommends, is by far the most common one and says nothing we use.
    if headerByteCount > 20, headerByteCount != 32 || bytes.bigEndian32(at: start + 20) != 0x0101_080a {
      tcpOptions(bytes, start + 20, min(start + headerByteCount, bytes.byteCount), &packet)
    }
    packet.setPayload(start + headerByteCount, end, bytes.byteCount)
    return nil
  }

  /// A header that was sent, or captured, without its end still names its flow when its ports are there.
  @inline(never)
  private static func cutHeader(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headerByteCount: Int, _ packet: inout DecodedPacket
  ) -> PacketFault {
    if start + 4 <= end, let source = bytes.bigEndian16(at: start), let destination = bytes.bigEndian16(at: start + 2) {
      packet.source.port = source
      packet.destination.port = destination
      packet.hasPorts = true
    }
    return start + headerByteCount <= end ? .truncatedTransportHeader : .malformedTransportHeader
  }

  /// Kind, length and value of each option (RFC 9293 §3.1). A malformed list ends there: the segment itself is fine.
  private static func tcpOptions(_ bytes: RawSpan, _ start: Int, _ end: Int, _ packet: inout DecodedPacket) {
    var position = start
    while position < end {
      let kind = bytes.load8(at: position)
      if kind == 0 { return }
      if kind == 1 {
        position += 1
        continue
      }
      guard position + 1 < end else { return }
      let length = Int(bytes.load8(at: position + 1))
      guard length >= 2, position + length <= end else { return }
      switch (kind, length) {
      case (2, 4): packet.tcpMaximumSegmentSize = bytes.loadBigEndian16(at: position + 2)
      // RFC 7323 §2.3: a shift above 14 is taken as 14.
      case (3, 3): packet.tcpWindowScale = min(14, bytes.load8(at: position + 2))
      case (4, 2): packet.tcpSelectiveAcknowledgmentPermitted = true
      case (5, 10...): packet.tcpSelectiveAcknowledgmentBlockCount = UInt8((length - 2) / 8)
      default: break
      }
      position += length
    }
  }

  /// Source port, destination port, length of header and data, checksum; two bytes each (RFC 768).
  @inline(__always)
  static func udp(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 8 <= min(end, bytes.byteCount) else { return cutHeader(bytes, start, end, 8, &packet) }
    packet.source.port = bytes.loadBigEndian16(at: start)
    packet.destination.port = bytes.loadBigEndian16(at: start + 2)
    let length = Int(bytes.loadBigEndian16(at: start + 4))
    // Length 0 is a jumbogram (RFC 2675 §4) or a packet that the interface was to segment. A length shorter than the header is
    // nonsense, but the IP header still says where the datagram ends.
    let datagramEnd = length < 8 ? end : min(end, start + length)
    packet.setPayload(start + 8, datagramEnd, bytes.byteCount)
    if mayBeTunnel(packet.destination.port) || mayBeTunnel(packet.source.port) {
      return udpTunnel(bytes, start + 8, datagramEnd, headersLeft, &packet)
    }
    return nil
  }

  static func otherTransport(
    _ bytes: RawSpan, _ ipProtocol: UInt8, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    switch ipProtocol {
    case 1: return icmp(bytes, start, end, echoTypes: (8, 0), &packet)
    case 58: return icmp(bytes, start, end, echoTypes: (128, 129), &packet)
    case 132: return sctp(bytes, start, end, &packet)
    case 51: return authenticationHeader(bytes, start, end, headersLeft, &packet)
    default: return internetTunnel(bytes, ipProtocol, start, end, headersLeft, &packet)
    }
  }

  /// Type, code, checksum, then for echo messages an identifier and a sequence number (RFC 792, RFC 4443 §4).
  private static func icmp(
    _ bytes: RawSpan, _ start: Int, _ end: Int, echoTypes: (UInt8, UInt8), _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard start + 4 <= end else { return .malformedTransportHeader }
    guard start + 4 <= bytes.byteCount else { return .truncatedTransportHeader }
    let type = bytes.load8(at: start)
    // Those of a tunnel over UDP are not the inner packet's.
    packet.source.port = 0
    packet.destination.port = 0
    packet.icmpType = type
    packet.icmpCode = bytes.load8(at: start + 1)
    if type == echoTypes.0 || type == echoTypes.1, start + 8 <= end {
      packet.icmpIdentifier = bytes.bigEndian16(at: start + 4)
      packet.icmpSequence = bytes.bigEndian16(at: start + 6)
    }
    packet.setPayload(min(start + 8, end), end, bytes.byteCount)
    return nil
  }

  /// Ports, verification tag and checksum (RFC 9260 §3.1); chunks are the payload.
  private static func sctp(_ bytes: RawSpan, _ start: Int, _ end: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard start + 12 <= min(end, bytes.byteCount) else { return cutHeader(bytes, start, end, 12, &packet) }
    packet.source.port = bytes.loadBigEndian16(at: start)
    packet.destination.port = bytes.loadBigEndian16(at: start + 2)
    packet.setPayload(start + 12, end, bytes.byteCount)
    return nil
  }

  /// IPv4's authentication header: next header, and a length in four bytes less two (RFC 4302 §2).
  private static func authenticationHeader(
    _ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket
  ) -> PacketFault? {
    guard headersLeft > 0 else { return .tooManyHeaders }
    guard let next = bytes.uint8(at: start), let length = bytes.uint8(at: start + 1) else { return .truncatedIPHeader }
    let position = start + (Int(length) + 2) * 4
    guard position <= end else { return .malformedIPHeader }
    packet.ipProtocol = IPProtocol(next)
    packet.l4ByteCount = UInt32(truncatingIfNeeded: end - position)
    switch next {
    case 6: return tcp(bytes, position, end, &packet)
    case 17: return udp(bytes, position, end, headersLeft - 1, &packet)
    default: return otherTransport(bytes, next, position, end, headersLeft - 1, &packet)
    }
  }
}

extension DecodedPacket {
  @inline(__always)
  mutating func setPayload(_ start: Int, _ end: Int, _ capturedEnd: Int) {
    payloadOffset = min(start, capturedEnd)
    payloadByteCount = max(0, end - start)
    capturedPayloadByteCount = max(0, min(end, capturedEnd) - start)
  }
}
