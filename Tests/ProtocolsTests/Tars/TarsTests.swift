import Capture
import Testing

@testable import Protocols

@Suite("Tars")
struct TarsTests {
  /// A packet: its length, which counts itself, and its fields.
  private static func packet(_ hex: String) -> [UInt8] {
    let fields = bytes(hex)
    return [0, 0, UInt8((fields.count + 4) >> 8), UInt8((fields.count + 4) & 255)] + fields
  }

  private static let head = "version=1 type=f resource=A.B endpoint=A.B/f id=7"

  static let packets: [(String, MessageSender, String)] = [
    // 1 version 1, 2 normal, 3 type 0, 4 identifier 7, 5 "A.B", 6 "f", 7 bytes: one, 8 timeout, 9 and 10 empty maps.
    ("10 01 2c 3c 40 07 56 03 412e42 66 01 66 7d 00 00 01 ff 81 0bb8 98 0c a8 0c", .client, head),
    // One way; an identifier of two bytes and one of four.
    (
      "10 01 20 01 3c 41 0100 56 03 412e42 66 01 66 7d 00 0c 8c 98 0c a8 0c", .client, "version=1 type=f resource=A.B endpoint=A.B/f id=256"
    ),
    (
      "10 01 2c 3c 42 00010000 56 03 412e42 66 01 66 7d 00 0c 8c 98 0c a8 0c", .client,
      "version=1 type=f resource=A.B endpoint=A.B/f id=65536"
    ),
    // The context, a map under 9: one entry, "b3" under 0, "a-b" under 1.
    (
      "10 01 2c 3c 40 07 56 03 412e42 66 01 66 7d 00 0c 8c 98 00 01 06 02 6233 16 03 612d62 a8 0c", .client, "\(head) trace=a span=b"
    ),
    // The status, a map under 10: Tars' own trace, "4|a|b|c".
    (
      "10 01 2c 3c 40 07 56 03 412e42 66 01 66 7d 00 0c 8c 98 0c a8 00 01 06 10 5354415455535f54524143455f4b4559 16 07 347c617c627c63",
      .client, "\(head) trace=a span=b parent=c"
    ),
    // An answer: 3 identifier, 4 type, 5 result 0, 6 bytes, 7 status, 8 text, 9 context.
    ("10 01 2c 30 07 4c 5c 6d 00 00 01 ff 78 0c 86 00 98 0c", .server, "version=1 id=7 status=ok code=0"),
    ("10 01 2c 30 07 4c 50 fd 6d 00 0c 78 0c 86 00", .server, "version=1 id=7 status=server_error code=-3 exception=TARSSERVERNOFUNCERR"),
    ("10 01 2c 30 07 4c 50 f6 6d 00 0c 78 0c 86 02 6e6f", .server, "version=1 id=7 status=client_error code=-10 exception=no"),
  ]

  @Test("packets", arguments: packets)
  func summaries(_ hex: String, _ sender: MessageSender, _ expected: String) {
    let packet = Self.packet(hex)
    let driver = drive(Tars.self, [Turn(sender: sender, bytes: packet + packet)])
    #expect(driver.messages.map(\.summary) == [expected, expected], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [packet.count, packet.count])
    let verdict = Tars.recognize(packet.span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false))
    #expect(verdict == (sender == .client ? .certain(.client) : .likely(.server)))
  }

  @Test("an answer of TUP has the form of a request, and its result in the status")
  func answersOfTUP() {
    let code = "06 12 5354415455535f524553554c545f434f4445 16 02 2d33"  // STATUS_RESULT_CODE: -3
    let packet = Self.packet("10 03 2c 3c 40 07 56 03 412e42 66 01 66 7d 00 0c 8c 98 0c a8 00 01 " + code)
    let driver = drive(Tars.self, [Turn(sender: .client, bytes: packet), Turn(sender: .server, bytes: packet)])
    #expect(
      driver.messages.map(\.summary) == [
        "version=3 type=f resource=A.B endpoint=A.B/f id=7", "version=3 id=7 status=server_error code=-3 exception=TARSSERVERNOFUNCERR",
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "0000000b 1001 2c 3c 4007", "00000012 1004 2c 3c 4007 5603412e42 660166",  // a version that is none
      "00000012 2001 2c 3c 4007 5603412e42 660166",  // no version at first
      "00000012 1001 2c 3c 4007 5603412e42 560166",  // a tag twice
      "7fffffff 1001 2c 3c 4007",
    ])
  func refused(_ hex: String) {
    #expect(Tars.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false)) == .no)
    #expect(drive(Tars.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
  }

  @Test("structures within structures end")
  func deep() {
    let fields = bytes("1001 2c 3c 4007 56 03 412e42 66 01 66 7a") + [UInt8](repeating: 0x0a, count: 4000)
    let packet = [0, 0, UInt8((fields.count + 4) >> 8), UInt8((fields.count + 4) & 255)] + fields
    #expect(drive(Tars.self, [Turn(sender: .client, bytes: packet)]).messages.map(\.summary) == [Self.head])
  }

  @Test("calls as their client counted them, in versions 1 and 3")
  func fixture() {
    let expected = [
      "add ok 0", "add ok 0", "missing server_error -3", "grid client_error -10", "crash server_error -99", "large ok 0", "note - -",
      "late ok 0", "add ok 0",
    ]
    #expect(recordedAnswers("tars/tarsio.pcap").map { $0.sorted() } == [expected.sorted(), expected.sorted()])
  }
}
