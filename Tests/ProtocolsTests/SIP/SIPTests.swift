import Capture
import Testing

@testable import Protocols

@Suite("SIP")
struct SIPTests {
  private static func request(_ method: String, _ branch: String, sequence: Int = 1, body: String = "") -> String {
    "\(method) sip:bob@example.test:5060;x=y SIP/2.0\r\nVia: SIP/2.0/UDP a.example.test;branch=\(branch);rport\r\nf: <sip:alice@example.test>\r\n"
      + "Call-ID: c1\r\nCSeq: \(sequence) \(method)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func response(_ code: String, _ method: String, _ branch: String, body: String = "") -> String {
    "SIP/2.0 \(code)\r\nv: SIP/2.0/UDP a.example.test;branch=\(branch);received=192.0.2.1\r\nCSeq: 1 \(method)\r\nl: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private func run(_ turns: [Turn], isDatagram: Bool) -> EngineRun {
    var run = EngineRun(serverPort: 5060, isDatagram: isDatagram)
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    return run
  }

  @Test("a call: provisional responses are interim, ACK stands alone, CANCEL is a transaction of its own", arguments: [true, false])
  func call(_ isDatagram: Bool) {
    var run = run(
      [
        .client(Self.request("INVITE", "z9hG4bK1", body: "v=0\r\n")), .server(Self.response("100 Trying", "INVITE", "z9hG4bK1")),
        .client(Self.request("CANCEL", "z9hG4bK1")), .server(Self.response("200 OK", "CANCEL", "z9hG4bK1")),
        .server(Self.response("487 Request Terminated", "INVITE", "z9hG4bK1", body: "why")), .client(Self.request("ACK", "z9hG4bK1")),
      ], isDatagram: isDatagram)
    #expect(run.anomalyCount == 0)
    let request = "domain=example.test resource=sip:bob@example.test:5060;x=y id=1 from=<sip:alice@example.test> call_id=c1"
    #expect(
      run.exchanges(.closed).map(\.description) == [
        "[version=2.0 type=CANCEL \(request)] -> [version=2.0 type=CANCEL status=ok code=200] answered",
        "[version=2.0 type=INVITE \(request)] -> [version=2.0 type=INVITE status=client_error code=487 exception=Request Terminated] answered",
        "[version=2.0 type=ACK \(request)] -> [-] alone",
      ])
  }

  @Test("both ends may ask")
  func bothAsk() {
    var run = run(
      [
        .client(Self.request("OPTIONS", "z9hG4bK1")), .server(Self.request("OPTIONS", "z9hG4bK1")),
        .client(Self.response("200 OK", "OPTIONS", "z9hG4bK1")), .server(Self.response("503 Busy", "OPTIONS", "z9hG4bK1")),
      ], isDatagram: true)
    #expect(run.clientSides.count == 2 && run.clientSides[0] != run.clientSides[1])
    #expect(run.exchanges(.closed).map { $0.response?.contains("code=200") } == [true, false])
  }

  @Test("peers without a branch are paired by call and number")
  func withoutBranch() {
    let request = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nCall-ID: c1\r\nCSeq: 7 OPTIONS\r\n\r\n"
    let response = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\ni: c1\r\nCSeq: 7 OPTIONS\r\n\r\n"
    var run = run([.client(request), .server(response)], isDatagram: true)
    #expect(run.exchanges(.closed).map(\.ending) == [.answered])
  }

  static let domains: [(String, String)] = [
    ("sip:bob@example.test", "example.test"), ("sip:example.test;lr", "example.test"), ("sips:bob@[2001:db8::1]:5061", "[2001:db8::1]"),
    ("sip:bob:secret@example.test:5060", "example.test"), ("tel:+4930", "+4930"),
  ]

  @Test("the domain of a target", arguments: domains)
  func domain(_ target: String, _ expected: String) {
    let driver = drive(SIP.self, [.client("OPTIONS \(target) SIP/2.0\r\n\r\n")], isDatagram: true)
    #expect(driver.messages.first?.summary.contains("domain=\(expected) ") == true)
  }

  @Test("a target's password is not shown")
  func password() {
    let driver = drive(SIP.self, [.client("OPTIONS sip:bob:secret@example.test SIP/2.0\r\n\r\n")], isDatagram: true)
    #expect(driver.messages.first?.summary == "version=2.0 type=OPTIONS domain=example.test resource=sip:bob:***@example.test")
  }

  @Test("a keep-alive is stepped over, and a datagram cut short says what it says")
  func padding() {
    var run = run([.client("\r\n\r\n"), .client("OPTIONS sip:a SIP/2.0\r\nCall-ID: c1\r\nCSeq: 1 OPT")], isDatagram: true)
    #expect(run.exchanges(.silent).map { $0.request?.contains("type=OPTIONS") } == [true])
  }

  static let beginnings: [(String, Recognition)] = [
    ("INVITE sip:a SIP/2.0\r\n", .certain(.client)), ("SIP/2.0 200 OK\r\n", .certain(.server)), ("SIP/2.0 9", .no),
    ("OPTIONS * HTTP/1.1\r\n", .no), ("INVITE sip:a", .needsMore), ("SIP/", .needsMore), ("INVITATION", .no),
  ]

  @Test("beginnings of a stream", arguments: beginnings)
  func beginning(_ text: String, _ expected: Recognition) {
    #expect(recognize(SIP.self, text) == expected)
  }
}
