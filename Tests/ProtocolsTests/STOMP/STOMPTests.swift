import Capture
import Testing

@testable import Protocols

@Suite("STOMP")
struct STOMPTests {
  private func exchanges(_ turns: [Turn]) -> [String] {
    var run = EngineRun()
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges().map(\.description)
  }

  @Test("connections and receipts pair; bodies end by their length or by a zero byte")
  func session() {
    #expect(
      exchanges([
        .client("CONNECT\naccept-version:1.2\nhost:h\nlogin:ale\npasscode:secret\n\n\0\n"), .server("CONNECTED\nversion:1.2\n\n\0"),
        .client("SEND\ndestination:/queue/a\nreceipt:r1\ntraceparent:00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n\nhello\0"),
        .client("SEND\r\ndestination:/queue/a\r\ncontent-length:3\r\n\r\na\0b\0\r\n\n"),
        .server("\nRECEIPT\nreceipt-id:r1\n\n\0MESSAGE\ndestination:/queue/a\nmessage-id:7\nsubscription:0\n\nx\0"),
        .client("SUBSCRIBE\nid:0\ndestination:/nowhere\nreceipt:r2\n\n\0"), .server("ERROR\nreceipt-id:r2\nmessage:denied\n\nlong\0"),
        .client("DISCONNECT\n\n\0"),
      ]) == [
        "[type=CONNECT domain=h user=ale] -> [version=1.2 status=ok] answered",
        "[type=SEND resource=/queue/a endpoint=/queue/a] -> [-] alone",
        "[type=SEND resource=/queue/a endpoint=/queue/a trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7]"
          + " -> [status=ok] answered",
        "[type=MESSAGE resource=/queue/a endpoint=/queue/a message-id=7 subscription=0] -> [-] alone",
        "[type=SUBSCRIBE resource=/nowhere endpoint=/nowhere] -> [status=server_error exception=denied] answered",
        "[type=DISCONNECT] -> [-] alone",
      ])
  }

  @Test("an error instead of a connection")
  func refusedConnection() {
    #expect(
      exchanges([.client("STOMP\nhost:h\n\n\0"), .server("ERROR\nmessage:bad login\n\n\0")]) == [
        "[type=STOMP domain=h] -> [status=server_error exception=bad login] answered"
      ])
  }

  static let verdicts: [(String, Recognition)] = [
    ("CONNECT\nhost:h\n\n\0", .certain(.client)), ("CONNECTED\nversion:1.2\n\n\0", .certain(.server)),
    ("SEND\n\n\0", .likely(.client)), ("SEND\n\nx", .no), ("CONNECT a:80 HTTP/1.1\r\n", .no), ("SEN", .needsMore),
    ("MESSAGE\n", .needsMore), ("MESSAGE\nno header\n", .no), ("ERROR\n\u{1}", .no), ("SUBSCRIBE sip:a SIP/2.0\r\n", .no),
  ]

  @Test("a command by itself on a line and a header are believed", arguments: verdicts)
  func recognition(_ text: String, _ expected: Recognition) {
    #expect(recognize(STOMP.self, text) == expected)
  }

  @Test(
    "frames that cannot be are refused",
    arguments: ["SEN\nx:y\n\n\0", "\rx", "SEND\ncontent-length:x\n\n\0", "SEND\ncontent-length:9999999999\n\n\0"])
  func refused(_ text: String) {
    #expect(drive(STOMP.self, [.client(text)]).invalid != nil)
  }

  @Test("frames as stomp.py sent them to ActiveMQ")
  func fixture() {
    let all = recordedAnswers("stomp/activemq.pcap").flatMap { $0 }
    #expect(all.contains("CONNECT ok -") || all.contains("STOMP ok -"))
    #expect(all.count { $0 == "SEND - -" } == 3)
    #expect(all.count { $0 == "SEND ok -" } == 2)
    #expect(all.count { $0 == "MESSAGE - -" } == 5)
    #expect(all.count { $0.hasPrefix("DISCONNECT ok") } == 1)
  }
}
