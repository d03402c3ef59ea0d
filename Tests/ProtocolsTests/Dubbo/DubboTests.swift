import Capture
import Testing

@testable import Protocols

@Suite("Dubbo")
struct DubboTests {
  /// A message: flags, status, identifier 7, the body behind its length.
  private static func message(_ flags: UInt8, _ status: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (24 - 8 * $0)) }
    return [0xda, 0xbb, flags, status, 0, 0, 0, 0, 0, 0, 0, 7] + length + body
  }

  /// A text of Hessian 2 of fewer than 32 characters.
  private static func text(_ value: String) -> [UInt8] { [UInt8(value.utf16.count)] + Array(value.utf8) }

  /// Version, service, version, method, types; the rest follows.
  private static func call(_ types: String, _ rest: [UInt8]) -> [UInt8] {
    message(0xc2, 0, text("2.0.2") + text("a.Items") + text("1.1.0") + text("find") + text(types) + rest)
  }

  private static let head = "version=2.0.2 type=find resource=a.Items endpoint=a.Items/find id=7"
  private static let attachments =
    [0x48] + text("traceparent") + [0x30, 55]
    + Array("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".utf8) + [0x5a]
  private static let trace = "trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7"

  /// Types of parameters, and arguments of these types.
  static let arguments: [(String, [UInt8])] = [
    ("", []),
    // -16…47 in a byte, -2048…2047 in two, -262144…262143 in three, others behind 'I'.
    ("IIII", bytes("90 c8ff d40000 49 00000001")),
    // Longs in one, two, three, five and nine bytes.
    ("JJJJJ", bytes("e0 f801 3c0000 59 00000001 4c 0000000000000001")),
    // Doubles: 0, 1, a byte, a short, a float, a whole one; then a date in milliseconds and one in minutes.
    ("DDDDDDLd;Ld;", bytes("5b 5c 5d01 5e0001 5f00000001 44 0000000000000000 4a 0000000000000000 4b 00000000")),
    // A text in two chunks; one of two characters in five bytes; one that ends with a pair of surrogates in four bytes.
    ("Ls;Ls;Ls;", bytes("52 0001 61 53 0001 62") + [2, 0xc3, 0xa4, 0xe4, 0xb8, 0xad] + [3, 0x61, 0xf0, 0x9f, 0x98, 0x80]),
    // Bytes in two chunks, in a short form, and with a length of ten bits.
    ("[B[B[B", bytes("41 0001 01 42 0001 02 22 0203 34 01 09")),
    // A class "a" of two fields, "x" and "y"; an object of it, then another by the class's number.
    ("La;La;", bytes("43 01 61 92 01 78 01 79 60 91 92 4f 90 91 92")),
    // A list of a named type and three elements; one of the same type, by its number; one of no type.
    ("[I[I[I", bytes("56 04 5b696e74 93 91 92 93 72 90 91 92 7b 91 92 93")),
    // A list without a length, a map of type "a", a reference to the first of these.
    ("Ll;Lm;Ll;", bytes("57 91 92 5a 4d 01 61 91 92 5a 51 90")),
    ("La;ZZ", bytes("4e 54 46")),
  ]

  @Test("attachments are found behind arguments of every kind", arguments: arguments)
  func stepsOverArguments(_ types: String, _ body: [UInt8]) {
    let driver = drive(Dubbo.self, [Turn(sender: .client, bytes: Self.call(types, body + Self.attachments))])
    #expect(driver.messages.map(\.summary) == ["\(Self.head) \(Self.trace) service_version=1.1.0"])
  }

  static let results: [(String, [UInt8], String)] = [
    ("a value", message(0x02, 20, bytes("94 0161 4e")), "id=7 status=ok code=20"),
    (
      "what was thrown, with its text behind another field",
      message(0x02, 20, bytes("93 43 0361 2e45 92 0178") + text("detailMessage") + bytes("60 91 026f68")),
      "id=7 status=ok code=20 exception=a.E: oh"
    ),
    ("what was thrown, without a text", message(0x02, 20, bytes("90 43 0361 2e45 91 0178 60 91")), "id=7 status=ok code=20 exception=a.E"),
    ("bad request, with a text", message(0x02, 40, text("no")), "id=7 status=client_error code=40 exception=no"),
    ("a time-out of the client's", message(0x02, 30, bytes("4e")), "id=7 status=client_error code=30 exception=CLIENT_TIMEOUT"),
    (
      "exhausted, in a serialization that is not read", message(0x15, 100, bytes("0a0b")),
      "id=7 status=server_error code=100 exception=SERVER_THREADPOOL_EXHAUSTED"
    ),
    ("a heartbeat's answer", message(0x22, 20, bytes("4e")), "id=7 status=ok code=20"),
  ]

  @Test("results", arguments: results)
  func result(_ name: String, _ message: [UInt8], _ expected: String) {
    let driver = drive(Dubbo.self, [Turn(sender: .server, bytes: message)])
    #expect(driver.messages.map(\.summary) == [expected])
    #expect(driver.messages.map(\.role) == [.response(.identifier(7))])
  }

  @Test("texts of Kryo: the last byte is marked, or a length stands before")
  func kryo() {
    // "2.0.2" with its last byte marked; a length of 3 for two characters; 1 for none; 68, in two bytes, for 67; 0 for nothing at all.
    let body = bytes("322e302eb2 83 c3a4 62 81 c401") + [UInt8](repeating: 0x61, count: 67) + [0x80]
    var reader = KryoTextReader(0..<body.count)
    #expect(reader.next(body.span.bytes) == Array("2.0.2".utf8))
    #expect(reader.next(body.span.bytes) == Array("äb".utf8))
    #expect(reader.next(body.span.bytes) == [])
    #expect(reader.next(body.span.bytes) == [UInt8](repeating: 0x61, count: 67))
    #expect(reader.next(body.span.bytes) == nil)
  }

  @Test("a body beyond what is read passes unseen, and the message keeps its length")
  func longBody() {
    let message = Self.call("[B", bytes("42 ffff") + [UInt8](repeating: 0, count: 65_535) + Self.attachments)
    let driver = drive(Dubbo.self, [Turn(sender: .client, bytes: message + message)])
    #expect(driver.messages.map(\.summary) == [String](repeating: "\(Self.head) service_version=1.1.0", count: 2))
    #expect(driver.messages.map(\.byteCount) == [message.count, message.count])
  }

  @Test(
    "headers that cannot be are refused",
    arguments: [
      "dabc c200 0000000000000007 00000000", "dabb c014 0000000000000007 00000000",  // status in a request
      "dabb 0200 0000000000000007 00000000", "dabb 0215 0000000000000007 00000000",  // a status that is none
      "dabb c100 0000000000000007 00000000", "dabb df00 0000000000000007 00000000",  // a serialization that is none
      "dabb c200 0000000000000007 7fffffff",  // a length beyond belief
    ])
  func refused(_ hex: String) {
    #expect(drive(Dubbo.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(Dubbo.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 20880, isDatagram: false)) == .no)
  }

  static let fixtures: [(String, [[String]])] = [
    (
      "hessian2",
      [
        ["findItem ok 20", "findItem ok 20", "list ok 20", "refuse ok 20", "nothing ok 20"],
        ["event ok 20", "findItem ok 20", "refuse ok 20", "note - -", "gone server_error 70", "event ok 20"],
        ["slow server_error 31"], ["busy server_error 100"], ["gone client_error 40"],
      ]
    ),
    ("kryo", [["findItem ok 20", "findItem ok 20", "gone server_error 60"]]),
  ]

  @Test("calls as their client counted them", arguments: fixtures)
  func fixture(_ file: String, _ expected: [[String]]) {
    #expect(recordedAnswers("dubbo/\(file).pcap") == expected)
  }
}
