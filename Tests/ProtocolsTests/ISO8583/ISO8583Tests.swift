import Capture
import Testing

@testable import Protocols

@Suite("ISO 8583")
struct ISO8583Tests {
  private static func framed(_ body: [UInt8], digits: Bool = false) -> [UInt8] {
    digits ? Array("00\(body.count)".utf8) : [UInt8(body.count >> 8), UInt8(body.count & 255)] + body
  }

  private static let test = "0800" + "8220000000000000" + "0400000000000000"
  private static let echo = "type=0800 endpoint=0800 id=42 network_code=301"

  /// An echo test with elements 7, 11 and 70, in each form.
  static let forms: [(String, [UInt8])] = [
    ("text, a bitmap in bytes", Array("0800".utf8) + bytes("8220000000000000 0400000000000000") + Array("1122210000000042301".utf8)),
    ("text, a bitmap in hexadecimal", Array((test + "1122210000000042301").utf8)),
    ("packed, behind a TPDU", bytes("6000010000 0800 8220000000000000 0400000000000000 1122210000 000042 0301")),
    (
      "text behind BASE24's header",
      Array("ISO0160000550800".utf8) + bytes("8220000000000000 0400000000000000") + Array("1122210000000042301".utf8)
    ),
    (
      "text behind UnionPay's header",
      [46, 1] + [UInt8](repeating: 0x30, count: 44) + Array("0800".utf8) + bytes("8220000000000000 0400000000000000")
        + Array("1122210000000042301".utf8)
    ),
  ]

  @Test("a form is found by its elements, which end where the message ends", arguments: forms)
  func form(_ name: String, _ body: [UInt8]) {
    for message in [Self.framed(body), Array((body.count < 100 ? "00\(body.count)" : "0\(body.count)").utf8) + body] {
      let driver = drive(ISO8583.self, [Turn(sender: .client, bytes: message + message)])
      #expect(driver.messages.map(\.summary) == [Self.echo, Self.echo], "\(driver.invalid ?? "")")
      let context = RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false)
      #expect(ISO8583.recognize(message.span.bytes, context) == .certain(.client))
    }
  }

  /// 0210 with elements 3, 11 and 39.
  static let responses: [(String, String)] = [
    ("00", "id=42 status=ok code=0 result=00"), ("51", "id=42 status=ok code=51 exception=not sufficient funds result=51"),
    ("96", "id=42 status=client_error code=96 exception=system malfunction result=96"), ("A0", "id=42 status=client_error result=A0"),
    ("30", "id=42 status=client_error code=30 exception=format error result=30"), ("Z9", "id=42 status=ok result=Z9"),
  ]

  @Test("a response's status", arguments: responses)
  func response(_ code: String, _ expected: String) {
    let message = Self.framed(Array("0210".utf8) + bytes("2020000002000000") + Array("000000000042\(code)".utf8))
    #expect(drive(ISO8583.self, [Turn(sender: .server, bytes: message)]).messages.map(\.summary) == [expected])
  }

  @Test("the card's number is masked; its track and its PIN are not shown")
  func secrets() {
    // 0200 with elements 2, 3, 4, 11, 35 and 52.
    let body =
      Array("0200".utf8) + bytes("7020000020001000") + Array("164111111111111111000000000000012300000042".utf8)
      + Array("374111111111111111=28121010000000000000".utf8) + bytes("0123456789abcdef")
    let driver = drive(ISO8583.self, [Turn(sender: .client, bytes: Self.framed(body))])
    #expect(
      driver.messages.map(\.summary) == [
        "type=0200 resource=000000 endpoint=0200 id=42 card=411111******1111 amount=000000012300"
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      // An element that ends behind the message; one that ends before it; letters where digits belong; types that are none.
      "001e 30383030 8220000000000000 0400000000000000 31",
      "0024 30383030 8220000000000000 0400000000000000 31313232323130303030303030303432333031 00",
      "0010 30323030 4000000000000000 30346162", "0010 39383030 4000000000000000 30343132", "0010 30393030 4000000000000000 30343132",
      "0010 30383830 4000000000000000 30343132", "0004 30383030",
    ])
  func refused(_ hex: String) {
    let context = RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false)
    let verdict = ISO8583.recognize(bytes(hex).span.bytes, context)
    #expect(verdict == .no || verdict == .needsMore && hex.hasPrefix("001e"))
  }

  @Test("transactions as their client counted them, in four forms")
  func fixture() {
    let expected = [
      "0800 ok 0", "0200 ok 0", "0200 ok 51", "0200 client_error 96", "0200 client_error 30", "0420 ok 0", "0200 ok 0", "0200 ok 0",
    ]
    #expect(recordedAnswers("iso8583/pyiso8583.pcap") == [expected, expected, expected, expected])
  }
}
