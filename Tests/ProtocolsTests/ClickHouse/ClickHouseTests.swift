import Testing

@testable import Protocols

@Suite("ClickHouse")
struct ClickHouseTests {
  private typealias Bytes = ClickHouseBytes

  static let revisions = [54_401, 54_429, 54_442, 54_449, 54_453, 54_458, 54_460, 54_468, 54_471, 54_476, 54_484, 54_488, 54_492]

  @Test("a login and a query, in all revisions", arguments: revisions)
  func revision(_ revision: Int) {
    var run = Bytes.connection(revision)
    run.send(Bytes.query("SELECT a FROM t WHERE b = 'c'", revision) + [2] + Bytes.block(revision: revision), from: .client)
    run.send([1] + Bytes.block("UInt8", [1, 2, 3], rows: 3, revision: revision) + Bytes.end, from: .server)
    run.send([4], from: .client)
    run.send([4], from: .server)
    let all = run.exchanges(.closed)
    #expect(
      all.map(\.request) == [
        "type=Hello domain=shop resource=Login username: app db: shop program=ClickHouse client revision=\(revision)",
        "type=Query domain=shop resource=SELECT a FROM t WHERE b = 'c' endpoint=SELECT t sql.verb=SELECT sql.tables=t "
          + "sql.statement=SELECT a FROM t WHERE b = ? query_id=query-7 initial_query_id=first-3 user=app",
        "type=Ping",
      ])
    #expect(all.map(\.response) == ["version=26.9.2 status=ok result=Hello", "status=ok rows=3", "status=ok result=Pong"])
    #expect(all.map(\.isComplete) == [true, true, true])
    #expect(run.anomalyCount == 0)
  }

  @Test("a query whose login was not seen is read in whatever revision makes sense of it", arguments: revisions.filter { $0 >= 54_429 })
  func joinedMidway(_ revision: Int) {
    var run = EngineRun(serverPort: 40_001)
    run.send(Bytes.query("SELECT a FROM t", revision) + [2] + Bytes.block(revision: revision), from: .client)
    run.send([1] + Bytes.block("UInt8", [1], rows: 1, revision: revision) + Bytes.end, from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map { summaryField("endpoint", $0.request) } == ["SELECT"])
    #expect(all.map(\.response) == ["status=ok rows=1"])
  }

  @Test("the trace that a client continues, its halves with the lowest byte first")
  func trace() {
    let trace = bytes("dd43cd161965f70a 9c31801c21eb4884 31332069716badb7")
    var run = Bytes.connection(54_468)
    run.send(Bytes.query("SELECT 1", 54_468, trace: trace), from: .client)
    run.send(Bytes.end, from: .server)
    let request = run.exchanges(.closed).last?.request
    #expect(request?.contains("trace=0af7651916cd43dd8448eb211c80319c span=b7ad6b7169203331") == true)
  }

  @Test("rows that a client sends are counted, and so are those that the server says were written")
  func insert() {
    var run = Bytes.connection(54_468)
    run.send(Bytes.query("INSERT INTO t (a) VALUES", 54_468) + [2] + Bytes.block(), from: .client)
    run.send([11] + Bytes.text("") + Bytes.text("columns") + [1] + Bytes.block("UInt8"), from: .server)
    run.send([2] + Bytes.block("UInt8", [1, 2], rows: 2), from: .client)
    run.send([2] + Bytes.block("UInt8", [3], rows: 1), from: .client)
    run.send([2] + Bytes.block(), from: .client)
    run.send(Bytes.end, from: .server)
    run.send(Bytes.query("INSERT INTO t SELECT 1", 54_468), from: .client)
    run.send([3] + [0, 0, 0, 0, 7, 56, 1] + Bytes.end, from: .server)
    #expect(run.exchanges(.closed).dropFirst().map(\.response) == ["status=ok rows=3", "status=ok rows=7"])
  }

  @Test("an exception ends the answer, with others in it")
  func exception() {
    var run = Bytes.connection(54_468)
    run.send(Bytes.query("SELECT a FROM nowhere", 54_468), from: .client)
    let inner = Array(Bytes.exception(1001, "std::exception: why").dropFirst())
    run.send([1] + Bytes.block("UInt8") + Bytes.exception(60, "DB::Exception: no such table", within: [1] + inner), from: .server)
    run.send(Bytes.query("SELECT b FROM slow", 54_468), from: .client)
    run.send(Bytes.exception(241, String(repeating: "m", count: 2000)), from: .server)
    let all = run.exchanges(.closed).dropFirst()
    #expect(all.first?.response == "status=client_error code=60 exception=no such table result=DB::Exception rows=0")
    #expect(all.last?.response?.hasPrefix("status=server_error code=241 exception=mmm") == true)
    #expect(run.anomalyCount == 0)
  }

  @Test("what cannot be stepped over ends its answer, and the next one is read")
  func unsupported() {
    var run = Bytes.connection(54_468)
    run.send(Bytes.query("SELECT j FROM t", 54_468), from: .client)
    run.send([1] + Bytes.block("JSON", [9, 9, 9], rows: 2), from: .server)
    run.send([9, 9, 9, 9, 9], from: .server)
    run.send(Bytes.query("SELECT b FROM u", 54_468), from: .client)
    run.send([1] + Bytes.block("UInt8", [1], rows: 1) + Bytes.end, from: .server)
    let all = run.exchanges(.closed).dropFirst()
    #expect(all.map(\.isComplete) == [false, true])
    #expect(all.map(\.ending) == [.answered, .answered])
    #expect(all.last?.response == "status=ok rows=1")
    #expect(run.anomalyCount == 1)
  }

  @Test("behind a loss a block is found, and the requests that waited are given up")
  func loss() {
    var run = Bytes.connection(54_468)
    run.send(Bytes.query("SELECT a FROM t", 54_468), from: .client)
    run.gap(300, from: .server)
    run.send([5], from: .server)
    run.send(Bytes.query("SELECT b FROM u", 54_468), from: .client)
    run.send([1] + Bytes.block("UInt8", [1], rows: 1) + Bytes.end, from: .server)
    let all = run.exchanges(.closed).dropFirst()
    #expect(all.map(\.ending) == [.responseLost, .alone, .answered])
    #expect(all.last?.request?.contains("sql.tables=u") == true)
  }

  @Test("only what is unmistakable is believed")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 40_001) -> Recognition {
      ClickHouse.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false))
    }
    #expect(verdict(Bytes.hello(54_468)) == .certain(.client))
    #expect(verdict(Bytes.greeting(54_468)) == .certain(.server))
    #expect(verdict(Bytes.query("SELECT 1", 54_468)) == .certain(.client))
    #expect(verdict([2] + Bytes.block()) == .certain(.client))
    #expect(verdict([1] + Bytes.block("UInt8")) == .certain(.server))
    #expect(verdict(Bytes.exception(516, "no")) == .certain(.server))
    #expect(verdict(Bytes.hello(1)) == .no)
    #expect(verdict(Bytes.hello(54_468) + [7]) == .no)
    #expect(verdict(Bytes.query("what is this", 54_468)) == .no)
    #expect(verdict([4], 9000) == .no)
    #expect(verdict([5], 9000) == .no)
  }

  @Test("credentials of recorded logins appear nowhere", arguments: FixtureReader.conversations(in: "clickhouse"))
  func credentials(_ conversation: RecordedConversation) {
    let driver = drive(ClickHouse.self, conversation.runs.map { Turn(sender: $0.sender, bytes: $0.bytes) })
    #expect(driver.invalid == nil)
    for message in driver.messages { #expect(!message.summary.contains("secret")) }
  }

  /// What the driver that was recorded asked, before errors closed its connections.
  private static let session = ["Hello ok -", "Query ok -"] + [[String]](repeating: ["Ping ok -", "Query ok -"], count: 7).flatMap { $0 }
  private static let failures = [62, 395, 47, 497].map {
    ["Hello ok -", "Query \([395, 497].contains($0) ? "server" : "client")_error \($0)"]
  }

  @Test("a recorded driver's statements, with plain and with packed blocks", arguments: ["driver", "packed"])
  func recorded(_ name: String) {
    let found = recordedAnswers("clickhouse/\(name).pcap")
    #expect(found.first == Self.session + ["Ping ok -", "Query client_error 60"])
    #expect(found.last == ["Hello client_error 516"])
    let all = Array(found.joined())
    #expect(all.count { $0.hasPrefix("Query") } == (name == "driver" ? 16 : 15))
    #expect(all.allSatisfy { !$0.contains(" - ") })
  }

  @Test("recorded connections of chDB, the client that ClickHouse itself has")
  func recordedRemote() {
    let found = recordedAnswers("clickhouse/remote.pcap")
    let select = ["Hello ok -", "TablesStatusRequest ok -", "Query ok -", "TablesStatusRequest ok -", "Query ok -"]
    #expect(
      found == [
        select, select, ["Hello ok -", "TablesStatusRequest ok -", "Query ok -", "Query ok -"],
        ["Hello ok -", "TablesStatusRequest ok -", "Query client_error 60"], ["Hello client_error 516"], select, select, select,
      ])
  }
}
