import Testing

@testable import Protocols

/// Where messages end. Source: RFC 9112 §6.3 and §7.1.
@Suite("HTTP framing")
struct HTTPFramingTests {
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var turns: [Turn]
    /// Sender, length in bytes and whether the message is complete.
    var expected: [String]

    init(_ description: String, _ turns: [Turn], _ expected: [String]) {
      self.description = description
      self.turns = turns
      self.expected = expected
    }
  }

  private static let get = Turn.client("GET / HTTP/1.1\r\n\r\n")
  private static let head = Turn.client("HEAD / HTTP/1.1\r\n\r\n")

  static let cases = [
    Case("a request without a length has no body", [.client("POST / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")], ["client 19", "client 18"]),
    Case(
      "Content-Length counts the body", [.client("PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n")],
      ["client 42", "client 18"]),
    Case(
      "a body that is not there yet leaves the message open", [.client("PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe")], ["client 39 open"]
    ),
    Case("equal lengths are one length", [.client("PUT / HTTP/1.1\r\nContent-Length: 2, 2\r\ncontent-length:2\r\n\r\nhi")], ["client 60"]),
    Case(
      "Transfer-Encoding overrides Content-Length",
      [.client("PUT / HTTP/1.1\r\nContent-Length: 500\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")], ["client 85"]),
    Case(
      "chunk extensions, trailers, bare line feeds and padded sizes are stepped over",
      [
        get,
        .server(
          "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2;a=b\r\nhi\r\nA  \r\n0123456789\n000\nX: y\nZ: w\n\nHTTP/1.1 204 No\r\n\r\n"),
      ],
      ["client 18", "server 86", "server 19"]),
    Case("a response to HEAD has no body", [head, .server("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")], ["client 19", "server 40"]),
    Case(
      "only the response to HEAD has no body, in a pipeline too",
      [
        Turn(sender: .client, bytes: get.bytes + head.bytes + get.bytes),
        .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"), .server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"),
      ], ["client 18", "client 19", "client 18", "server 39", "server 38", "server 39"]),
    Case("204 has no body, whatever it says", [get, .server("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n")], ["client 18", "server 38"]),
    Case("304 has no body", [get, .server("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")], ["client 18", "server 48"]),
    Case(
      "interim responses precede the final one",
      [
        head,
        .server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
      ],
      ["client 19", "server 25", "server 37", "server 38"]),
    Case(
      "a response without a length lasts until the end", [get, .server("HTTP/1.0 200 OK\r\n\r\nabc")], ["client 18", "server 22 open"]),
    Case(
      "a response whose last coding is not chunked lasts until the end",
      [get, .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nabc")],
      ["client 18", "server 66 open"]),
    Case(
      "identity is no coding", [get, .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na")],
      ["client 18", "server 68"]),
    Case(
      "identity behind chunked changes nothing", [.client("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")],
      ["client 61"]),
    Case("empty lines before a message are not part of it", [.client("\r\n\nGET / HTTP/1.1\r\n\r\n\r\n")], ["client 18"]),
    Case(
      "a message without fields, with bare line feeds", [.client("GET / HTTP/1.0\n\n"), .server("HTTP/1.0 404\n\n")],
      ["client 16", "server 14 open"]),
    Case("a folded field is one field", [.client("GET / HTTP/1.1\r\nX: a\r\n b\r\nContent-Length: 1\r\n\r\nx")], ["client 48"]),
  ]

  @Test("messages end where RFC 9112 says", arguments: cases)
  func framing(_ example: Case) {
    let driver = drive(HTTP.self, example.turns)
    #expect(driver.messages.map { "\($0.sender) \($0.byteCount)\($0.isComplete ? "" : " open")" } == example.expected)
    #expect(driver.invalid == nil)
  }

  static let malformed: [(String, MessageSender)] = [
    ("GET / HTTP/1.2\r\n", .client),
    ("GET /\r\n", .client),
    ("GET  HTTP/1.1\r\n", .client),
    (" GET / HTTP/1.1\r\n", .client),
    ("GET / RTSP/1.0\r\n", .client),
    ("\r\r", .client),
    ("ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1\r\n\r\n", .client),
    ("HTTP/1.1 200 OK\r\n\r\n", .client),
    ("HTTP/1.1 20 OK\r\n\r\n", .server),
    ("HTTP/1.1 2000 OK\r\n\r\n", .server),
    ("HTTP/2.0 200 OK\r\n\r\n", .server),
    ("ICY 200 OK\r\n\r\n", .server),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .server),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n", .server),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", .server),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .server),
  ]

  @Test("what no continuation makes valid is invalid", arguments: malformed)
  func invalid(_ text: String, _ sender: MessageSender) {
    #expect(drive(HTTP.self, [Turn(sender: sender, bytes: Array(text.utf8))]).invalid != nil)
  }

  static let unknowable = [
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: -5", "Content-Length: 99999999999999999999",
    "Content-Length: 9999999999999999",
    "Content-Length: 5 5", "Content-Length:", "Content-Length: 5, 6", "Transfer-Encoding: gzip",
  ]

  @Test("a request whose length nobody can know is shown, and what follows is looked at afresh", arguments: unknowable)
  func unknowableLength(_ fields: String) {
    let driver = drive(HTTP.self, [.client("PUT / HTTP/1.1\r\n\(fields)\r\n\r\nGET /next HTTP/1.1\r\n\r\n")])
    #expect(driver.completeMessages.count == 2)
    let garbage = drive(HTTP.self, [.client("PUT / HTTP/1.1\r\n\(fields)\r\n\r\n{body}")])
    #expect(garbage.completeMessages.count == 1)
    #expect(garbage.invalid != nil)
  }

  @Test("a response whose length nobody can know lasts until the end")
  func unknowableResponse() {
    let driver = drive(HTTP.self, [Self.get, .server("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")])
    #expect(driver.messages.count == 2)
    #expect(driver.endsAtClose)
    #expect(driver.invalid == nil)
  }

  @Test("a header section beyond the limit is invalid, whole or in pieces", arguments: [1, 7000, 1_000_000])
  func longSection(_ pieceByteCount: Int) {
    let bytes = Array(("GET / HTTP/1.1\r\n" + String(repeating: "X: 0123456789\r\n", count: 5000) + "\r\n").utf8)
    var driver = ReferenceDriver<HTTP>(DrivenTexts(), isDatagram: false)
    var start = pieceByteCount == 1 ? HTTPParser.longestSection - 10 : 0
    if start > 0 { _ = driver.feed(Array(bytes[0..<start]), from: .client) }
    while start < bytes.count {
      let end = min(bytes.count, start + pieceByteCount)
      _ = driver.feed(Array(bytes[start..<end]), from: .client)
      start = end
    }
    #expect(driver.invalid != nil)
    #expect(driver.messages.isEmpty)
  }

  @Test("a header section that trickles in is not scanned again")
  func scanning() throws {
    let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: 12345".utf8)
    var conversation = HTTPConversation()
    let first = HTTP.parse(bytes.span.bytes, ParseContext(sender: .client), &conversation)
    guard case .incomplete(let scanned) = first else {
      Issue.record("a prefix is incomplete")
      return
    }
    #expect(scanned == bytes.count)
    let partial = Array("GET / HTTP/1.1\r\nHost: a\r\n\r".utf8)
    guard
      case .incomplete(let beforeEnd) = HTTP.parse(
        partial.span.bytes, ParseContext(sender: .client, scannedByteCount: scanned - 9), &conversation)
    else {
      Issue.record("a prefix is incomplete")
      return
    }
    #expect(beforeEnd == partial.count - 2, "the line feed that may begin the end must be seen again")
  }

  @Test("a protocol switch ends HTTP on the connection")
  func upgrade() {
    let upgraded = drive(HTTP.self, [Self.get, .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u{1}\u{2}")])
    #expect(upgraded.hasHandedOver)
    #expect(upgraded.completeMessages.map(\.role) == [.request(.inOrder), .response(.inOrder)])
  }

  @Test("a tunnel ends HTTP on the connection; the client's bytes before it is open wait")
  func tunnel() {
    let connect = Turn.client("CONNECT a.example:443 HTTP/1.1\r\n\r\n\u{16}\u{3}\u{1}")
    let opened = drive(HTTP.self, [connect, .server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), .client("\u{2}")])
    #expect(opened.invalid == nil)
    #expect(opened.hasHandedOver)
    #expect(opened.completeMessages.count == 2)
    let refused = drive(
      HTTP.self,
      [
        .client("CONNECT a.example:443 HTTP/1.1\r\n\r\n"), .server("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"),
        .client("GET / HTTP/1.1\r\n\r\n"),
      ])
    #expect(!refused.hasHandedOver)
    #expect(refused.completeMessages.count == 3)
  }

  @Test("a response without its request does not unsettle those that follow")
  func joinedLate() {
    let driver = drive(
      HTTP.self,
      [
        .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"), Self.head, .server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"),
        Self.get,
        .server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"),
      ])
    #expect(driver.completeMessages.count == 5)
    #expect(driver.invalid == nil)
  }
}
