import Testing

@testable import Protocols

@Suite("TDS")
struct TDSTests {
  private static func packet(_ type: UInt8, _ content: [UInt8], status: UInt8 = 1) -> [UInt8] {
    let length = content.count + 8
    return [type, status, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 1, 0] + content
  }

  private static func wide(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] } }

  private static let headers = bytes("16000000 12000000 0200 0000000000000000 01000000")

  private static func batch(_ text: String) -> [UInt8] { packet(1, headers + wide(text)) }

  private static func done(_ command: UInt8, _ count: UInt8, status: UInt8 = 0x10) -> [UInt8] {
    [0xfd, status, 0, command, 0, count, 0, 0, 0, 0, 0, 0, 0]
  }

  private static func error(_ number: UInt8, _ severity: UInt8, _ text: String) -> [UInt8] {
    var body: [UInt8] = [number, 0, 0, 0, 1, severity, UInt8(text.utf8.count), 0]
    body += wide(text)
    body += [0, 0, 1, 0, 0, 0]
    return [0xaa, UInt8(body.count & 0xff), UInt8(body.count >> 8)] + body
  }

  private func exchanges(_ turns: [Turn]) -> [DrivenExchange] {
    var run = EngineRun(serverPort: 1433)
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    return run.exchanges(.closed)
  }

  private func client(_ bytes: [UInt8]) -> Turn { Turn(sender: .client, bytes: bytes) }
  private func server(_ tokens: [UInt8]...) -> Turn { Turn(sender: .server, bytes: Self.packet(4, tokens.flatMap { $0 })) }

  @Test("batches and what answers them")
  func batches() {
    let all = exchanges([
      client(Self.batch("SELECT a FROM [dbo].[t] WHERE b = N'c'")), server([0x81, 1, 0, 9, 9, 9], Self.done(0xc1, 5)),
      client(Self.batch("UPDATE t SET a = 1")), server(Self.done(0xc5, 3)),
      client(Self.batch("SELECT * FROM u")), server(Self.error(208, 16, "no u"), Self.done(0xc1, 0, status: 2)),
      client(Self.batch("SELECT 1")), server(Self.error(1, 20, "bad"), Self.done(0xc1, 0, status: 2)),
    ])
    #expect(
      all.first?.request == "type=SQL_BATCH resource=SELECT a FROM [dbo].[t] WHERE b = N'c' endpoint=SELECT dbo.t sql.verb=SELECT "
        + "sql.tables=dbo.t sql.statement=SELECT a FROM [dbo].[t] WHERE b = ?")
    #expect(
      all.map { $0.response ?? "" } == [
        "status=ok rows=5", "status=ok rows=3", "status=client_error code=208 exception=no u", "status=server_error code=1 exception=bad",
      ])
  }

  @Test("a statement goes on from packet to packet")
  func longBatch() {
    let text = "INSERT INTO t VALUES " + (0..<900).map { "(\($0), N'näme')" }.joined(separator: ",")
    let all = Self.headers + Self.wide(text)
    var turns: [Turn] = []
    for start in stride(from: 0, to: all.count, by: 4088) {
      let end = min(all.count, start + 4088)
      turns.append(client(Self.packet(1, Array(all[start..<end]), status: end == all.count ? 1 : 4)))
    }
    let result = exchanges(turns + [server(Self.done(0xc3, 200))])
    #expect(result.count == 1)
    #expect(result.first?.request?.hasSuffix("sql.statement=INSERT INTO t VALUES (?)") == true)
  }

  @Test("a login says who and whereto, never the password")
  func login() {
    var content = [UInt8](repeating: 0, count: 94)
    func put(_ text: String, _ table: Int) {
      content[table] = UInt8(content.count & 0xff)
      content[table + 2] = UInt8(text.utf16.count)
      content += Self.wide(text)
    }
    content[4] = 4
    content[7] = 0x74
    put("bob", 40)
    put("PWD", 44)
    put("app", 48)
    put("shop", 68)
    content[0] = UInt8(content.count)
    let driver = drive(TDS.self, [client(Self.packet(16, content))])
    #expect(driver.messages.map(\.summary) == ["version=7.4 type=LOGIN domain=shop resource=Login username: bob db: shop program=app"])
  }

  @Test("sp_executesql shows its statement")
  func call() {
    let statement = Self.wide("SELECT a FROM t WHERE b = @p")
    var content: [UInt8] = Self.headers
    content += [0xff, 0xff, 10, 0, 0, 0, 0, 0, 0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 0x34]
    content += [UInt8(statement.count), 0]
    content += statement
    let driver = drive(TDS.self, [client(Self.packet(3, content))])
    #expect(
      driver.messages.map(\.summary) == [
        "type=RPC resource=SELECT a FROM t WHERE b = @p endpoint=SELECT t sql.verb=SELECT sql.tables=t sql.statement=SELECT a FROM t WHERE b = @p "
          + "procedure=sp_executesql"
      ])
  }

  @Test("a recorded login in TLS, and the batches after it in the clear")
  func recorded() throws {
    let conversation = try #require(FixtureReader.conversations(file: "starttls/tds.pcap").first)
    var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
    for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
    let all = run.exchanges(.closed)
    #expect(all.prefix(2).map { $0.request } == ["type=PRELOGIN", "type=LOGIN"])
    #expect(all.dropFirst(2).count { $0.request?.hasPrefix("type=SQL_BATCH") ?? false } == 5)
    #expect(all.allSatisfy { $0.ending == .answered })
  }

  @Test("only what is unmistakable is believed off its port")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 40_001) -> Recognition {
      TDS.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false))
    }
    #expect(verdict(Self.batch("SELECT 1")) == .certain(.client))
    #expect(verdict(Self.batch("hello")) == .no)
    #expect(verdict(Self.packet(18, bytes("00 0006 0006 ff 0f0001000000"))) == .certain(.client))
    #expect(verdict(Self.packet(18, bytes("00 0007 0006 ff 0f0001000000"))) == .no)
    #expect(verdict(Self.packet(14, Self.headers + [5, 0])) == .no)
    #expect(verdict(Self.packet(14, Self.headers + [5, 0]), 1433) == .likely(.client))
  }
}
