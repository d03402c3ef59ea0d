import Testing

@testable import Protocols

@Suite("Cassandra")
struct CassandraTests {
  private static func frame(_ version: UInt8, _ stream: UInt8, _ opcode: UInt8, _ body: [UInt8], flags: UInt8 = 0) -> [UInt8] {
    let head: [UInt8] = version & 0x7f >= 3 ? [version, flags, 0, stream, opcode] : [version, flags, stream, opcode]
    return head + PostgreSQLBytes.bigEndian(UInt32(body.count)) + body
  }

  private static func longString(_ text: String) -> [UInt8] { PostgreSQLBytes.bigEndian(UInt32(text.utf8.count)) + Array(text.utf8) }

  private static func query(_ text: String, stream: UInt8 = 1, version: UInt8 = 4) -> [UInt8] {
    frame(version, stream, 7, longString(text) + [0, 1, 0])
  }

  private static func error(_ code: UInt32, _ text: String) -> [UInt8] {
    let head: [UInt8] = PostgreSQLBytes.bigEndian(code)
    return frame(0x84, 1, 0, head + [0, UInt8(text.utf8.count)] + Array(text.utf8))
  }

  static let errors: [(UInt32, String)] = [
    (0x2000, "id=1 status=client_error code=8192 exception=why result=syntax error"),
    (0x0100, "id=1 status=client_error code=256 exception=why result=authentication error"),
    (0x1200, "id=1 status=server_error code=4608 exception=why result=read timeout"),
    (0x0000, "id=1 status=server_error code=0 exception=why result=server error"),
  ]

  @Test("an error's code says whose fault it is", arguments: errors)
  func error(_ code: UInt32, _ expected: String) {
    let driver = drive(Cassandra.self, [Turn(sender: .server, bytes: Self.error(code, "why"))])
    #expect(driver.messages.map(\.summary) == [expected])
  }

  @Test("a statement, in all versions", arguments: [UInt8(1), 2, 3, 4, 5])
  func statement(_ version: UInt8) {
    let driver = drive(Cassandra.self, [Turn(sender: .client, bytes: Self.query("SELECT a FROM k.t WHERE b = 'c'", version: version))])
    #expect(
      driver.messages.map(\.summary) == [
        "version=\(version) type=QUERY resource=SELECT a FROM k.t WHERE b = 'c' endpoint=SELECT k.t id=1 sql.verb=SELECT sql.tables=k.t "
          + "sql.statement=SELECT a FROM k.t WHERE b = ?"
      ])
  }

  @Test("a statement that was prepared is shown when it is executed, and answers may overtake one another")
  func prepared() {
    let name: [UInt8] = [0, 2, 0xab, 0xcd]
    var run = EngineRun(serverPort: 9042)
    run.send(Self.frame(4, 9, 9, Self.longString("INSERT INTO t (a) VALUES (?)")), from: .client)
    run.send(Self.frame(0x84, 9, 8, [0, 0, 0, 4] + name + [0, 0, 0, 0]), from: .server)
    run.send(Self.frame(4, 1, 10, name + [0, 1, 0]) + Self.query("SELECT b FROM u", stream: 2), from: .client)
    run.send(Self.frame(0x84, 2, 8, [0, 0, 0, 2]) + Self.frame(0x84, 1, 8, [0, 0, 0, 1]), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map { $0.request?.prefix(22) } == ["version=4 type=PREPARE", "version=4 type=QUERY r", "version=4 type=EXECUTE"])
    #expect(all.last?.request?.contains("resource=INSERT INTO t (a) VALUES (?) endpoint=INSERT t") == true)
    #expect(all.map(\.response) == ["id=9 status=ok result=prepared", "id=2 status=ok result=rows", "id=1 status=ok result=void"])
  }

  @Test("warnings, tracing and a custom payload stand before a result")
  func prefixes() {
    let warnings: [UInt8] = [0, 1, 0, 2, 0x61, 0x62]
    let payload: [UInt8] = [0, 1, 0, 1, 0x6b, 0, 0, 0, 2, 1, 2]
    let tracing = [UInt8](repeating: 7, count: 16)
    let bytes = Self.frame(0x84, 1, 8, tracing + warnings + payload + [0, 0, 0, 1], flags: 0x0e)
    let driver = drive(Cassandra.self, [Turn(sender: .server, bytes: bytes)])
    #expect(driver.messages.map(\.summary) == ["id=1 status=ok result=void"])
  }

  @Test("an event stands alone")
  func event() {
    let driver = drive(Cassandra.self, [Turn(sender: .server, bytes: [0x84, 0, 0xff, 0xff, 12, 0, 0, 0, 4, 0, 2, 0x55, 0x50])])
    #expect(driver.messages.map(\.role) == [.oneWay])
  }

  @Test("only what is unmistakable is believed off its port")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 40_001) -> Recognition {
      Cassandra.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false))
    }
    #expect(verdict(Self.query("SELECT 1")) == .certain(.client))
    #expect(verdict(Self.query("hello, what is this")) == .no)
    #expect(verdict(Self.frame(4, 1, 5, [])) == .no)
    #expect(verdict(Self.frame(4, 1, 5, []), 9042) == .likely(.client))
    #expect(verdict([4, 0, 0, 1, 7, 0xff, 0xff, 0xff, 0xff]) == .no)
    #expect(verdict([0x84, 0, 0, 1, 7, 0, 0, 0, 1]) == .no)
  }

  @Test("credentials of recorded logins appear nowhere", arguments: FixtureReader.conversations(in: "cassandra"))
  func credentials(_ conversation: RecordedConversation) {
    let driver = drive(Cassandra.self, conversation.runs.map { Turn(sender: $0.sender, bytes: $0.bytes) })
    #expect(driver.invalid == nil)
    for message in driver.messages { #expect(!message.summary.contains("secret")) }
  }
}
