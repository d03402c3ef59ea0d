import Capture
import Wire

extension PacketDecoder {
  /// ```
  ///  0                   1                   2                   3
  /// |Version|  IHL  |Type of Service|          Total Length         |
  /// |         Identification        |Flags|      Fragment Offset    |
  /// |  Time to Live |    Protocol   |         Header Checksum       |
  /// |                       Source Address                          |
  /// |                    Destination Address                        |
  /// ```
  /// RFC 791 §3.1, then options up to IHL × 4 bytes.
  static func internet4(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard headersLeft > 0 else { return .tooManyHeaders }
    guard start + 20 <= bytes.byteCount else { return .truncatedIPHeader }
    let first = bytes.load8(at: start)
    let headerByteCount = Int(first & 0x0f) * 4
    guard first >> 4 == 4, headerByteCount >= 20 else { return .malformedIPHeader }
    // A total length of 0 is a packet that the interface was to segment: it goes on to the end of the frame.
    let totalLength = Int(bytes.loadBigEndian16(at: start + 2))
    guard totalLength == 0 || totalLength >= headerByteCount else { return .malformedIPHeader }
    let datagramEnd = totalLength == 0 ? end : min(end, start + totalLength)
    guard start + headerByteCount <= datagramEnd else { return .malformedIPHeader }

    packet.etherType = EtherType.ipv4
    packet.ipIdentification = bytes.loadBigEndian16(at: start + 4)
    packet.source.address = IPAddress(v4: bytes.loadBigEndian32(at: start + 12))
    packet.destination.address = IPAddress(v4: bytes.loadBigEndian32(at: start + 16))
    packet.l3ByteCount = UInt32(truncatingIfNeeded: datagramEnd - start)
    if headerByteCount > 20, let final = sourceRouteEnd(bytes, start + 20, start + headerByteCount) {
      packet.destination.address = IPAddress(v4: final)
    }
    let ipProtocol = bytes.load8(at: start + 9)
    packet.ipProtocol = IPProtocol(ipProtocol)
    let fragment = bytes.loadBigEndian16(at: start + 6)
    let position = start + headerByteCount
    if fragment & 0x3fff != 0 {
      packet.fragment = IPFragment(
        identification: UInt32(packet.ipIdentification ?? 0), offset: Int(fragment & 0x1fff) * 8, isLast: fragment & 0x2000 == 0,
        headerOffset: start, payloadOffset: position, payloadByteCount: datagramEnd - position, ipProtocol: packet.ipProtocol)
      return .fragment
    }
    return transport(bytes, ipProtocol, position, datagramEnd, headersLeft - 1, &packet)
  }

  /// The last address of a loose or strict source route that is still under way: the datagram's real destination (RFC 791 §3.1).
  private static func sourceRouteEnd(_ bytes: RawSpan, _ start: Int, _ end: Int) -> UInt32? {
    var position = start
    while position < end, let type = bytes.uint8(at: position), type != 0 {
      if type == 1 {
        position += 1
        continue
      }
      guard let length = bytes.uint8(at: position + 1), length >= 2, position + Int(length) <= end else { return nil }
      if type == 131 || type == 137 {
        guard length >= 7, let pointer = bytes.uint8(at: position + 2), pointer <= length else { return nil }
        return bytes.bigEndian32(at: position + Int(length) - 4)
      }
      position += Int(length)
    }
    return nil
  }

  /// ```
  ///  0                   1                   2                   3
  /// |Version| Traffic Class |           Flow Label                  |
  /// |         Payload Length        |  Next Header  |   Hop Limit   |
  /// |                  Source Address (16 bytes)                    |
  /// |               Destination Address (16 bytes)                  |
  /// ```
  /// RFC 8200 §3, then extension headers.
  static func internet6(_ bytes: RawSpan, _ start: Int, _ end: Int, _ headersLeft: Int, _ packet: inout DecodedPacket) -> PacketFault? {
    guard headersLeft > 0 else { return .tooManyHeaders }
    guard start + 40 <= bytes.byteCount else { return .truncatedIPHeader }
    guard bytes.load8(at: start) >> 4 == 6, start + 40 <= end else { return .malformedIPHeader }
    packet.etherType = EtherType.ipv6
    packet.ipIdentification = nil
    packet.source.address = IPAddress(high: bytes.loadBigEndian64(at: start + 8), low: bytes.loadBigEndian64(at: start + 16))
    packet.destination.address = IPAddress(high: bytes.loadBigEndian64(at: start + 24), low: bytes.loadBigEndian64(at: start + 32))
    // 0 is a jumbogram (RFC 2675) or a packet that the interface was to segment.
    let payloadLength = Int(bytes.loadBigEndian16(at: start + 4))
    let datagramEnd = payloadLength == 0 ? end : min(end, start + 40 + payloadLength)
    packet.l3ByteCount = UInt32(truncatingIfNeeded: datagramEnd - start)

    var next = bytes.load8(at: start + 6)
    var position = start + 40
    var extensionsLeft = maximumExtensionHeaderCount
    while true {
      let lengthUnit: Int
      switch next {
      // Hop-by-hop options, routing, destination options, mobility (RFC 6275), HIP (RFC 7401), Shim6 (RFC 5533).
      case 0, 43, 60, 135, 139, 140: lengthUnit = 8
      case 51: lengthUnit = 4
      case 44:
        guard position + 8 <= min(bytes.byteCount, datagramEnd) else { return .truncatedIPHeader }
        let fragment = bytes.loadBigEndian16(at: position + 2)
        next = bytes.load8(at: position)
        packet.ipProtocol = IPProtocol(next)
        // RFC 6946: an atomic fragment (offset 0 and no more) is a whole packet.
        if fragment & 0xfff9 != 0 {
          packet.fragment = IPFragment(
            identification: bytes.loadBigEndian32(at: position + 4), offset: Int(fragment & 0xfff8), isLast: fragment & 1 == 0,
            headerOffset: start, payloadOffset: position + 8, payloadByteCount: datagramEnd - position - 8, ipProtocol: packet.ipProtocol)
          return .fragment
        }
        position += 8
        extensionsLeft -= 1
        guard extensionsLeft > 0 else { return .tooManyHeaders }
        continue
      default:
        packet.ipProtocol = IPProtocol(next)
        return transport(bytes, next, position, datagramEnd, headersLeft - 1, &packet)
      }
      guard position + 2 <= min(bytes.byteCount, datagramEnd) else { return .truncatedIPHeader }
      // Length in units beyond the first eight bytes; the authentication header counts in fours (RFC 4302 §2.2).
      let byteCount = 8 + Int(bytes.load8(at: position + 1)) * lengthUnit
      guard position + byteCount <= datagramEnd else { return .malformedIPHeader }
      if next == 60, let home = homeAddress(bytes, position + 2, position + byteCount) { packet.source.address = home }
      next = bytes.load8(at: position)
      packet.ipProtocol = IPProtocol(next)
      position += byteCount
      extensionsLeft -= 1
      guard extensionsLeft > 0 else { return .tooManyHeaders }
    }
  }

  /// The address of a mobile node at home, which the layers above know it by: a destination option of type 201 (RFC 6275 §6.3).
  @inline(never)
  private static func homeAddress(_ bytes: RawSpan, _ start: Int, _ end: Int) -> IPAddress? {
    var position = start
    while position + 2 <= end, let type = bytes.uint8(at: position) {
      // A lone byte of padding.
      if type == 0 {
        position += 1
        continue
      }
      guard let length = bytes.uint8(at: position + 1), position + 2 + Int(length) <= end else { return nil }
      if type == 201, length == 16 {
        guard let high = bytes.bigEndian64(at: position + 2), let low = bytes.bigEndian64(at: position + 10) else { return nil }
        return IPAddress(high: high, low: low)
      }
      position += 2 + Int(length)
    }
    return nil
  }
}
