import Testing

@testable import Protocols

@Suite("PostgreSQL")
struct PostgreSQLTests {
  private typealias Bytes = PostgreSQLBytes

  private func client(_ messages: [UInt8]...) -> Turn { Turn(sender: .client, bytes: messages.flatMap { $0 }) }
  private func server(_ messages: [UInt8]...) -> Turn { Turn(sender: .server, bytes: messages.flatMap { $0 }) }

  private func exchanges(_ turns: [Turn], port: UInt16 = 5432) -> [DrivenExchange] {
    var run = EngineRun(serverPort: port)
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    return run.exchanges(.closed)
  }

  @Test("a startup says who and whereto, never the password")
  func startup() {
    let all = exchanges([
      client(Bytes.startup("user", "bob", "database", "shop", "application_name", "app")), server(Bytes.authentication(3)),
      client(Bytes.message("p", Bytes.text("PWD!"))),
      server(
        Bytes.authentication(0), Bytes.message("S", Bytes.text("server_version", "15.2")), Bytes.message("K", [0, 0, 0, 1, 0, 0, 0, 2]),
        Bytes.ready()),
      client(Bytes.query("BEGIN")), server(Bytes.complete("BEGIN"), Bytes.ready("T")),
    ])
    #expect(all.first?.request == "type=Startup domain=shop resource=Login username: bob db: shop program=app")
    #expect(all.first?.response == "version=15.2 status=ok authentication=password")
    #expect(all.last?.request == "type=Query domain=shop resource=BEGIN endpoint=BEGIN sql.verb=BEGIN sql.statement=BEGIN")
    #expect(!all.description.contains("PWD"))
  }

  static let failures: [(String, String, String)] = [
    ("42P01", "no table", "status=client_error exception=no table result=42P01"),
    ("23505", "twice", "status=client_error exception=twice result=23505"),
    ("53300", "too many", "status=server_error exception=too many result=53300"),
    ("XX000", "internal", "status=server_error exception=internal result=XX000"),
  ]

  @Test("an error's state says whose fault it is", arguments: failures)
  func fail(_ state: String, _ text: String, _ expected: String) {
    let all = exchanges([client(Bytes.query("SELECT 1")), server(Bytes.error(state, text), Bytes.ready("E"))])
    #expect(all.map(\.response) == [expected])
  }

  static let simple: [([UInt8], String)] = [
    (Bytes.complete("INSERT 0 3"), "status=ok result=INSERT 0 3 rows=3"),
    (Bytes.complete("UPDATE 2"), "status=ok result=UPDATE 2 rows=2"),
    (Bytes.complete("CREATE TABLE"), "status=ok result=CREATE TABLE"),
    (Bytes.columns + Bytes.row + Bytes.row + Bytes.complete("SELECT 2"), "status=ok result=SELECT 2 rows=2"),
    (Bytes.columns + Bytes.complete("SELECT 0"), "status=ok result=SELECT 0 rows=0"),
    (Bytes.message("I"), "status=ok"),
    (
      Bytes.columns + Bytes.row + Bytes.complete("SELECT 1") + Bytes.complete("DELETE 4"),
      "status=ok result=DELETE 4 rows=4 rows=1 results=2"
    ),
    (
      Bytes.message("H", [0, 0, 0]) + Bytes.message("d", [1, 2, 3]) + Bytes.message("c") + Bytes.complete("COPY 1"),
      "status=ok result=COPY 1 rows=1 rows=1"
    ),
    (Bytes.message("N", Bytes.text("SNOTICE", "C00000", "Mhello", "")) + Bytes.complete("DO"), "status=ok result=DO"),
  ]

  @Test("the response to a simple query ends when the server is ready", arguments: simple)
  func simpleQuery(_ bytes: [UInt8], _ expected: String) {
    let all = exchanges([
      client(Bytes.query("SELECT 1")), server(bytes), server(Bytes.ready()), client(Bytes.query("BEGIN")),
      server(Bytes.complete("BEGIN"), Bytes.ready()),
    ])
    #expect(all.map(\.response) == [expected, "status=ok result=BEGIN"])
  }

  @Test("Parse, Bind, Describe and Execute are one exchange with the statement and its parameters")
  func extendedQuery() {
    let all = exchanges([
      client(
        Bytes.parse("", "SELECT a FROM t WHERE b = $1", [25]), Bytes.bind("", "", ["x"]), Bytes.describePortal, Bytes.execute(), Bytes.sync),
      server(Bytes.parsed, Bytes.bound, Bytes.columns, Bytes.row, Bytes.complete("SELECT 1"), Bytes.ready()),
    ])
    #expect(
      all.map { $0.request ?? "" } == [
        "type=Execute resource=SELECT a FROM t WHERE b = $1 endpoint=SELECT t sql.verb=SELECT sql.tables=t "
          + "sql.statement=SELECT a FROM t WHERE b = ? parameters='x'"
      ])
    #expect(all.map(\.response) == ["status=ok result=SELECT 1 rows=1"])
  }

  @Test("a statement with a name is followed from Parse to every Execute")
  func namedStatement() {
    let all = exchanges([
      client(Bytes.parse("s1", "UPDATE t SET a = $1"), Bytes.message("D", [0x53] + Bytes.text("s1")), Bytes.sync),
      server(Bytes.parsed, Bytes.message("t", [0, 1, 0, 0, 0, 25]), Bytes.message("n"), Bytes.ready()),
      client(Bytes.bind("", "s1", ["1"]), Bytes.execute(), Bytes.sync),
      server(Bytes.bound, Bytes.complete("UPDATE 1"), Bytes.ready()),
      client(Bytes.bind("p", "s1", ["2"]), Bytes.execute("p"), Bytes.flush),
      server(Bytes.bound, Bytes.complete("UPDATE 2")),
      client(Bytes.message("C", [0x53] + Bytes.text("s1")), Bytes.sync), server(Bytes.closed, Bytes.ready()),
    ])
    let statement = "resource=UPDATE t SET a = $1 endpoint=UPDATE t sql.verb=UPDATE sql.tables=t sql.statement=UPDATE t SET a = ?"
    #expect(
      all.map { $0.request ?? "" } == [
        "type=Parse \(statement) statement_name=s1", "type=Execute \(statement) statement_name=s1 parameters='1'",
        "type=Execute \(statement) statement_name=s1 parameters='2'", "type=Close \(statement) statement_name=s1",
      ])
    #expect(all.map(\.response) == ["status=ok", "status=ok result=UPDATE 1 rows=1", "status=ok result=UPDATE 2 rows=2", "status=ok"])
  }

  @Test("in a pipeline every statement has its answer, and what is skipped behind a failure has none")
  func pipeline() {
    func statement(_ number: Int) -> [UInt8] { Bytes.parse("", "DELETE FROM t\(number)") + Bytes.bind("", "") + Bytes.execute() }
    let all = exchanges([
      client(statement(1), statement(2), statement(3), statement(4), Bytes.sync, statement(5), Bytes.sync),
      server(Bytes.parsed, Bytes.bound, Bytes.complete("DELETE 1"), Bytes.error("42P01", "no t2"), Bytes.ready()),
      server(Bytes.parsed, Bytes.bound, Bytes.complete("DELETE 5"), Bytes.ready()),
    ])
    #expect(all.map(\.ending) == [.answered, .answered, .abandoned, .abandoned, .answered])
    #expect(
      all.map { $0.response ?? "-" } == [
        "status=ok result=DELETE 1 rows=1", "status=client_error exception=no t2 result=42P01", "-", "-",
        "status=ok result=DELETE 5 rows=5",
      ])
    #expect(all[2].request?.contains("status=client_error") == true)
    #expect(all.map { $0.request?.contains("not executed") ?? false } == [false, false, true, true, false])
  }

  @Test("rows of COPY belong to the statement")
  func copyIn() {
    let all = exchanges([
      client(Bytes.query("COPY t FROM STDIN")), server(Bytes.message("G", [0, 0, 0])),
      client(Bytes.message("d", [UInt8](repeating: 0x41, count: 9000)), Bytes.message("d", [0x0a]), Bytes.message("c")),
      server(Bytes.complete("COPY 2"), Bytes.ready()),
    ])
    #expect(all.map { $0.response ?? "" } == ["status=ok result=COPY 2 rows=2"])
  }

  @Test("a notification stands alone, a wish to cancel hides its key")
  func alone() {
    let notification = drive(PostgreSQL.self, [server(Bytes.message("A", [0, 0, 0, 7] + Bytes.text("orders", "one")))])
    #expect(notification.messages.map(\.summary) == ["type=NotificationResponse resource=orders payload=one"])
    let cancel = drive(PostgreSQL.self, [client(Bytes.opening(80_877_102, [0, 0, 1, 0, 0xde, 0xad, 0xbe, 0xef]))])
    #expect(cancel.messages.map(\.summary) == ["type=CancelRequest resource=256"])
    #expect((notification.messages + cancel.messages).allSatisfy { $0.role == .oneWay })
  }

  @Test("after TLS was granted the connection speaks TLS, after a refusal it goes on")
  func encryption() {
    var run = EngineRun(serverPort: 5432)
    run.send(Bytes.opening(80_877_103), from: .client)
    run.send([0x53], from: .server)
    run.send(TLSBytes.record(22, TLSBytes.clientHello()), from: .client)
    #expect(run.l7Protocol == .tls)
    let all = exchanges([
      client(Bytes.opening(80_877_104)), server([0x4e]), client(Bytes.opening(80_877_103)), server([0x4e]),
      client(Bytes.startup("user", "bob")), server(Bytes.authentication(0), Bytes.ready()),
    ])
    #expect(all.map { $0.request?.prefix(12) } == ["type=GSSENCR", "type=SSLRequ", "type=Startup"].map { $0.prefix(12) })
    #expect(all.map(\.response) == ["status=ok result=N", "status=ok result=N", "status=ok"])
  }

  @Test("what replication streams is left alone")
  func replication() {
    var run = EngineRun(serverPort: 5432)
    run.send(Bytes.query("START_REPLICATION 0/1"), from: .client)
    run.send(Bytes.message("W", [0, 0, 0]), from: .server)
    run.send(Bytes.message("d", [0x77] + [UInt8](repeating: 0, count: 30)), from: .server)
    run.send(Bytes.message("d", [0x72] + [UInt8](repeating: 0, count: 33)), from: .client)
    let all = run.exchanges(.closed)
    #expect(all.map(\.response) == ["status=ok"])
  }

  @Test("a statement is read to its end, however long it is", arguments: [true, false])
  func longStatement(_ isSimple: Bool) {
    let rows = (0..<4000).map { "(\($0), 'name')" }.joined(separator: ",")
    let text = "INSERT INTO t VALUES \(rows) /* traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 */"
    let bytes = isSimple ? Bytes.query(text) : Bytes.parse("", text) + Bytes.bind("", "") + Bytes.execute()
    var driver = ReferenceDriver<PostgreSQL>(DrivenTexts(), isDatagram: false)
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

  @Test("behind a loss answers go to the requests that come after it")
  func loss() {
    var run = EngineRun(serverPort: 5432)
    run.send(Bytes.query("SELECT 1"), from: .client)
    run.gap(100, from: .server)
    run.send(Bytes.ready(), from: .server)
    run.send(Bytes.query("SELECT 2"), from: .client)
    run.send(Bytes.columns + Bytes.row + Bytes.complete("SELECT 1") + Bytes.ready(), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map(\.ending) == [.abandoned, .answered])
    #expect(all.last?.request?.contains("resource=SELECT 2") == true)
    #expect(all.last?.response == "status=ok result=SELECT 1 rows=1")
  }

  static let recognized: [([UInt8], Recognition)] = [
    (Bytes.startup("user", "bob"), .certain(.client)), (Bytes.opening(80_877_103), .certain(.client)),
    (Bytes.query("select 1"), .certain(.client)), (Bytes.parse("x", "select 1"), .certain(.client)),
    (Bytes.bind("", "x") + Bytes.execute() + Bytes.sync, .certain(.client)), (Bytes.authentication(0), .certain(.server)),
    (Bytes.error("42P01", "x"), .certain(.server)), (Bytes.columns + Bytes.row, .certain(.server)),
    (Bytes.bound + Bytes.complete("SELECT 1") + Bytes.ready(), .certain(.server)),
    (Array("GET / HTTP/1.1\r\n\r\n".utf8), .no), (Array("SELECT 1;\r\n".utf8), .no), (Array("QUIT\r\n".utf8), .no),
    (Bytes.query("hello"), .likely(.client)), (Array("QUAD,1,2,3,4".utf8), .no), (Bytes.execute(), .no),
    (Array("EHLO example.test\r\n".utf8), .no),
    ([0, 0, 0, 8, 0, 0, 0, 1], .no), (Bytes.message("D", [0, 0]), .no),
  ]

  @Test("only what is unmistakable is believed off its port", arguments: recognized)
  func recognize(_ bytes: [UInt8], _ expected: Recognition) {
    let context = RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false)
    #expect(PostgreSQL.recognize(bytes.span.bytes, context) == expected)
  }

  @Test("credentials of recorded logins appear nowhere", arguments: FixtureReader.conversations(in: "postgresql"))
  func credentials(_ conversation: RecordedConversation) {
    let driver = drive(PostgreSQL.self, conversation.runs.map { Turn(sender: $0.sender, bytes: $0.bytes) })
    #expect(driver.invalid == nil)
    for message in driver.messages { #expect(!message.summary.contains("secret")) }
  }
}
