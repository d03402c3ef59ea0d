import Testing

@testable import Protocols

@Suite("Cassandra's segments")
struct CassandraSegmentTests {
  private static func littleEndian(_ value: UInt64, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func segment(_ payload: [UInt8], isSelfContained: Bool = true) -> [UInt8] {
    let fields = UInt64(payload.count) | (isSelfContained ? 1 << 17 : 0)
    return littleEndian(fields, 3) + littleEndian(UInt64(CassandraSegment.checkSum(fields, byteCount: 3)), 3) + payload + [9, 9, 9, 9]
  }

  /// A segment of the compressed format whose block of LZ4 is one run of literals; `unpackedByteCount` 0 stores the payload as it is.
  private static func packedSegment(_ payload: [UInt8], isStored: Bool = false, isSelfContained: Bool = true) -> [UInt8] {
    var block: [UInt8] = [UInt8(min(payload.count, 15)) << 4]
    if payload.count >= 15 {
      block += [UInt8](repeating: 255, count: (payload.count - 15) / 255) + [UInt8((payload.count - 15) % 255)]
    }
    block += payload
    let travelling = isStored ? payload : block
    let fields = UInt64(travelling.count) | UInt64(isStored ? 0 : payload.count) << 17 | (isSelfContained ? 1 << 34 : 0)
    return littleEndian(fields, 5) + littleEndian(UInt64(CassandraSegment.checkSum(fields, byteCount: 5)), 3) + travelling + [9, 9, 9, 9]
  }

  private static func envelope(_ stream: UInt8, _ opcode: UInt8, _ body: [UInt8], isResponse: Bool = false) -> [UInt8] {
    [isResponse ? 0x85 : 5, 0, 0, stream, opcode] + PostgreSQLBytes.bigEndian(UInt32(body.count)) + body
  }

  private static func query(_ text: String, _ stream: UInt8) -> [UInt8] {
    envelope(stream, 7, PostgreSQLBytes.bigEndian(UInt32(text.utf8.count)) + Array(text.utf8) + [0, 1, 0, 0, 0, 0])
  }

  private static let void: [UInt8] = [0, 0, 0, 1]

  @Test("the check sum of a head is the one that cassandra-driver computes")
  func checkSum() {
    #expect(CassandraSegment.checkSum(0x2_0018, byteCount: 3) == 0x72_9510)
    #expect(CassandraSegment.checkSum(0x4_0012_0018, byteCount: 5) == 0x73_9aeb)
    #expect(CassandraSegment(bytes("180002109572").span.bytes, isCompressed: false)?.payloadByteCount == 24)
    #expect(CassandraSegment(bytes("180002000000").span.bytes, isCompressed: false) == nil)
  }

  static let forms: [(String, @Sendable ([UInt8]) -> [UInt8])] = [
    ("plain", { segment($0) }), ("packed", { packedSegment($0) }), ("stored", { packedSegment($0, isStored: true) }),
  ]

  @Test("a segment may hold several envelopes, and any form of it says the same", arguments: forms)
  func several(_ name: String, _ form: @Sendable ([UInt8]) -> [UInt8]) {
    var run = EngineRun(serverPort: 9042)
    run.send(
      form(Self.query("SELECT a FROM t", 1) + Self.query("SELECT b FROM u", 2)) + form(Self.query("SELECT c FROM v", 3)), from: .client)
    run.send(
      form(Self.envelope(2, 8, Self.void, isResponse: true) + Self.envelope(1, 8, [0, 0, 0, 2], isResponse: true)), from: .server)
    run.send(form(Self.envelope(3, 8, Self.void, isResponse: true)), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map(\.ending) == [.answered, .answered, .answered])
    #expect(all.map { $0.request?.contains("sql.tables=u") } == [true, false, false])
    #expect(all.map { summaryField("result", $0.response) } == ["void", "rows", "void"])
  }

  static let pieceForms: [(String, @Sendable ([UInt8]) -> [UInt8])] = [
    ("plain", { segment($0, isSelfContained: false) }), ("packed", { packedSegment($0, isSelfContained: false) }),
  ]

  @Test("an envelope longer than a segment goes on in the next ones, which are stepped over", arguments: pieceForms)
  func continued(_ name: String, _ form: @Sendable ([UInt8]) -> [UInt8]) {
    let long = Self.query("INSERT INTO t (a) VALUES ('" + String(repeating: "x", count: 20_000) + "')", 1)
    var run = EngineRun(serverPort: 9042)
    run.send(form(Array(long[..<8000])), from: .client)
    run.send(form(Array(long[8000..<16_000])), from: .client)
    run.send(form(Array(long[16_000...])) + Self.formOfOne(name, Self.query("SELECT b FROM u", 2)), from: .client)
    run.send(
      Self.formOfOne(name, Self.envelope(1, 8, Self.void, isResponse: true))
        + Self.formOfOne(name, Self.envelope(2, 8, Self.void, isResponse: true)), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map { summaryField("endpoint", $0.request) } == ["INSERT", "SELECT"])
    #expect(all.map(\.ending) == [.answered, .answered])
    #expect(all.map(\.isComplete) == [true, true])
    #expect(run.anomalyCount == 0)
  }

  private static func formOfOne(_ name: String, _ envelope: [UInt8]) -> [UInt8] {
    name == "plain" ? segment(envelope) : packedSegment(envelope)
  }

  @Test("behind a loss the next segment that begins with an envelope is found by its check sum")
  func loss() {
    var run = EngineRun(serverPort: 9042)
    run.send(Self.segment(Self.query("SELECT a FROM t", 1)), from: .client)
    run.gap(500, from: .client)
    run.send([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], from: .client)
    run.send(Self.segment(Self.query("SELECT b FROM u", 2)), from: .client)
    run.send(Self.segment(Self.envelope(2, 8, Self.void, isResponse: true)), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map(\.ending) == [.answered, .connectionClosed])
    #expect(all.first?.request?.contains("sql.tables=u") == true)
  }

  @Test("a segment is believed by its check sum and its first envelope, at any port")
  func recognition() {
    func verdict(_ bytes: [UInt8]) -> Recognition {
      Cassandra.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false))
    }
    #expect(verdict(Self.segment(Self.query("SELECT 1", 1))) == .certain(.client))
    #expect(verdict(Self.packedSegment(Self.envelope(1, 8, [0, 0, 0, 1, 0, 0, 0, 0], isResponse: true))) == .certain(.server))
    var damaged = Self.segment(Self.query("SELECT 1", 1))
    damaged[3] ^= 1
    #expect(verdict(damaged) == .no)
    #expect(verdict(Self.segment([UInt8](repeating: 7, count: 40))) == .no)
  }

  @Test("a segment whose packed payload is damaged is refused, and the connection found again")
  func damaged() {
    var broken = Self.packedSegment(Self.query("SELECT a FROM t", 1))
    broken[10] = 0xff
    var run = EngineRun(serverPort: 9042)
    run.send(Self.packedSegment(Self.query("SELECT z FROM y", 7)), from: .client)
    run.send(broken, from: .client)
    run.send(Self.packedSegment(Self.query("SELECT b FROM u", 2)), from: .client)
    #expect(run.exchanges(.closed).map { $0.request?.contains("sql.tables=u") } == [false, true])
    #expect(run.anomalyCount == 1)
  }

  /// What the server that was recorded was asked on each connection.
  private static let connection =
    ["OPTIONS ok -", "STARTUP ok -", "AUTH_RESPONSE ok -", "REGISTER ok -", "EVENT - -", "QUERY ok -", "QUERY ok -", "QUERY ok -"]
    + ["QUERY ok -"]
  private static let errorsAndStatements =
    ["QUERY client_error 8704", "QUERY client_error 8192", "QUERY ok -", "QUERY ok -", "PREPARE ok -", "EXECUTE ok -", "EXECUTE ok -"]
    + ["EXECUTE ok -", "QUERY ok -", "BATCH ok -", "QUERY ok -"]
  private static let refused = ["OPTIONS ok -", "STARTUP ok -", "AUTH_RESPONSE client_error 256"]

  @Test("recorded connections of version 5, plain and packed")
  func recordedSegments() {
    #expect(
      recordedAnswers("cassandra/segments.pcap") == [
        Self.connection + Self.errorsAndStatements, Self.connection + ["QUERY ok -"] + Self.errorsAndStatements, Self.refused,
      ])
  }

  @Test("recorded bodies packed by LZ4 and by Snappy")
  func recordedBodies() {
    let all = Self.connection + Self.errorsAndStatements
    #expect(recordedAnswers("cassandra/packed.pcap") == [all, all, Self.refused, all])
  }

  @Test("packed bodies are read when the connection was joined midway")
  func joinedMidway() {
    for conversation in FixtureReader.conversations(file: "cassandra/packed.pcap") {
      var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
      for chunk in conversation.chunks.dropFirst(6) { run.send(chunk.bytes, from: chunk.sender) }
      let statements = run.exchanges(.closed).compactMap { $0.request }.filter { $0.contains("type=QUERY") }
      #expect(statements.allSatisfy { $0.contains("resource=") })
    }
  }
}
