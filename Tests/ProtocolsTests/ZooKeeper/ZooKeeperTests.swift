import Capture
import Testing

@testable import Protocols

@Suite("ZooKeeper")
struct ZooKeeperTests {
  private static func number32(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32(24 - $0 * 8)) } }
  private static func record(_ body: [UInt8]) -> [UInt8] { number32(Int32(body.count)) + body }
  private static func text(_ value: String) -> [UInt8] { number32(Int32(value.utf8.count)) + Array(value.utf8) }
  private static let session: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0x2a]
  private static let password = number32(16) + [UInt8](repeating: 7, count: 16)

  private static let connect = record(
    number32(0) + [UInt8](repeating: 0, count: 8) + number32(4000) + [UInt8](repeating: 0, count: 8) + password + [0])
  private static let connected = record(number32(0) + number32(4000) + session + password + [0])

  private static func request(_ identifier: Int32, _ operation: Int32, _ rest: [UInt8]) -> [UInt8] {
    record(number32(identifier) + number32(operation) + rest)
  }

  private static func reply(_ identifier: Int32, _ error: Int32, _ rest: [UInt8] = []) -> [UInt8] {
    record(number32(identifier) + [0, 0, 0, 1, 0, 0, 0, 9] + number32(error) + rest)
  }

  private func exchanges(_ turns: [(MessageSender, [UInt8])]) -> [String] {
    var run = EngineRun(serverPort: 2181)
    for (sender, bytes) in turns { run.send(bytes, from: sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges(.closed).map(\.description)
  }

  @Test("a session begins, and its requests pair by their number")
  func session() {
    #expect(
      exchanges([
        (.client, Self.connect), (.server, Self.connected), (.client, Self.request(1, 4, Self.text("/a") + [1])),
        (.client, Self.request(2, 1, Self.text("/b") + Self.text("data"))), (.server, Self.reply(2, -110)),
        (.server, Self.reply(1, 0, [UInt8](repeating: 0, count: 9000))),
      ]) == [
        "[type=connect session_timeout_ms=4000] -> [status=ok session_id=0x10000000000002a negotiated_timeout_ms=4000] answered",
        "[type=create resource=/b endpoint=/b id=2] -> [id=2 status=client_error code=-110 exception=NodeExists] answered",
        "[type=getData resource=/a endpoint=/a id=1] -> [id=1 status=ok code=0] answered",
      ])
  }

  @Test("a session that has expired comes back as number 0")
  func expired() {
    let refused = Self.record(Self.number32(0) + Self.number32(0) + [UInt8](repeating: 0, count: 8) + Self.password)
    #expect(
      exchanges([(.client, Self.connect), (.server, refused)]) == [
        "[type=connect session_timeout_ms=4000] -> [status=client_error exception=SessionExpired negotiated_timeout_ms=0] answered"
      ])
  }

  @Test("pings, credentials and watches have no number of their own")
  func unnumbered() {
    let event = Self.record(
      Self.number32(-1) + [UInt8](repeating: 0xff, count: 8) + Self.number32(0) + Self.number32(3) + Self.number32(3) + Self.text("/a"))
    let authenticate = Self.request(-4, 100, Self.number32(0) + Self.text("digest") + Self.text("user:secret"))
    #expect(
      exchanges([
        (.client, Self.connect), (.server, Self.connected), (.client, authenticate), (.server, Self.reply(-4, -115)),
        (.client, Self.request(-2, 11, [])), (.server, event), (.server, Self.reply(-2, 0)),
      ]).dropFirst() == [
        "[type=auth] -> [status=client_error code=-115 exception=AuthFailed] answered",
        "[type=notification resource=/a event=NodeDataChanged] -> [-] alone",
        "[type=ping] -> [status=ok code=0] answered",
      ])
  }

  @Test("four letters ask for what an administrator wants to know")
  func word() {
    #expect(
      exchanges([(.client, Array("srvr\n".utf8)), (.server, Array("Zookeeper version: 3.8".utf8))]) == [
        "[type=srvr] -> [status=ok] answered"
      ])
  }

  static let codes: [(Int32, String)] = [
    (0, "ok"), (-4, "server_error"), (-8, "client_error"), (-101, "client_error"), (-112, "client_error"), (-127, "server_error"),
  ]

  @Test("an error's status", arguments: codes)
  func status(_ code: Int32, _ expected: String) {
    let all = exchanges([
      (.client, Self.connect), (.server, Self.connected), (.client, Self.request(1, 3, Self.text("/a") + [0])),
      (.server, Self.reply(1, code)),
    ])
    #expect(all[1].contains("status=\(expected) code=\(code)"))
  }

  @Test("records of other protocols are not believed")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 40_001) -> Recognition {
      ZooKeeper.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false))
    }
    #expect(verdict(Self.connect) == .certain(.client))
    #expect(verdict(Self.request(1, 4, Self.text("/a") + [1])) == .no)
    #expect(verdict(Self.request(1, 4, Self.text("/a") + [1]), 2181) == .likely(.client))
    #expect(verdict(Self.request(1, 4, Self.text("a") + [1]), 2181) == .no)
    #expect(verdict(Array("ruok".utf8)) == .no)
    #expect(verdict(Array("ruok".utf8), 2181) == .certain(.client))
    #expect(verdict([0, 0, 0, 44, 0, 0, 0, 1]) == .no)
    #expect(verdict([0, 0, 1, 44, 0, 0, 0, 0]) == .no)
  }
}
