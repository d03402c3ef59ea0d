import Testing

@testable import Protocols

@Suite("MongoDB")
struct MongoDBTests {
  private typealias Bytes = BSONBytes
  private static let ok = BSONBytes().double("ok", 1)

  private func exchanges(_ turns: [(MessageSender, [UInt8])], _ reason: ConversationEnd.Reason = .closed) -> [String] {
    var run = EngineRun()
    for (sender, bytes) in turns { run.send(bytes, from: sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges(reason).map(\.description)
  }

  /// Of one command and its reply, whole and byte by byte.
  private func exchange(_ command: BSONBytes, _ reply: BSONBytes, sections: [UInt8] = []) -> String {
    let asked = Bytes.opMsg(7, command, behind: sections)
    let answered = Bytes.opMsg(9, to: 7, reply)
    let whole = exchanges([(.client, asked), (.server, answered)])
    #expect(exchanges(asked.map { (.client, [$0]) } + answered.map { (.server, [$0]) }) == whole)
    #expect(whole.count == 1)
    return whole.first ?? ""
  }

  @Test("a command, its collection and its database")
  func find() {
    let command = Bytes().string("find", "orders").document("filter", Bytes().int("n", 5)).string("$db", "shop")
    let cursor = Bytes().array("firstBatch", [Bytes().int("_id", 1), Bytes().string("x", "y")]).long("id", 42).string("ns", "shop.orders")
    #expect(
      exchange(command, Bytes().document("cursor", cursor).double("ok", 1))
        == """
        [type=OP_MSG domain=shop resource={ "find": "orders", "filter": { "n": 5 }, "$db": "shop" } endpoint=find shop.orders id=7] -> \
        [id=7 status=ok result={ "cursor": { "firstBatch": [{ "_id": 1 }, { "x": "y" }], "id": 42, "ns": "shop.orders" }, "ok": 1 } \
        returned_count=2] answered
        """)
  }

  @Test("documents in a section of their own are stepped over, before the body or behind it", arguments: [true, false])
  func sections(_ isBefore: Bool) {
    let body = Bytes().string("insert", "orders").string("$db", "shop")
    let sequence = Bytes.sequence("documents", (0..<50).map { Bytes().int("_id", $0).string("text", String(repeating: "x", count: 300)) })
    let zero = [UInt8](repeating: 0, count: 4)
    let asked =
      isBefore ? Bytes.message(2013, 7, zero + sequence + [0] + body.bytes) : Bytes.opMsg(7, body, behind: sequence)
    let all = exchanges([(.client, asked), (.server, Bytes.opMsg(9, to: 7, Bytes().int("n", 50).double("ok", 1)))])
    #expect(all.count == 1)
    #expect(all[0].contains("domain=shop"))
    #expect(all[0].contains("endpoint=insert shop.orders"))
    #expect(all[0].contains("n=50] answered"))
  }

  @Test("the database of a command that is longer than what is looked at together")
  func longCommand() {
    let documents = (0..<200).map { Bytes().int("_id", $0).string("text", String(repeating: "x", count: 100)) }
    let command = Bytes().string("insert", "orders").array("documents", documents).string("$db", "shop")
    let row = exchange(command, Bytes().int("n", 200).double("ok", 1))
    #expect(row.contains("domain=shop"))
    #expect(row.contains("endpoint=insert shop.orders"))
    #expect(!row.contains("incomplete"))
  }

  @Test("documents of a batch are counted to the end of a reply of any length")
  func longReply() {
    let documents = (0..<3000).map { Bytes().int("_id", $0).string("text", String(repeating: "x", count: 100)) }
    let reply = Bytes().document("cursor", Bytes().array("nextBatch", documents).long("id", 0).string("ns", "a.b")).double("ok", 1)
    let command = Bytes().long("getMore", 42).string("collection", "orders").string("$db", "shop")
    let all = exchanges([(.client, Bytes.opMsg(7, command)), (.server, Bytes.opMsg(9, to: 7, reply))])
    #expect(all.count == 1)
    #expect(all[0].contains("endpoint=getMore shop.orders"))
    #expect(all[0].hasSuffix("returned_count=3000] answered"))
  }

  static let failures: [(BSONBytes, String)] = [
    (
      BSONBytes().double("ok", 0).string("errmsg", "not running with --replSet").int("code", 76).string("codeName", "NoReplicationEnabled"),
      "[id=7 status=client_error code=76 exception=not running with --replSet code_name=NoReplicationEnabled]"
    ),
    (
      BSONBytes().double("ok", 0).string("errmsg", "not primary").int("code", 10107),
      "[id=7 status=server_error code=10107 exception=not primary]"
    ),
    (BSONBytes().double("ok", 0), "[id=7 status=client_error]"),
    (
      BSONBytes().int("n", 1).array(
        "writeErrors",
        [
          BSONBytes().int("index", 0).int("code", 11000).string("errmsg", "E11000 duplicate key"),
          BSONBytes().int("index", 1).int("code", 121).string("errmsg", "validation"),
        ]
      ).double("ok", 1),
      "[id=7 status=client_error code=11000 exception=E11000 duplicate key n=1 write_error_count=2]"
    ),
    (
      BSONBytes().int("n", 1).document("writeConcernError", BSONBytes().int("code", 64).string("errmsg", "timed out")).double("ok", 1),
      "[id=7 status=server_error code=64 exception=timed out n=1]"
    ),
  ]

  @Test("errors of commands, of writes, and of write concerns", arguments: failures)
  func failure(_ reply: BSONBytes, _ expected: String) {
    let row = exchange(Bytes().string("update", "orders").string("$db", "shop"), reply)
    #expect(row.hasSuffix("-> \(expected) answered"))
  }

  static let secrets: [BSONBytes] = [
    BSONBytes().int("saslStart", 1).string("mechanism", "PLAIN").binary("payload", Array("hunter2".utf8)).string("$db", "admin"),
    BSONBytes().int("saslContinue", 1).string("payload", "hunter2").string("$db", "admin"),
    BSONBytes().string("createUser", "bob").string("pwd", "hunter2").string("$db", "admin"),
    BSONBytes().int("authenticate", 1).string("user", "bob").string("nonce", "hunter2").string("key", "hunter2").string("$db", "admin"),
    BSONBytes().int("hello", 1).document(
      "speculativeAuthenticate", BSONBytes().int("saslStart", 1).string("payload", "hunter2").binary("payload", Array("hunter2".utf8))),
    BSONBytes().int("conversationId", 1).binary("payload", Array("hunter2".utf8)),
    BSONBytes().array("users", [BSONBytes().document("credentials", BSONBytes().string("storedKey", "hunter2"))]),
  ]

  @Test("credentials are never shown, nor kept", arguments: secrets)
  func secret(_ document: BSONBytes) {
    let asked = exchanges([(.client, Bytes.opMsg(7, document)), (.server, Bytes.opMsg(9, to: 7, document))])
    #expect(asked.count == 1)
    #expect(asked[0].contains("***"))
    #expect(!asked[0].contains("hunter2"))
  }

  @Test("an unacknowledged write is one-way, and so are the operations before OP_MSG that have no reply")
  func oneWay() {
    let legacy = Bytes.message(2002, 2, [0, 0, 0, 0] + Array("shop.orders\u{0}".utf8) + Bytes().int("a", 1).bytes)
    #expect(
      exchanges([
        (.client, Bytes.opMsg(1, flags: 2, Bytes().string("insert", "orders").string("$db", "shop")) + legacy),
        (.client, Bytes.opMsg(3, Bytes().int("ping", 1).string("$db", "shop"))), (.server, Bytes.opMsg(9, to: 3, Self.ok)),
      ]).map { String($0.suffix(12)) } == ["-> [-] alone", "-> [-] alone", " }] answered"])
  }

  @Test("OP_QUERY and OP_REPLY, with the number 0")
  func legacy() {
    let query = Bytes.message(
      2004, 0, [0, 0, 0, 0] + Array("admin.$cmd\u{0}".utf8) + [0, 0, 0, 0, 255, 255, 255, 255] + Bytes().int("isMaster", 1).bytes)
    let reply = Bytes.message(
      1, 60, to: 0, [8, 0, 0, 0] + [UInt8](repeating: 0, count: 12) + [1, 0, 0, 0] + Bytes().bool("ismaster", true).double("ok", 1).bytes)
    #expect(
      exchanges([(.client, query), (.server, reply)]) == [
        """
        [type=OP_QUERY domain=admin resource={ "isMaster": 1 } endpoint=isMaster id=0] -> \
        [id=0 status=ok result={ "ismaster": true, "ok": 1 } returned_count=1] answered
        """
      ])
    let find = Bytes.message(
      2004, 5, [0, 0, 0, 0] + Array("shop.orders\u{0}".utf8) + [0, 0, 0, 0, 10, 0, 0, 0] + Bytes().int("n", 1).bytes)
    let failed = Bytes.message(
      1, 61, to: 5,
      [2, 0, 0, 0] + [UInt8](repeating: 0, count: 12) + [1, 0, 0, 0] + Bytes().string("$err", "bad query").int("code", 2).bytes)
    let row = exchanges([(.client, find), (.server, failed)])[0]
    #expect(row.contains("endpoint=query shop.orders"))
    #expect(row.contains("status=client_error code=2 exception=bad query"))
  }

  @Test("replies that follow one another without a request are one-way")
  func exhaust() {
    let command = Bytes().long("getMore", 42).string("collection", "orders").string("$db", "shop")
    let all = exchanges([
      (.client, Bytes.opMsg(7, flags: 1 << 16, command)), (.server, Bytes.opMsg(20, to: 7, flags: 2, Self.ok)),
      (.server, Bytes.opMsg(21, to: 20, flags: 2, Self.ok)), (.server, Bytes.opMsg(22, to: 21, Self.ok)),
    ])
    #expect(all.count == 3)
    #expect(all[0].hasSuffix("answered"))
    #expect(all[1].contains("exhaust=true") && all[1].hasSuffix("alone"))
    #expect(all[2].contains("exhaust=true") && all[2].hasSuffix("alone"))
  }

  @Test("waiting for data is a long poll")
  func longPolls() {
    let timed = Bytes().long("getMore", 42).string("collection", "orders").int("maxTimeMS", 500).string("$db", "shop")
    #expect(exchange(timed, Self.ok).contains("long_poll=true"))
    let hello = Bytes().int("hello", 1).document("topologyVersion", Bytes().long("counter", 1)).long("maxAwaitTimeMS", 10_000).string(
      "$db", "admin")
    #expect(exchange(hello, Self.ok).contains("long_poll=true"))
    let plain = Bytes().long("getMore", 42).string("collection", "orders").string("$db", "shop")
    #expect(!exchange(plain, Self.ok).contains("long_poll"))
    let changes = Bytes().document(
      "cursor", Bytes().array("nextBatch", []).document("postBatchResumeToken", Bytes().string("_data", "8")).long("id", 42))
    #expect(exchange(plain, changes.double("ok", 1)).contains("long_poll=true"))
    // A cursor that was opened with awaitData is remembered.
    let find = Bytes().string("find", "capped").bool("tailable", true).bool("awaitData", true).string("$db", "shop")
    let opened = Bytes().document("cursor", Bytes().array("firstBatch", []).long("id", 42)).double("ok", 1)
    let all = exchanges([
      (.client, Bytes.opMsg(1, find)), (.server, Bytes.opMsg(11, to: 1, opened)), (.client, Bytes.opMsg(2, plain)),
      (.server, Bytes.opMsg(12, to: 2, Self.ok)),
    ])
    #expect(!all[0].contains("long_poll"))
    #expect(all[1].contains("long_poll=true"))
  }

  @Test("a checksum is part of its message")
  func checksum() {
    let all = exchanges([
      (
        .client,
        Bytes.opMsg(7, flags: 1, Bytes().int("ping", 1).string("$db", "a"), behind: [1, 2, 3, 4]) + Bytes.opMsg(8, Bytes().int("ping", 1))
      ),
      (.server, Bytes.opMsg(9, to: 7, Self.ok) + Bytes.opMsg(10, to: 8, Self.ok)),
    ])
    #expect(all.count == 2)
    #expect(all.allSatisfy { $0.hasSuffix("answered") })
  }

  @Test("damaged documents leave the messages behind them in order")
  func damagedDocument() {
    var broken = Bytes.opMsg(7, Bytes().string("find", "orders").document("filter", Bytes().int("n", 5)).string("$db", "shop"))
    broken[42] = 0x66
    let all = exchanges([
      (.client, broken + Bytes.opMsg(8, Bytes().int("ping", 1))),
      (.server, Bytes.opMsg(9, to: 7, Self.ok) + Bytes.opMsg(10, to: 8, Self.ok)),
    ])
    #expect(all.count == 2)
    #expect(all[0].hasSuffix("answered, incomplete"))
    #expect(all[1].hasSuffix("answered"))
  }

  @Test("every type of value is spelled out, and stepped over")
  func values() {
    let document = Bytes().int("x", -1).double("d", 1.5).null("z").bool("b", true).raw(0x07, "o", [UInt8](repeating: 0xab, count: 12))
      .raw(0x0b, "r", Array("a.*\u{0}i\u{0}".utf8)).raw(0x11, "t", [1, 0, 0, 0, 2, 0, 0, 0]).raw(0x09, "w", [UInt8](repeating: 0, count: 8))
      .raw(0x13, "q", [UInt8](repeating: 0, count: 16)).raw(0x7f, "max", []).raw(0xff, "min", []).binary("bin", [1, 2])
    let row = exchange(document, Self.ok)
    #expect(
      row.contains(
        """
        resource={ "x": -1, "d": 1.5, "z": null, "b": true, "o": ObjectId(abababababababababababab), "r": /…/, "t": Timestamp(2, 1), \
        "w": Date(0), "q": Decimal128, "max": MaxKey, "min": MinKey, "bin": Binary(2 bytes) } endpoint=x
        """))
  }

  static let beginnings: [([UInt8], Recognition)] = [
    (BSONBytes.opMsg(7, BSONBytes().int("ping", 1)), .certain(.client)),
    (BSONBytes.opMsg(7, to: 6, BSONBytes().int("ok", 1)), .certain(.server)),
    (Array(BSONBytes.opMsg(7, BSONBytes().int("ping", 1)).prefix(16)), .needsMore),
    (BSONBytes.opMsg(7, flags: 4, BSONBytes().int("ping", 1)), .no), (BSONBytes.message(2014, 7, [0, 0, 0, 0, 0, 5, 0, 0, 0, 0]), .no),
    (BSONBytes.message(2013, 7, [0, 0, 0, 0, 3, 5, 0, 0, 0, 0]), .no), (BSONBytes.message(2013, 7, [0, 0, 0, 0, 0, 9, 9, 9, 0, 0]), .no),
    (Array("GET / HTTP/1.1\r\n".utf8), .no), ([0, 0, 0, 0], .no),
  ]

  @Test("a header alone does not make a message", arguments: beginnings)
  func recognition(_ bytes: [UInt8], _ expected: Recognition) {
    #expect(
      MongoDB.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false)) == expected)
  }
}
