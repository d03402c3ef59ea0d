import Capture
import Testing

@testable import Protocols

@Suite("SMTP")
struct SMTPTests {
  private func summaries(_ turns: [Turn]) -> [String] { drive(SMTP.self, turns).messages.map(\.summary) }

  private func exchanges(_ turns: [Turn]) -> [DrivenExchange] {
    var run = EngineRun(serverPort: 25)
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    return run.exchanges(.closed)
  }

  static let commands: [(String, String)] = [
    ("EHLO client.example\r\n", "type=EHLO domain=client.example resource=client.example"),
    ("helo client.example\n", "type=HELO domain=client.example resource=client.example"),
    ("MAIL FROM:<a@example.test> SIZE=10\r\n", "type=MAIL resource=<a@example.test>"),
    ("RCPT TO: <b@example.test>\r\n", "type=RCPT resource=<b@example.test>"),
    ("MAIL FROM:a@example.test\r\n", "type=MAIL resource=FROM:a@example.test"),
    ("AUTH PLAIN AHVzZXIAc2VjcmV0\r\n", "type=AUTH resource=PLAIN"),
    ("auth login\r\n", "type=AUTH resource=login"),
    ("dXNlcg\r\n", "type=UNKNOWN"),
    ("VRFY someone\r\n", "type=VRFY resource=someone"),
    ("QUIT\r\n", "type=QUIT"),
  ]

  @Test("a command's fields", arguments: commands)
  func command(_ line: String, _ expected: String) {
    #expect(summaries([.client(line)]) == [expected])
  }

  static let replies: [(String, String)] = [
    ("250 2.1.0 Ok\r\n", "status=ok code=250 result=2.1.0 Ok"),
    ("250\r\n", "status=ok code=250"),
    ("250-mail.example\r\n250-SIZE 1000\r\n250 HELP\r\n", "status=ok code=250 result=mail.example"),
    ("421 4.3.2 shutting down\r\n", "status=server_error code=421 exception=4.3.2 shutting down"),
    ("550 5.1.1 unknown user\r\n", "status=client_error code=550 exception=5.1.1 unknown user"),
  ]

  @Test("a reply's fields", arguments: replies)
  func reply(_ lines: String, _ expected: String) {
    let driver = drive(SMTP.self, [.client("NOOP\r\n"), .server(lines)])
    #expect(driver.messages.map(\.summary) == ["type=NOOP", expected])
    #expect(driver.messages.allSatisfy { $0.isComplete })
  }

  @Test("mail content belongs to DATA, wherever it is cut, and ends with a dot alone", arguments: 1...12)
  func content(_ length: Int) {
    let text = Array("Subject: x\r\n\r\n..\r\n.x\r\n. \r\n.\r\nRSET\r\n".utf8)
    var turns: [Turn] = [.server("220 a ESMTP\r\n"), .client("DATA\r\n"), .server("354 go on\r\n")]
    for start in stride(from: 0, to: text.count, by: length) {
      turns.append(Turn(sender: .client, bytes: Array(text[start..<min(start + length, text.count)])))
    }
    turns += [.server("250 accepted\r\n"), .server("250 reset\r\n")]
    #expect(
      exchanges(turns).map(\.description) == [
        "[type=DATA] -> [status=ok code=250 result=accepted] answered", "[type=RSET] -> [status=ok code=250 result=reset] answered",
      ])
  }

  @Test("a DATA that is refused is followed by commands")
  func refusedData() {
    let all = exchanges([
      .server("220 a ESMTP\r\n"), .client("DATA\r\n"), .server("503 no recipients\r\n"), .client("QUIT\r\n"), .server("221 bye\r\n"),
    ])
    #expect(all.map(\.request) == ["type=DATA", "type=QUIT"])
  }

  @Test("a chunk is stepped over by its length")
  func chunk() {
    let chunk = String(repeating: "x", count: 5000)
    let all = exchanges([
      .server("220 a ESMTP\r\n"), .client("BDAT 5000\r\n" + chunk), .server("250 ok\r\n"), .client("BDAT 3 LAST\r\nabcQUIT\r\n"),
      .server("250 ok\r\n221 bye\r\n"),
    ])
    #expect(all.map(\.request) == ["type=BDAT resource=5000", "type=BDAT resource=3 LAST", "type=QUIT"])
  }

  @Test("an authentication dialogue shows its mechanism and its end")
  func dialogue() {
    let all = exchanges([
      .server("220 a ESMTP\r\n"), .client("AUTH LOGIN\r\n"), .server("334 VXNlcm5hbWU6\r\n"), .client("dXNlcg==\r\n"),
      .server("334 UGFzc3dvcmQ6\r\n"),
      .client("c2VjcmV0\r\n"), .server("235 welcome\r\n"),
    ])
    #expect(all.map(\.description) == ["[type=AUTH resource=LOGIN] -> [status=ok code=235 result=welcome] answered"])
  }

  @Test("after STARTTLS the connection speaks TLS")
  func startTLS() {
    var run = EngineRun(serverPort: 587)
    for turn: Turn in [.server("220 a ESMTP\r\n"), .client("STARTTLS\r\n"), .server("220 ready\r\n")] {
      run.send(turn.bytes, from: turn.sender)
    }
    run.send(TLSBytes.record(22, TLSBytes.clientHello()), from: .client)
    run.send(TLSBytes.alert(2, 40), from: .server)
    #expect(run.l7Protocol == .tls)
    #expect(run.exchanges(.closed).map(\.ending) == [.answered, .answered])
  }

  @Test("a greeting is a row only when it refuses")
  func greeting() {
    #expect(exchanges([.server("220-a ESMTP\r\n220 b\r\n")]).isEmpty)
    #expect(
      exchanges([.server("554 no SMTP here\r\n")]).map(\.description) == [
        "[-] -> [status=client_error code=554 exception=no SMTP here] alone"
      ])
  }

  static let beginnings: [(String, Recognition)] = [
    ("220 mail.example ESMTP Postfix\r\n", .certain(.server)),
    ("220 ProFTPD Server\r\n", .no),
    ("220 mail.exam", .needsMore),
    ("EHLO x\r\n", .certain(.client)),
    ("ehlo x\r\n", .certain(.client)),
    ("mail from:<a>\r\n", .certain(.client)),
    ("MAIL", .needsMore),
    ("HELP\r\n", .no),
    ("GET / HTTP/1.1\r\n", .no),
  ]

  @Test("beginnings of a stream", arguments: beginnings)
  func beginning(_ text: String, _ expected: Recognition) {
    #expect(recognize(SMTP.self, text) == expected)
  }

  @Test("a greeting without a name is believed on a mail port only")
  func greetingByPort() {
    #expect(recognize(SMTP.self, "220 welcome\r\n", from: 25, to: 40_000) == .likely(.server))
    #expect(recognize(SMTP.self, "220 welcome\r\n", from: 21, to: 40_000) == .no)
  }

  private static func mail(_ hello: String, recipients: Int) -> [Turn] {
    let envelope = ["MAIL FROM:<a@example.test>"] + (0..<recipients).map { "RCPT TO:<b\($0)@example.test>" }
    return [.client("\(hello) a\r\n"), .server("250 a\r\n")]
      + envelope.flatMap { [Turn.client("\($0)\r\n"), .server("250 ok\r\n")] }
  }

  @Test("LMTP replies to a mail once for each recipient: one exchange, and the worst reply counts")
  func severalReplies() {
    let turns =
      Self.mail("LHLO", recipients: 3) + [
        .client("RCPT TO:<refused@example.test>\r\n"), .server("550 no\r\n"), .client("DATA\r\n"), .server("354 go on\r\n"),
        .client("text\r\n.\r\nQUIT\r\n"), .server("250 first\r\n452-full\r\n452 really\r\n"), .server("250 third\r\n221 bye\r\n"),
      ]
    let tail = exchanges(turns).suffix(2).map(\.description)
    #expect(
      tail == [
        "[type=DATA] -> [status=server_error code=452 exception=full] answered", "[type=QUIT] -> [status=ok code=221 result=bye] answered",
      ])
  }

  @Test("chunks of LMTP: the last one is replied to by each recipient")
  func severalRepliesToChunks() {
    let turns =
      Self.mail("lhlo", recipients: 2) + [
        .client("BDAT 2\r\nab"), .server("250 more\r\n"), .client("BDAT 2 LAST\r\ncd"), .server("250 one\r\n550 two\r\n"),
        .client("NOOP\r\n"), .server("250 ok\r\n"),
      ]
    #expect(
      exchanges(turns).suffix(3).map { $0.response ?? "" } == [
        "status=ok code=250 result=more", "status=client_error code=550 exception=two", "status=ok code=250 result=ok",
      ])
  }

  @Test("SMTP replies to a mail once; so does LMTP when it refuses the mail before its content")
  func oneReply() {
    let end: [Turn] = [
      .client("DATA\r\n"), .server("354 go on\r\n"), .client("t\r\n.\r\n"), .server("250 ok\r\n"), .client("QUIT\r\n"),
      .server("221 bye\r\n"),
    ]
    #expect(exchanges(Self.mail("EHLO", recipients: 2) + end).last?.request == "type=QUIT")
    let refused: [Turn] = [.client("DATA\r\n"), .server("554 no\r\n"), .client("QUIT\r\n"), .server("221 bye\r\n")]
    #expect(
      exchanges(Self.mail("LHLO", recipients: 2) + refused).suffix(2).map { $0.response ?? "" } == [
        "status=client_error code=554 exception=no", "status=ok code=221 result=bye",
      ])
  }
}
