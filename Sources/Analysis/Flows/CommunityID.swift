package import Capture

/// The name by which Zeek, Suricata, Wireshark and others call the same flow.
///
/// Source: Community ID Flow Hashing, version 1 (https://github.com/corelight/community-id-spec), with the default seed 0.
package struct CommunityID: Hashable, Sendable {
  /// The digest, the most significant bits first.
  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  /// - Parameter icmp: Type and code of the first message that `source` sent; only for ICMP and ICMPv6.
  package init(source: Endpoint, destination: Endpoint, _ ipProtocol: IPProtocol, icmp: (type: UInt8, code: UInt8)? = nil) {
    var (first, second) = (source, destination)
    var isOneWay = false
    if let icmp, ipProtocol == .icmp || ipProtocol == .icmpv6 {
      first.port = UInt16(icmp.type)
      if let answer = CommunityID.answer(icmp.type, isVersion6: ipProtocol == .icmpv6) {
        second.port = UInt16(answer)
      } else {
        second.port = UInt16(icmp.code)
        isOneWay = true
      }
    }
    // The lower end comes first, unless the message has no answer and thus only one direction.
    if !isOneWay, second < first { swap(&first, &second) }
    // Seed, addresses, protocol, a byte of padding, ports.
    var message = Message()
    message.append(0, byteCount: 2)
    message.append(first.address)
    message.append(second.address)
    message.append(UInt64(ipProtocol.rawValue) << 8, byteCount: 2)
    let hasPorts: Bool
    switch ipProtocol {
    case .tcp, .udp, .sctp: hasPorts = true
    default: hasPorts = icmp != nil
    }
    if hasPorts { message.append(UInt64(first.port) << 16 | UInt64(second.port), byteCount: 4) }
    let digest = SHA1.digest(of: message.finished())
    high = UInt64(digest[0]) << 32 | UInt64(digest[1])
    middle = UInt64(digest[2]) << 32 | UInt64(digest[3])
    low = digest[4]
  }

  /// The name.
  package var text: String { ascii.span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

  /// The name's bytes: the version, and the digest by RFC 4648 §4, of which twenty bytes give 27 characters and one of padding.
  package var ascii: InlineArray<30, UInt8> {
    let alphabet = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" as StaticString).utf8Start
    var text = InlineArray<30, UInt8>(repeating: UInt8(ascii: "="))
    text[0] = UInt8(ascii: "1")
    text[1] = UInt8(ascii: ":")
    // Sixty, sixty and forty-two bits: the last two are no longer of the digest.
    let parts: InlineArray<3, UInt64> = [
      high >> 4, (high & 0xf) << 56 | middle >> 8, (middle & 0xff) << 52 | UInt64(low) << 20,
    ]
    for position in 0..<27 {
      text[2 + position] = alphabet[Int(parts[position / 10] >> UInt64(54 - 6 * (position % 10)) & 0x3f)]
    }
    return text
  }

  /// What is hashed, as it grows: at most 40 bytes.
  private struct Message {
    private var block = SHA1.Block(repeating: 0)
    private var byteCount = 0

    /// Appends the lowest bytes of `value`, the most significant first.
    mutating func append(_ value: UInt64, byteCount count: Int) {
      for index in (0..<count).reversed() {
        let byte = UInt32(truncatingIfNeeded: value >> UInt64(8 * index)) & 0xff
        block[byteCount >> 2] |= byte << UInt32(24 - 8 * (byteCount & 3))
        byteCount += 1
      }
    }

    mutating func append(_ address: IPAddress) {
      if let v4 = address.v4 { return append(UInt64(v4), byteCount: 4) }
      append(address.high, byteCount: 8)
      append(address.low, byteCount: 8)
    }

    /// The block to be hashed.
    consuming func finished() -> SHA1.Block {
      block[byteCount >> 2] |= 0x80 << UInt32(24 - 8 * (byteCount & 3))
      block[15] = UInt32(byteCount * 8)
      return block
    }
  }

  /// The type that answers a message of this type. Types that have none are of one direction.
  private static func answer(_ type: UInt8, isVersion6: Bool) -> UInt8? {
    switch (type, isVersion6) {
    case (128, true), (144, true): type + 1
    case (129, true), (145, true): type - 1
    case (133, true), (135, true), (130, true), (139, true): type + 1
    case (134, true), (136, true), (131, true), (140, true): type - 1
    case (8, false): 0
    case (0, false): 8
    case (13, false), (15, false), (17, false): type + 1
    case (14, false), (16, false), (18, false): type - 1
    case (10, false): 9
    case (9, false): 10
    default: nil
    }
  }
}
