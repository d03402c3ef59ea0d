package import Capture

/// The name by which Zeek, Suricata, Wireshark and others call the same flow.
///
/// Source: Community ID Flow Hashing, version 1 (https://github.com/corelight/community-id-spec), with the default seed 0.
package struct CommunityID: Hashable, Sendable {
  package let text: String

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
    var message: [UInt8] = [0, 0]
    message.reserveCapacity(40)
    CommunityID.append(first.address, to: &message)
    CommunityID.append(second.address, to: &message)
    message.append(ipProtocol.rawValue)
    message.append(0)
    let hasPorts: Bool
    switch ipProtocol {
    case .tcp, .udp, .sctp: hasPorts = true
    default: hasPorts = icmp != nil
    }
    if hasPorts {
      for port in [first.port, second.port] {
        message.append(UInt8(port >> 8))
        message.append(UInt8(port & 0xff))
      }
    }
    text = "1:" + CommunityID.base64(SHA1.digest(ofBlock: message))
  }

  /// The type that answers a message of this type. Types that have none are of one direction.
  private static func answer(_ type: UInt8, isVersion6: Bool) -> UInt8? {
    let pairs: [(UInt8, UInt8)] =
      isVersion6
      ? [(128, 129), (133, 134), (135, 136), (130, 131), (144, 145), (139, 140)]
      : [(8, 0), (13, 14), (15, 16), (17, 18), (10, 9)]
    for (asked, answered) in pairs {
      if type == asked { return answered }
      if type == answered { return asked }
    }
    return nil
  }

  private static func append(_ address: IPAddress, to message: inout [UInt8]) {
    if let v4 = address.v4 {
      for shift in [24, 16, 8, 0] as [UInt32] { message.append(UInt8(v4 >> shift & 0xff)) }
      return
    }
    for half in [address.high, address.low] {
      for shift in stride(from: 56, through: 0, by: -8) { message.append(UInt8(half >> UInt64(shift) & 0xff)) }
    }
  }

  /// RFC 4648 §4; twenty bytes give 27 characters and one of padding.
  private static func base64(_ words: [UInt32]) -> String {
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return String(unsafeUninitializedCapacity: 28) { text in
      for position in 0..<27 {
        var sextet: UInt32 = 0
        for bit in position * 6..<position * 6 + 6 {
          sextet = sextet << 1 | (bit < 160 ? words[bit >> 5] >> UInt32(31 - bit & 31) & 1 : 0)
        }
        text[position] = alphabet.utf8Start[Int(sextet)]
      }
      text[27] = UInt8(ascii: "=")
      return 28
    }
  }
}
