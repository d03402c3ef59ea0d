import Testing

@testable import Protocols

@Suite("memcached, binary and datagrams")
struct MemcachedBinaryTests {
  private static func number(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  private static func message(
    _ magic: UInt8, _ opcode: UInt8, key: String = "", extras: Int = 0, value: String = "", status: UInt16 = 0, opaque: UInt32 = 0
  ) -> [UInt8] {
    let body = [UInt8](repeating: 0, count: extras) + Array(key.utf8) + Array(value.utf8)
    return [magic, opcode] + number(UInt16(key.utf8.count)) + [UInt8(extras), 0] + number(status) + number(UInt32(body.count))
      + number(opaque)
      + number(UInt64(0)) + body
  }

  private static func request(_ opcode: UInt8, _ key: String = "", extras: Int = 0, value: String = "", opaque: UInt32 = 0) -> [UInt8] {
    message(0x80, opcode, key: key, extras: extras, value: value, opaque: opaque)
  }

  private static func response(
    _ opcode: UInt8, _ key: String = "", extras: Int = 0, value: String = "", status: UInt16 = 0, opaque: UInt32 = 0
  ) -> [UInt8] {
    message(0x81, opcode, key: key, extras: extras, value: value, status: status, opaque: opaque)
  }

  private func exchanges(_ turns: [(MessageSender, [UInt8])]) -> [String] {
    var run = EngineRun()
    for (sender, bytes) in turns { run.send(bytes, from: sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges(.closed).map(\.description)
  }

  @Test("requests and responses pair in order, errors say why")
  func pairs() {
    let asked =
      Self.request(0x01, "a", extras: 8, value: "1", opaque: 7) + Self.request(0x00, "b", opaque: 8)
      + Self.request(0x05, "c", extras: 20, opaque: 9)
      + Self.request(0x21, "PLAIN", value: "\u{1}bob\u{1}secret", opaque: 10) + Self.request(0x99, opaque: 11)
    let answered =
      Self.response(0x01, opaque: 7) + Self.response(0x00, value: "Not found", status: 1, opaque: 8)
      + Self.response(0x05, value: "Non-numeric", status: 6, opaque: 9) + Self.response(0x21, value: "Auth failure.", status: 8, opaque: 10)
      + Self.response(0x99, value: "Unknown command", status: 0x81, opaque: 11)
    #expect(
      exchanges([(.client, asked), (.server, answered)]) == [
        "[version=binary type=set resource=set a id=7] -> [id=7 status=ok code=0] answered",
        "[version=binary type=get resource=get b id=8] -> [id=8 status=ok code=1 result=Key not found] answered",
        "[version=binary type=increment resource=increment c id=9] -> [id=9 status=client_error code=6 exception=Non-numeric] answered",
        "[version=binary type=sasl_auth resource=sasl_auth PLAIN id=10] -> [id=10 status=client_error code=8 exception=Auth failure.]"
          + " answered",
        "[version=binary type=opcode 153 resource=opcode 153 id=11] -> [id=11 status=client_error code=129 exception=Unknown command]"
          + " answered",
      ])
  }

  @Test("quiet requests: hits and failures are answered, the rest is silence")
  func quiet() {
    // All opaque numbers are 0, as some libraries send them: the key decides.
    let asked =
      Self.request(0x0d, "x") + Self.request(0x0d, "k1") + Self.request(0x0d, "y") + Self.request(0x12, "k1", extras: 8, value: "v")
      + Self.request(0x11, "k2", extras: 8, value: "v") + Self.request(0x0a)
    let answered = Self.response(0x0d, "k1", extras: 4, value: "1") + Self.response(0x12, value: "Exists", status: 2) + Self.response(0x0a)
    #expect(
      exchanges([(.client, asked), (.server, answered)]) == [
        "[quiet version=binary type=getkq resource=getkq x id=0] -> [-] alone",
        "[quiet version=binary type=getkq resource=getkq k1 id=0] -> [id=0 status=ok code=0] answered",
        "[quiet version=binary type=getkq resource=getkq y id=0] -> [-] alone",
        "[quiet version=binary type=addq resource=addq k1 id=0] -> [id=0 status=ok code=2 result=Key exists] answered",
        "[quiet version=binary type=setq resource=setq k2 id=0] -> [-] alone",
        "[version=binary type=noop resource=noop id=0] -> [id=0 status=ok code=0] answered",
      ])
  }

  @Test("statistics are one response of many messages")
  func statistics() {
    let answered = Self.response(0x10, "pid", value: "1") + Self.response(0x10, "uptime", value: "2") + Self.response(0x10)
    #expect(
      exchanges([
        (.client, Self.request(0x10) + Self.request(0x07)), (.server, answered + Self.response(0x07)), (.client, Self.request(0x17)),
      ]) == [
        "[version=binary type=stat resource=stat id=0] -> [id=0 status=ok code=0] answered",
        "[version=binary type=quit resource=quit id=0] -> [id=0 status=ok code=0] answered",
        "[quiet version=binary type=quitq resource=quitq id=0] -> [-] alone",
      ])
  }

  static let beginnings: [([UInt8], Recognition)] = [
    (request(0x01, "a", extras: 8, value: "1"), .certain(.client)), (request(0x01, "a", extras: 0, value: "1"), .no),
    (request(0x00), .no), (request(0x0a), .certain(.client)), (request(0x0a) + [1], .no), (request(0x99, "a"), .no),
    (response(0x00, extras: 4, value: "x"), .certain(.server)), (response(0x00, extras: 4, value: "x", status: 0x77), .no),
    (Array(request(0x01, "a", extras: 8, value: "1").prefix(10)), .needsMore), ([0x80, 0x2e, 1, 3, 0, 0], .no),
  ]

  @Test("a header must be right in every field", arguments: beginnings)
  func recognition(_ bytes: [UInt8], _ expected: Recognition) {
    #expect(
      Memcached.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false)) == expected)
  }

  @Test("lengths that contradict one another are invalid")
  func lengths() {
    var broken = Self.request(0x00, "abc")
    broken[11] = 1
    #expect(drive(Memcached.self, [Turn(sender: .client, bytes: broken)]).invalid != nil)
  }

  @Test("datagrams pair by their number, and a long reply is one")
  func datagrams() {
    func datagram(_ identifier: UInt16, _ sequence: UInt16, of count: UInt16, _ text: String) -> [UInt8] {
      Self.number(identifier) + Self.number(sequence) + Self.number(count) + [0, 0] + Array(text.utf8)
    }
    var run = EngineRun(serverPort: 11211, isDatagram: true)
    run.send(datagram(1, 0, of: 1, "get a\r\n"), from: .client)
    run.send(datagram(2, 0, of: 1, "set b 0 0 1 noreply\r\n1\r\n"), from: .client)
    run.send(datagram(3, 0, of: 1, "get b\r\n"), from: .client)
    run.send(datagram(3, 0, of: 1, "END\r\n"), from: .server)
    run.send(datagram(1, 0, of: 2, "VALUE a 0 4000\r\nxxxx"), from: .server)
    run.send(datagram(1, 1, of: 2, "xxxx\r\nEND\r\n"), from: .server)
    #expect(run.anomalyCount == 0)
    #expect(
      run.exchanges().map(\.description) == [
        "[quiet type=set resource=set b 0 0 1 noreply id=2] -> [-] alone",
        "[type=get resource=get b id=3] -> [id=3 status=ok result=END] answered",
        "[type=get resource=get a id=1] -> [id=1 status=ok result=VALUE a 0 4000] answered",
      ])
  }
}
