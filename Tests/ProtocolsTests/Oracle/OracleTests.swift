import Testing

@testable import Protocols

@Suite("Oracle")
struct OracleTests {
  private static func packet(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length = content.count + 8
    return [UInt8(length >> 8), UInt8(length & 0xff), 0, 0, type, 0, 0, 0] + content
  }

  private static func connect(_ text: String) -> [UInt8] {
    let length = UInt8(text.utf8.count)
    var content: [UInt8] = bytes("013b 012c 0000 2000 ffff 7f08 0000 0100")
    content += [0, length, 0, 34]
    content += [UInt8](repeating: 0, count: 6)
    return packet(1, content + Array(text.utf8))
  }

  private static func data(_ content: [UInt8]) -> [UInt8] { packet(6, [0, 0] + content) }

  private func exchanges(_ turns: [(MessageSender, [UInt8])]) -> [DrivenExchange] {
    var run = EngineRun(serverPort: 1521)
    for (sender, bytes) in turns { run.send(bytes, from: sender) }
    return run.exchanges(.closed)
  }

  @Test("a connection is asked for, and refused, redirected, put off or accepted")
  func connections() {
    let text = "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=shop)(CID=(PROGRAM=app)(HOST=h)(USER=bob))))"
    let refusal = Array("(DESCRIPTION=(ERR=12514))".utf8)
    let all = exchanges([
      (.client, Self.connect(text)), (.server, Self.packet(4, [0x22, 0, 0, 25] + refusal)),
      (.client, Self.connect(text)), (.server, Self.packet(5, [0, 9] + Array("(ADDRESS)".utf8))),
      (.client, Self.connect(text)), (.server, Self.packet(11, [])),
      (.client, Self.connect(text)),
      (.server, Self.packet(2, bytes("013b 0000 2000 ffff 0100 0000 0020 6101") + [0, 0, 0, 0, 0, 0, 0, 0])),
    ])
    #expect(all.first?.request == "version=315 type=CONNECT domain=shop resource=\(text) endpoint=shop program=app user=bob")
    #expect(
      all.map { $0.response ?? "" } == [
        "status=server_error code=12514 exception=(DESCRIPTION=(ERR=12514)) result=refuse", "status=ok result=redirect redirect=(ADDRESS)",
        "status=ok result=resend", "version=315 status=ok result=accept",
      ])
  }

  @Test("statements and errors where they can be read")
  func calls() {
    let statement = "SELECT a FROM t WHERE b = 'c'"
    let all = exchanges([
      (.client, Self.connect("(CONNECT_DATA=(SID=x))")), (.server, Self.packet(11, [])),
      (.client, Self.data([3, 0x5e, 7, 1, 2, UInt8(statement.utf8.count)] + Array(statement.utf8) + [1, 1])),
      (.server, Self.data([4, 1, 2, 0x2a] + Array("ORA-00942: table or view does not exist\n".utf8))),
      (.client, Self.data([3, 5, 8, 1])), (.server, Self.data([4, 1] + Array("ORA-01403: no data found\n".utf8))),
      (.client, Self.data([3, 0x0e, 9])), (.server, Self.data([9, 1])),
    ])
    #expect(
      all.dropFirst().map { $0.request ?? "" } == [
        "type=EXECUTE resource=\(statement) endpoint=SELECT t sql.verb=SELECT sql.tables=t sql.statement=SELECT a FROM t WHERE b = ?",
        "type=FETCH", "type=COMMIT",
      ])
    #expect(
      all.dropFirst().map { $0.response ?? "" } == [
        "status=client_error code=942 exception=ORA-00942: table or view does not exist", "status=ok", "status=ok",
      ])
  }

  @Test("a login says who, never the password")
  func login() {
    var call: [UInt8] = [3, 0x73, 1, 1, 1, 5, 5]
    call += Array("scott".utf8)
    call += [1, 13, 13]
    call += Array("AUTH_PASSWORD".utf8)
    call += [1, 4, 4]
    call += Array("PWD!".utf8)
    let all = exchanges([
      (.client, Self.connect("(CONNECT_DATA=(SID=x))")), (.server, Self.packet(11, [])), (.client, Self.data(call)),
      (.server, Self.data(Array("ORA-01017: invalid username/password; logon denied".utf8))),
    ])
    #expect(all.last?.request == "type=LOGIN resource=Login username: scott")
    #expect(all.last?.response == "status=client_error code=1017 exception=ORA-01017: invalid username/password; logon denied")
    #expect(!all.description.contains("PWD"))
  }

  @Test("long connect data and further packets of a call belong to it")
  func continued() throws {
    let conversation = try #require(FixtureReader.conversations(in: "oracle").first)
    var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
    for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
    let all = run.exchanges(.closed)
    #expect(all.count == 1)
    #expect(all.first?.request?.contains("domain=shopdb.example.test") == true)
    #expect(all.first?.response?.contains("code=12514") == true)
  }

  @Test("only what is unmistakable is believed off its port")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 40_001) -> Recognition {
      Oracle.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false))
    }
    #expect(verdict(Self.connect("(CONNECT_DATA=(SID=x))")) == .certain(.client))
    #expect(verdict(Self.connect("hello, world, who is this?")) == .no)
    #expect(verdict(Self.data([3, 5, 8, 1])) == .no)
    #expect(verdict(Self.data([3, 5, 8, 1]), 1521) == .likely(.client))
  }
}
