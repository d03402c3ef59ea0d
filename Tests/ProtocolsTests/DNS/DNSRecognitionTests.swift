import Testing

@testable import Protocols

@Suite("DNS recognition")
struct DNSRecognitionTests {
  private func verdict(_ bytes: [UInt8], port: UInt16, isDatagram: Bool = true) -> Recognition {
    DNS.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: isDatagram))
  }

  @Test("usual ports make a sound message certain", arguments: [UInt16(53), 5353, 5355])
  func usualPort(_ port: UInt16) {
    #expect(verdict(DNSBytes.query(1, "a.example"), port: port) == .certain(.client))
    #expect(verdict(DNSBytes.query(1, "a.example") + [0], port: port) == .certain(.client))
    #expect(verdict(DNSBytes.header(1, 0x2800, [1, 0, 0, 0]) + DNSBytes.question("zone", 6), port: port) == .certain(.client))
  }

  @Test("elsewhere an ordinary message that fills its datagram is likely")
  func elsewhere() {
    #expect(verdict(DNSBytes.query(1, "a.example"), port: 5300) == .likely(.client))
    let response = DNSBytes.header(1, 0x8180, [1, 1, 0, 0]) + DNSBytes.question("a", 1) + DNSBytes.record([0xc0, 12], 1, [1, 2, 3, 4])
    #expect(verdict(response, port: 5300) == .likely(.server))
  }

  static let strays: [(String, [UInt8])] = [
    ("a byte too many", DNSBytes.query(1, "a.example") + [0]),
    ("a byte too few", DNSBytes.query(1, "a.example").dropLast()),
    ("a dynamic update", DNSBytes.header(1, 0x2800, [1, 0, 0, 0]) + DNSBytes.question("zone", 6)),
    ("an unknown type", DNSBytes.query(1, "a.example", 4000)),
    ("two questions", DNSBytes.header(1, 0x0100, [2, 0, 0, 0]) + DNSBytes.question("a", 1) + DNSBytes.question("b", 1)),
    ("a NetBIOS name", DNSBytes.query(1, String(repeating: "CA", count: 16), 33)),
    ("nothing but a header", DNSBytes.header(1, 0x0100, [0, 0, 0, 0])),
    (
      "a query with an answer",
      DNSBytes.header(1, 0x0100, [1, 1, 0, 0]) + DNSBytes.question("a", 1) + DNSBytes.record([0], 1, [1, 2, 3, 4])
    ),
  ]

  @Test("elsewhere anything less is not DNS", arguments: strays)
  func refused(_ name: String, _ bytes: [UInt8]) {
    #expect(verdict(bytes, port: 5300) == .no)
  }

  @Test("on a stream a length precedes the message")
  func stream() {
    let message = DNSBytes.onStream(DNSBytes.query(1, "a.example"))
    #expect(verdict(message, port: 53, isDatagram: false) == .certain(.client))
    #expect(verdict(message + message, port: 53, isDatagram: false) == .certain(.client))
    #expect(verdict(message, port: 5300, isDatagram: false) == .likely(.client))
    #expect(verdict(Array(message.prefix(2)), port: 5300, isDatagram: false) == .needsMore)
    #expect(verdict(Array(message.dropLast()), port: 5300, isDatagram: false) == .no)
    #expect(verdict(DNSBytes.query(1, "a.example"), port: 53, isDatagram: false) == .no)
  }
}
