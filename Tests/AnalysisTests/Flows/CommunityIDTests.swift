import Capture
import Testing

@testable import Analysis

@Suite struct CommunityIDTests {
  private static func endpoint(_ address: String, _ port: UInt16) throws -> Endpoint {
    Endpoint(address: try #require(IPAddress(address)), port: port)
  }

  /// Of the specification's own baseline, and of other implementations' tests.
  @Test(
    "flows have the names that other tools give them",
    arguments: [
      ("128.232.110.120", 34855, "66.35.250.204", 80, IPProtocol.tcp, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
      ("192.168.1.52", 54585, "8.8.8.8", 53, .udp, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
      ("192.168.170.8", 7, "192.168.170.56", 80, .sctp, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="),
    ] as [(String, UInt16, String, UInt16, IPProtocol, String)])
  func baseline(
    source: String, sourcePort: UInt16, destination: String, destinationPort: UInt16, ipProtocol: IPProtocol, expected: String
  ) throws {
    let (from, to) = (try Self.endpoint(source, sourcePort), try Self.endpoint(destination, destinationPort))
    #expect(CommunityID(source: from, destination: to, ipProtocol).text == expected)
    #expect(CommunityID(source: to, destination: from, ipProtocol).text == expected, "both directions have one name")
  }

  @Test("an echo and its reply have one name, and a message without an answer one of its direction")
  func icmp() throws {
    let (from, to) = (try Self.endpoint("192.168.0.89", 0), try Self.endpoint("192.168.0.1", 0))
    #expect(CommunityID(source: from, destination: to, .icmp, icmp: (8, 0)).text == "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")
    #expect(CommunityID(source: to, destination: from, .icmp, icmp: (0, 0)).text == "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")
    let unreachable = CommunityID(source: from, destination: to, .icmp, icmp: (3, 1))
    #expect(unreachable != CommunityID(source: to, destination: from, .icmp, icmp: (3, 1)))
  }

  @Test(
    "SHA-1 of the examples of FIPS 180",
    arguments: [
      ("abc", [0xa999_3e36, 0x4706_816a, 0xba3e_2571, 0x7850_c26c, 0x9cd0_d89d]),
      ("", [0xda39_a3ee, 0x5e6b_4b0d, 0x3255_bfef, 0x9560_1890, 0xafd8_0709]),
    ] as [(String, [UInt32])])
  func digest(message: String, words: [UInt32]) {
    var block = SHA1.Block(repeating: 0)
    for (index, byte) in (Array(message.utf8) + [0x80]).enumerated() { block[index >> 2] |= UInt32(byte) << UInt32(24 - 8 * (index & 3)) }
    block[15] = UInt32(message.utf8.count * 8)
    let digest = SHA1.digest(of: block)
    #expect(digest.indices.map { digest[$0] } == words)
  }
}
