import Capture
import Testing

@testable import Protocols

@Suite("NATS")
struct NATSTests {
  private func exchanges(_ turns: [Turn]) -> [String] {
    var run = EngineRun()
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges().map(\.description)
  }

  private static let info = Turn.server(
    "INFO {\"server_id\":\"X\",\"server_name\":\"s1\",\"version\":\"2.9.10\",\"tls_required\":false}\r\n")
  private static let head = "version=2.9.10 type="

  @Test("the server asks first; what is published and delivered stands alone")
  func quiet() {
    let headers = "NATS/1.0\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n"
    #expect(
      exchanges([
        Self.info, .client("CONNECT {\"verbose\":false,\"pass\":\"secret\"}\r\nPING\r\n"), .server("PONG\r\n"),
        .client("SUB a.* q 1\r\nUNSUB 1 5\r\nPUB a.b _INBOX.1 5\r\nhello\r\nPUB a.b 0\r\n\r\n"),
        .client("HPUB a.c \(headers.utf8.count) \(headers.utf8.count + 2)\r\n\(headers)hi\r\n"),
        .server("MSG a.b 1 _INBOX.1 5\r\nhello\r\n-ERR 'Invalid Subject'\r\n"),
      ]) == [
        "[\(Self.head)Info domain=s1] -> [status=ok] answered", "[\(Self.head)Ping domain=s1] -> [status=ok] answered",
        "[\(Self.head)Sub domain=s1 resource=a.* endpoint=a queue=q] -> [-] alone", "[\(Self.head)Unsub domain=s1] -> [-] alone",
        "[\(Self.head)Pub domain=s1 resource=a.b endpoint=a reply=_INBOX.1] -> [-] alone",
        "[\(Self.head)Pub domain=s1 resource=a.b endpoint=a] -> [-] alone",
        "[\(Self.head)Hpub domain=s1 resource=a.c endpoint=a trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7] -> [-] alone",
        "[\(Self.head)Msg domain=s1 resource=a.b endpoint=a reply=_INBOX.1] -> [-] alone",
        "[\(Self.head)Err domain=s1 status=client_error exception=Invalid Subject] -> [-] alone",
      ])
  }

  @Test("a verbose connection acknowledges each operation, in order")
  func verbose() {
    #expect(
      exchanges([
        Self.info, .client("CONNECT {\"verbose\":true}\r\n"), .server("+OK\r\n"), .client("SUB a 1\r\nPUB b. 0\r\n\r\n"),
        .server("+OK\r\n-ERR 'Invalid Subject'\r\n"),
      ]).dropFirst(1) == [
        "[-] -> [status=ok] alone", "[\(Self.head)Sub domain=s1 resource=a endpoint=a] -> [status=ok] answered",
        "[\(Self.head)Pub domain=s1 resource=b. endpoint=b] -> [status=client_error exception=Invalid Subject] answered",
      ])
  }

  static let badLines = [
    "PUB a\r\n", "PUB a x\r\n", "HPUB a 9 5\r\n", "MSG a 1\r\n", "SUB a\r\n", "INFO\r\n", "PING x\r\n", "GET / HTTP/1.1\r\n",
  ]

  @Test("lines that cannot be are refused", arguments: badLines)
  func refused(_ line: String) {
    #expect(drive(NATS.self, [.client(line)]).invalid != nil)
    #expect(recognize(NATS.self, line, to: 4222) == .no)
  }

  @Test("operations that other protocols have too are believed on the usual port only")
  func recognition() {
    #expect(recognize(NATS.self, "INFO {\"a\":1}\r\n") == .certain(.server))
    #expect(recognize(NATS.self, "INFO\r\n") == .no)
    #expect(recognize(NATS.self, "PUB a 1\r\nx\r\n") == .likely(.client))
    #expect(recognize(NATS.self, "PING\r\n") == .no)
    #expect(recognize(NATS.self, "PING\r\n", to: 4222) == .likely(.client))
    #expect(recognize(NATS.self, "PU") == .needsMore)
    #expect(recognize(NATS.self, "PUT / HTTP/1.1\r\n") == .no)
  }

  @Test(
    "behind a loss the end of a longer operation is not taken for a shorter one",
    arguments: ["UNSUB 1 5\r\n", "HPUB a 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", "HMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"])
  func endOfAnOperation(_ operation: String) {
    let sender: MessageSender = operation.hasPrefix("HMSG") ? .server : .client
    let lost = operation.hasPrefix("UNSUB") ? 2 : 1
    var run = EngineRun(serverPort: 4222)
    run.server("INFO {\"server_name\":\"s1\"}\r\n")
    run.client("CONNECT {}\r\n")
    run.gap(lost, from: sender)
    run.send(Array(operation.utf8.dropFirst(lost)), from: sender)
    run.send(Array((sender == .client ? "PUB b 2\r\nhi\r\n" : "MSG b 1 2\r\nhi\r\n").utf8), from: sender)
    #expect(run.exchanges().dropFirst().map { summaryField("resource", $0.request) } == ["b"])
  }

  @Test("TLS follows INFO where CONNECT would")
  func startTLS() {
    var driver = drive(NATS.self, [Self.info])
    _ = driver.feed([0x16, 3, 1], from: .client)
    #expect(driver.hasHandedOver)
  }

  @Test("what nats-py and a socket asked of nats-server")
  func fixture() {
    let answers = recordedAnswers("nats/nats-server.pcap")
    let all = answers.flatMap { $0 }
    #expect(all.count { $0 == "Info ok -" } == 3)
    #expect(all.count { $0.hasPrefix("Pub ") } == 12)
    #expect(all.count { $0.hasPrefix("Hpub ") } == 2)
    #expect(all.count { $0 == "Pub client_error -" } == 1)
  }
}
