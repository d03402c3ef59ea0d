import Testing

@testable import Protocols

@Suite("MySQL")
struct MySQLTests {
  private typealias Bytes = MySQLBytes

  private func exchanges(_ turns: [Turn], port: UInt16 = 3306, _ reason: ConversationEnd.Reason = .closed) -> [DrivenExchange] {
    var run = EngineRun(serverPort: port)
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    return run.exchanges(reason)
  }

  private func client(_ bytes: [UInt8]) -> Turn { Turn(sender: .client, bytes: bytes) }
  private func server(_ bytes: [UInt8]) -> Turn { Turn(sender: .server, bytes: bytes) }

  @Test("a login says who and whereto, never the proof")
  func login() {
    let all = exchanges([
      server(Bytes.greeting()), client(Bytes.login()), server(Bytes.ok(2)), client(Bytes.command(14)), server(Bytes.ok()),
    ])
    #expect(all.first?.request == "version=8.0.36 type=LOGIN domain=shop resource=Login username: bob db: shop")
    #expect(all.first?.response == "status=ok rows=0")
    #expect(all.last?.request == "type=COM_PING domain=shop")
    #expect(!all.description.contains("PWD"))
  }

  @Test("steps of an authentication belong to the login")
  func authentication() {
    let all = exchanges([
      server(Bytes.greeting()), client(Bytes.login()), server(Bytes.packet(2, [0xfe] + Array("sha256\0salt".utf8))),
      client(Bytes.packet(3, Array("PWD2".utf8))), server(Bytes.packet(4, [1, 4])), client(Bytes.packet(5, [2])),
      server(Bytes.packet(6, [1] + Array("-----BEGIN PUBLIC KEY".utf8))), client(Bytes.packet(7, Array("PWD3".utf8))),
      server(Bytes.error(8, 1045, "Access denied")),
    ])
    #expect(all.count == 1)
    #expect(all.first?.response == "status=server_error code=1045 exception=Access denied sql_state=42S02")
    #expect(!all.description.contains("PWD"))
  }

  static let commands: [([UInt8], String)] = [
    (MySQLBytes.command(2, "other"), "type=COM_INIT_DB resource=other"),
    (MySQLBytes.command(4, "item\0%"), "type=COM_FIELD_LIST resource=item"),
    (MySQLBytes.command(9), "type=COM_STATISTICS"),
    (MySQLBytes.packet(0, [12, 7, 1, 0, 0]), "type=COM_PROCESS_KILL resource=263"),
    (MySQLBytes.command(14), "type=COM_PING"),
    (MySQLBytes.command(31), "type=COM_RESET_CONNECTION"),
    (MySQLBytes.packet(0, [26, 9, 0, 0, 0]), "type=COM_STMT_RESET id=9"),
    (MySQLBytes.packet(0, [28, 9, 0, 0, 0, 1, 0, 0, 0]), "type=COM_STMT_FETCH id=9"),
    (
      MySQLBytes.packet(0, bytes("11 65766500 04 50574421 73686f7000")),
      "type=COM_CHANGE_USER domain=shop resource=Login username: eve db: shop"
    ),
  ]

  @Test("a command's fields", arguments: commands)
  func command(_ bytes: [UInt8], _ expected: String) {
    let driver = drive(MySQL.self, [client(bytes)])
    #expect(driver.messages.map(\.summary) == [expected])
    #expect(driver.messages.first?.role == .request(.inOrder))
  }

  static let oneWay: [([UInt8], String)] = [
    (MySQLBytes.command(1), "type=COM_QUIT"),
    (MySQLBytes.packet(0, [25, 9, 0, 0, 0]), "type=COM_STMT_CLOSE id=9"),
    (MySQLBytes.packet(0, [24, 9, 0, 0, 0, 0, 0, 0x41]), "type=COM_STMT_SEND_LONG_DATA id=9"),
  ]

  @Test("commands without an answer stand alone", arguments: oneWay)
  func alone(_ bytes: [UInt8], _ expected: String) {
    let driver = drive(MySQL.self, [client(bytes)])
    #expect(driver.messages.map(\.summary) == [expected])
    #expect(driver.messages.first?.role == .oneWay)
  }

  static let responses: [([UInt8], String)] = [
    (MySQLBytes.ok(affected: 3), "status=ok rows=3"),
    (MySQLBytes.error(1, 1146, "no table"), "status=server_error code=1146 exception=no table sql_state=42S02"),
    (MySQLBytes.error(1, 2013, "lost"), "status=client_error code=2013 exception=lost sql_state=42S02"),
    (MySQLBytes.result(rows: 2), "status=ok rows=2 columns=1"),
    (
      MySQLBytes.result(rows: 1, status: 10) + MySQLBytes.result(rows: 2, status: 10) + MySQLBytes.ok(affected: 4),
      "status=ok rows=4 rows=3 columns=1 results=3"
    ),
    (
      MySQLBytes.result(rows: 1, status: 10) + MySQLBytes.error(7, 1064, "bad"),
      "status=server_error code=1064 exception=bad sql_state=42S02 rows=1 columns=1"
    ),
    // The end is an OK with the mark of an EOF.
    (
      MySQLBytes.packet(1, [1]) + MySQLBytes.column(2) + MySQLBytes.packet(3, [1, 0x41]) + MySQLBytes.packet(4, [0xfe, 0, 0, 2, 0, 5, 0]),
      "status=ok rows=1 columns=1 warnings=5"
    ),
    // MariaDB leaves out the columns it has sent before.
    (
      MySQLBytes.packet(1, [1, 0]) + MySQLBytes.eof(2) + MySQLBytes.packet(3, [1, 0x41]) + MySQLBytes.eof(4), "status=ok rows=1 columns=1"
    ),
  ]

  @Test("a response to its real end", arguments: responses)
  func response(_ bytes: [UInt8], _ expected: String) {
    let all = exchanges([client(Bytes.query("SELECT 1")), server(bytes), client(Bytes.command(14)), server(Bytes.ok())])
    #expect(all.map(\.response) == [expected, "status=ok rows=0"])
  }

  @Test("a statement is shown when it is executed, with its parameters")
  func prepared() {
    let prepared = Bytes.packet(1, [0, 5, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]) + Bytes.column(2) + Bytes.column(3) + Bytes.eof(4)
    let bound: [UInt8] = [23, 5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 8, 0, 0xfd, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69]
    let again: [UInt8] = [23, 5, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 8, 0, 0, 0, 0, 0, 0, 0]
    let all = exchanges([
      server(Bytes.greeting(0x00ff_ffff)), client(Bytes.login()), server(Bytes.ok(2)),
      client(Bytes.command(22, "UPDATE t SET a = ? WHERE b = ?")), server(prepared), client(Bytes.packet(0, bound)),
      server(Bytes.ok(affected: 1)), client(Bytes.packet(0, again)), server(Bytes.ok()),
    ])
    let statement = "endpoint=UPDATE t id=5 sql.verb=UPDATE sql.tables=t sql.statement=UPDATE t SET a = ? WHERE b = ?"
    #expect(
      all.dropFirst(2).map { $0.request ?? "" } == [
        "type=COM_STMT_EXECUTE domain=shop resource=UPDATE t SET a = ? WHERE b = ? \(statement) parameters=7, 'hi'",
        "type=COM_STMT_EXECUTE domain=shop resource=UPDATE t SET a = ? WHERE b = ? \(statement) parameters=8, NULL",
      ])
    #expect(all.dropFirst(1).first?.response == "id=5 status=ok")
  }

  @Test("a file that the server asks for belongs to its statement")
  func localFile() {
    let all = exchanges([
      client(Bytes.query("LOAD DATA LOCAL INFILE 'f' INTO TABLE t")), server(Bytes.packet(1, [0xfb] + Array("f".utf8))),
      client(Bytes.packet(2, [UInt8](repeating: 0x41, count: 5000))), client(Bytes.packet(3, [])), server(Bytes.ok(4, affected: 9)),
      client(Bytes.command(14)), server(Bytes.ok()),
    ])
    #expect(all.map { $0.response ?? "" } == ["status=ok rows=9", "status=ok rows=0"])
  }

  @Test("the database in use is the one chosen last")
  func database() {
    let all = exchanges([
      client(Bytes.query("USE a")), server(Bytes.ok()), client(Bytes.command(2, "b")), server(Bytes.error(1, 1049, "unknown")),
      client(Bytes.command(14)), server(Bytes.ok()),
    ])
    #expect(all.map { $0.request?.contains("domain=a") ?? false } == [false, true, true])
  }

  @Test("a statement is read to its end, however long it is")
  func longStatement() {
    let rows = (0..<4000).map { "(\($0), 'name')" }.joined(separator: ",")
    let text = "INSERT INTO t VALUES \(rows) /* traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 */"
    let bytes = Bytes.query(text)
    var driver = ReferenceDriver<MySQL>(DrivenTexts(), isDatagram: false)
    driver.beginRun()
    for start in stride(from: 0, to: bytes.count, by: 1448) {
      #expect(driver.feed(Array(bytes[start..<min(bytes.count, start + 1448)]), from: .client) == nil)
    }
    #expect(driver.messages.count == 1)
    #expect(driver.messages.first?.isComplete == true)
    #expect(driver.messages.first?.summary.contains("trace=0af7651916cd43dd8448eb211c80319c") == true)
    #expect(driver.messages.first?.summary.contains("sql.statement=INSERT INTO t VALUES (?)") == true)
    #expect(driver.messages.first?.byteCount == bytes.count)
  }

  @Test("a traceparent among the attributes of a query")
  func queryAttributes() {
    let value = Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8)
    var content: [UInt8] = [3, 1, 1, 0, 1, 0xfe, 0, 11]
    content += Array("traceparent".utf8)
    content += [UInt8(value.count)]
    content += value
    content += Array("SELECT 1".utf8)
    let all = exchanges([
      server(Bytes.greeting()), client(Bytes.login(Bytes.capabilities | 1 << 27)), server(Bytes.ok(2)),
      client(Bytes.packet(0, content)), server(Bytes.result(rows: 1)),
    ])
    #expect(all.last?.request?.contains("resource=SELECT 1 ") == true)
    #expect(all.last?.request?.contains("span=b7ad6b7169203331") == true)
  }

  @Test("the compressed protocol: stored packets, pieces, several messages in one")
  func compressedProtocol() {
    let login = [server(Bytes.greeting()), client(Bytes.login(Bytes.capabilities | 0x20)), server(Bytes.ok(2))]
    let result = Bytes.result(rows: 3)
    let all = exchanges(
      login + [
        client(Bytes.stored(0, Bytes.packet(0, [25, 1, 0, 0, 0]) + Bytes.query("SELECT a FROM t"))),
        server(Bytes.stored(1, Array(result[0..<20])) + Bytes.stored(2, Array(result[20...]))),
        client(Bytes.stored(0, Bytes.command(14))), server(Bytes.stored(1, Bytes.ok())),
      ])
    #expect(all.map { $0.request?.prefix(15) } == ["version=8.0.36 ", "type=COM_STMT_C", "type=COM_QUERY ", "type=COM_PING d"])
    #expect(all.map { $0.response } == ["status=ok rows=0", nil, "status=ok rows=3 columns=1", "status=ok rows=0"])
  }

  /// "SELECT 'aa…'" with 200 letters as a packet of MySQL, compressed by zstd.
  static let zstandard = bytes("28b52ffd20d6b5000078d20000000353454c454354202761270100440a2801")
  /// The same by zlib.
  static let zlib = bytes("789cbbc4c0c0c01ceceae3ea1ca2a09e384c803a0062354ecc")

  @Test("the compressed protocol: zlib and zstd", arguments: [zlib, zstandard], [true, false])
  func compressions(_ content: [UInt8], _ isSeenFromStart: Bool) {
    let login = [server(Bytes.greeting()), client(Bytes.login(Bytes.capabilities | 0x20)), server(Bytes.ok(2))]
    let all = exchanges(
      (isSeenFromStart ? login : []) + [
        client(Bytes.compressed(0, content, unpacked: 214)), server(Bytes.stored(1, Bytes.result(rows: 1))),
      ])
    #expect(all.last?.request?.contains("sql.statement=SELECT ?") == true)
    #expect(all.last?.response == "status=ok rows=1 columns=1")
  }

  @Test("a packet that claims more than it holds is refused")
  func falseClaim() {
    let turns = [server(Bytes.greeting()), client(Bytes.login(Bytes.capabilities | 0x20)), server(Bytes.ok(2))]
    for content in [[UInt8](repeating: 0x78, count: 40), [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0, 0]] {
      let driver = drive(MySQL.self, turns + [client(Bytes.compressed(0, content, unpacked: 0xff_ffff))])
      #expect(driver.invalid == "a packet that cannot be unpacked")
    }
  }

  @Test("after the wish for TLS the connection speaks TLS")
  func tls() {
    var run = EngineRun(serverPort: 3306)
    run.send(Bytes.greeting(), from: .server)
    run.send(Bytes.wishForTLS(), from: .client)
    run.send(TLSBytes.record(22, TLSBytes.clientHello()), from: .client)
    #expect(run.l7Protocol == .tls)
  }

  @Test("a recorded connection that turns to TLS ends with its handshake")
  func recordedTLS() throws {
    let conversation = try #require(FixtureReader.conversations(file: "starttls/mysql.pcap").first)
    var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
    for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
    #expect(run.l7Protocol == .tls)
    #expect(run.anomalyCount == 0)
  }

  @Test("a connection that is joined midway")
  func joinedMidway() {
    let all = exchanges(
      [
        server(Bytes.packet(9, [1, 0x41]) + Bytes.eof(10)), client(Bytes.query("SELECT a FROM t")), server(Bytes.result(rows: 2)),
      ], port: 40_001)
    #expect(all.map(\.response) == ["status=ok rows=2 columns=1"])
    let later = exchanges([
      client(Bytes.command(22, "SELECT ?")),
      server(Bytes.packet(1, [0, 5, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]) + Bytes.column(2) + Bytes.eof(3) + Bytes.column(4) + Bytes.eof(5)),
      client(Bytes.command(14)), server(Bytes.ok()),
    ])
    #expect(later.map(\.response) == ["id=5 status=ok", "status=ok rows=0"])
  }

  @Test("behind a loss responses go to the commands that come after it")
  func loss() {
    var run = EngineRun(serverPort: 3306)
    run.send(Bytes.query("SELECT 1"), from: .client)
    run.gap(500, from: .server)
    run.send(Bytes.query("SELECT 2"), from: .client)
    run.send(Bytes.result(rows: 2), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map(\.ending) == [.responseLost, .answered])
    #expect(all.last?.request?.contains("resource=SELECT 2") == true)
  }

  @Test("behind a loss a result is found whose columns the client knows")
  func lossBeforeKnownColumns() {
    var run = EngineRun(serverPort: 3306)
    run.send(Bytes.query("SELECT 1"), from: .client)
    run.send(Array(Bytes.result(rows: 1)[0..<20]), from: .server)
    run.gap(500, from: .server)
    run.send(Bytes.query("SELECT 2"), from: .client)
    run.send(Bytes.packet(1, [1, 0]) + Bytes.eof(2) + Bytes.packet(3, [0, 0, 1]) + Bytes.eof(4), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map(\.ending) == [.answered, .answered])
    #expect(all.last?.response == "status=ok rows=1 columns=1")
  }

  static let strangers: [[UInt8]] = [
    Array("GET / HTTP/1.1\r\n\r\n".utf8), [5, 0, 0, 0, 3, 1, 2, 3, 4], [3, 0, 0, 0, 3, 0x61, 0x62], [1, 0, 0, 0, 1],
    [0x10, 0, 0, 0, 10] + Array("not a version\0x".utf8), [1, 0, 0, 1, 1, 4, 0, 0, 2, 0x41, 0x42, 0x43, 0x44],
  ]

  @Test("off its port only what is unmistakable is believed", arguments: strangers)
  func refuse(_ bytes: [UInt8]) {
    let context = RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false)
    #expect(MySQL.recognize(bytes.span.bytes, context) == .no)
  }

  @Test("credentials of recorded logins appear nowhere", arguments: FixtureReader.conversations(in: "mysql"))
  func credentials(_ conversation: RecordedConversation) {
    let driver = drive(MySQL.self, conversation.runs.map { Turn(sender: $0.sender, bytes: $0.bytes) })
    #expect(driver.invalid == nil)
    for message in driver.messages { #expect(!message.summary.contains("secret")) }
  }
}
