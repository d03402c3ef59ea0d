import Capture
import Testing

@testable import Protocols

@Suite("DNS messages")
struct DNSMessageTests {
  /// A pointer to the question's name.
  static let back: [UInt8] = [0xc0, 12]

  private func summaries(_ messages: [[UInt8]], _ sender: MessageSender = .server) -> [String] {
    drive(DNS.self, messages.map { Turn(sender: sender, bytes: $0) }, isDatagram: true).messages.map(\.summary)
  }

  static let answers: [(String, UInt16, [UInt8], String)] = [
    ("A", 1, [192, 0, 2, 1], "192.0.2.1"),
    ("A of a wrong length", 1, [192, 0, 2], "\\# 3 C00002"),
    ("AAAA", 28, [0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 11) + [1], "2001:db8::1"),
    ("CNAME by pointer", 5, back, "a.example"),
    ("CNAME by label and pointer", 5, [3] + Array("www".utf8) + back, "www.a.example"),
    ("a name that does not end with the data", 5, [3] + Array("www".utf8), "\\# 4 03777777"),
    ("a name that ends before the data does", 5, back + [0], "a.example"),
    ("MX", 15, [0, 10] + back, "10 a.example"),
    ("SRV", 33, [0, 1, 0, 2, 0, 80] + back, "1 2 80 a.example"),
    ("SRV to the root", 33, [0, 0, 0, 0, 0, 0, 0], "0 0 0 ."),
    ("TXT", 16, [2] + Array("hi".utf8) + [3] + Array("\"\\\u{1}".utf8), "\"hi\" \"\\\"\\\\\\001\""),
    ("TXT that claims more than there is", 16, [9] + Array("hi".utf8), "\\# 3 096869"),
    ("CAA", 257, [0, 5] + Array("issueca.example".utf8), "0 issue \"ca.example\""),
    ("DS", 43, [0, 1, 13, 2, 0xab, 0xcd], "1 13 2 ABCD"),
    ("HTTPS", 65, [0, 1, 0, 0, 1, 0, 3, 2, 0x68, 0x32], "1 ."),
    ("SOA", 6, back + back + [0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5], "a.example a.example 7 2 3 4 5"),
    ("NAPTR", 35, [0, 1, 0, 2, 1, 0x75, 1, 0x78, 0] + back, "1 2 \"u\" \"x\" \"\" a.example"),
    ("an unknown type", 65_280, [1, 2, 0xff], "\\# 3 0102FF"),
    ("no data", 10, [], "\\# 0"),
    ("much data", 10, Array(repeating: 1, count: 100), "\\# 100 " + String(repeating: "01", count: 64) + "…"),
  ]

  @Test("record data are shown as in a zone file", arguments: answers)
  func recordData(_ name: String, _ type: UInt16, _ data: [UInt8], _ expected: String) {
    let message = DNSBytes.header(7, 0x8180, [1, 1, 0, 0]) + DNSBytes.question("a.example", 1) + DNSBytes.record(Self.back, type, data)
    #expect(
      summaries([message]) == ["type=A domain=a.example resource=a.example endpoint=a.example id=7 status=ok code=0 result=\(expected)"])
  }

  static let queries: [([UInt8], String)] = [
    (DNSBytes.query(1, "a.example"), "type=A domain=a.example resource=a.example endpoint=a.example id=1"),
    (DNSBytes.query(65_535, "A.eXample", 28), "type=AAAA domain=A.eXample resource=A.eXample endpoint=A.eXample id=65535"),
    (DNSBytes.query(2, "a.example", 15), "type=MX resource=a.example endpoint=a.example id=2"),
    (DNSBytes.query(3, "", 2), "type=NS resource=. endpoint=. id=3"),
    (DNSBytes.query(4, "x", 1234), "type=TYPE1234 resource=x endpoint=x id=4"),
    (
      DNSBytes.header(5, 0x0100, [1, 0, 0, 0]) + [5, 0x61, 0x2e, 0x5c, 0x20, 0xc3, 1, 0x62, 0, 0, 16, 0, 1],
      "type=TXT resource=a\\.\\\\\\032\u{fffd}.b endpoint=a\\.\\\\\\032\u{fffd}.b id=5"
    ),
    (DNSBytes.header(6, 0x2800, [1, 0, 0, 0]) + DNSBytes.question("zone", 6), "type=SOA resource=zone endpoint=zone id=6 opcode=UPDATE"),
  ]

  @Test("a question's fields", arguments: queries)
  func question(_ message: [UInt8], _ expected: String) {
    #expect(summaries([message], .client) == [expected])
  }

  static let codes: [(UInt16, UInt8?, String)] = [
    (0, nil, "status=ok code=0"),
    (1, nil, "status=client_error code=1 exception=FORMERR"),
    (2, nil, "status=server_error code=2 exception=SERVFAIL"),
    (3, nil, "status=client_error code=3 exception=NXDOMAIN"),
    (5, nil, "status=server_error code=5 exception=REFUSED"),
    (14, nil, "status=server_error code=14 exception=RCODE14"),
    (0, 1, "status=server_error code=16 exception=BADVERS"),
    (7, 1, "status=server_error code=23 exception=BADCOOKIE"),
  ]

  @Test("response codes, extended by EDNS, and the status they mean", arguments: codes)
  func responseCode(_ code: UInt16, _ extended: UInt8?, _ expected: String) {
    var message = DNSBytes.header(7, 0x8180 | code, [1, 0, 0, extended == nil ? 0 : 1]) + DNSBytes.question("a", 15)
    if let extended { message += DNSBytes.record([0], 41, [], timeToLive: [extended, 0, 0, 0]) }
    #expect(summaries([message]) == ["type=MX resource=a endpoint=a id=7 \(expected)"])
  }

  @Test("a result is bounded, and holds whole answers")
  func boundedResult() {
    let records = (0..<200).flatMap { _ in DNSBytes.record(Self.back, 16, [200] + Array(repeating: 0x78, count: 200)) }
    let message = DNSBytes.header(7, 0x8180, [1, 200, 0, 0]) + DNSBytes.question("a", 16) + records
    let text = "\"" + String(repeating: "x", count: 200) + "\""
    #expect(
      summaries([message]) == [
        "type=TXT resource=a endpoint=a id=7 status=ok code=0 result=" + Array(repeating: text, count: 5).joined(separator: ";")
      ])
  }

  static let malformed: [(String, [UInt8])] = [
    ("shorter than a header", [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0]),
    ("without its question", DNSBytes.header(1, 0x0100, [1, 0, 0, 0])),
    ("a pointer to itself", DNSBytes.header(1, 0x0100, [1, 0, 0, 0]) + [0xc0, 12, 0, 1, 0, 1]),
    ("a pointer forward", DNSBytes.header(1, 0x0100, [1, 0, 0, 0]) + [0xc0, 14, 0, 0, 1, 0, 1]),
    ("a pointer into the header", DNSBytes.header(1, 0x0100, [1, 0, 0, 0]) + [0xc0, 4, 0, 1, 0, 1]),
    ("a label and a pointer back to it", DNSBytes.header(1, 0x0100, [1, 0, 0, 0]) + [1, 0x61, 0xc0, 12, 0, 1, 0, 1]),
    ("an obsolete label type", DNSBytes.header(1, 0x0100, [1, 0, 0, 0]) + [0x41, 0, 0, 1, 0, 1]),
    ("an unassigned opcode", DNSBytes.header(1, 0x1900, [1, 0, 0, 0]) + DNSBytes.question("a", 1)),
    ("the reserved bit", DNSBytes.header(1, 0x0140, [1, 0, 0, 0]) + DNSBytes.question("a", 1)),
    (
      "a name of more than 255 bytes",
      DNSBytes.header(1, 0x0100, [1, 0, 0, 0])
        + DNSBytes.question(Array(repeating: String(repeating: "x", count: 50), count: 6).joined(separator: "."), 1)
    ),
  ]

  @Test("malformed messages are refused", arguments: malformed)
  func refused(_ name: String, _ bytes: [UInt8]) {
    let driver = drive(DNS.self, [Turn(sender: .client, bytes: bytes)], isDatagram: true)
    #expect(driver.messages.isEmpty)
    #expect(driver.invalid != nil)
    let context = RecognitionContext(sourcePort: 40_000, destinationPort: 53, isDatagram: true)
    let verdict = DNS.recognize(bytes.span.bytes, context)
    #expect(verdict == .no || verdict == .likely(.client))
  }

  @Test("of a datagram captured in part, what is there is used")
  func truncated() throws {
    let whole =
      DNSBytes.header(9, 0x8180, [1, 2, 0, 0]) + DNSBytes.question("a.example", 1) + DNSBytes.record(Self.back, 1, [192, 0, 2, 1])
    var conversation = DNSConversation()
    let context = ParseContext(sender: .server, isDatagram: true, isTruncated: true)
    for length in [whole.count, whole.count - 2, 31, 20, 12] {
      let bytes = Array(whole[0..<length])
      guard case .message(let message, let extent) = DNS.parse(bytes.span.bytes, context, &conversation) else {
        Issue.record("\(length) bytes are used")
        continue
      }
      #expect(extent == MessageExtent(byteCount: length))
      var texts = TextTable()
      var summary = MessageSummary()
      DNS.summarize(message, bytes.span.bytes, into: &summary, &texts)
      let result = length == whole.count ? " result=192.0.2.1" : ""
      let question = length >= 27 ? "type=A domain=a.example resource=a.example endpoint=a.example " : ""
      #expect(describe(summary, texts) == "\(question)id=9 status=ok code=0\(result)")
    }
  }
}
