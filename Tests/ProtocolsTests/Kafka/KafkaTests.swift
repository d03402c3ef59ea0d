import Testing

@testable import Protocols

@Suite("Kafka")
struct KafkaTests {
  private typealias Bytes = KafkaBytes
  private static let old = KafkaBytes()
  private static let flexible = KafkaBytes(isFlexible: true)
  private static let identifier = [UInt8](0..<16)

  private func exchanges(_ turns: [(MessageSender, [UInt8])], _ reason: ConversationEnd.Reason = .closed) -> [String] {
    var run = EngineRun()
    for (sender, bytes) in turns { run.send(bytes, from: sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges(reason).map(\.description)
  }

  struct Case: Sendable, CustomStringConvertible {
    var api: Int16
    var version: Int16
    var request: KafkaBytes
    var response: KafkaBytes
    /// What the row has beside its type, version and number.
    var expected: [String]
    var responseHasTags: Bool?

    var description: String { "\(KafkaAPI(api)?.name ?? "") \(version)" }
  }

  private static func partitions(_ topic: KafkaBytes, _ partition: KafkaBytes, _ base: KafkaBytes) -> KafkaBytes {
    base.array([topic.array([partition])])
  }

  static let cases: [Case] = [
    Case(
      api: 0, version: 2, request: partitions(old.string("t"), old.int32(3).blob([1, 2, 3]), old.int16(1).int32(1000)),
      response: partitions(old.string("t"), old.int32(3).int16(0).int64(77).int64(-1), old).int32(0),
      expected: ["domain=t", "resource=t-3:77", "endpoint=t-3", "status=ok code=0", "acks=1"]),
    Case(
      api: 0, version: 9,
      request: partitions(flexible.string("t"), flexible.int32(3).blob(KafkaBytes.batch([])), flexible.string(nil).int16(-1).int32(1000)),
      response: partitions(
        flexible.string("t"), flexible.int32(3).int16(6).int64(-1).int64(-1).int64(-1).array([]).string("moved"), flexible),
      expected: ["resource=t-3:-1", "status=server_error code=6 exception=NOT_LEADER_OR_FOLLOWER", "error_message=moved", "record_count=1"]),
    Case(
      api: 1, version: 4,
      request: partitions(
        old.string("t"), old.int32(3).int64(42).int32(100), old.int32(-1).int32(500).int32(1).int32(1000).int8(0)),
      response: partitions(old.string("t"), old.int32(3).int16(1).int64(9).int64(9).array([]).blob([]), old.int32(0)),
      expected: ["resource=t-3:42", "endpoint=t-3", "status=server_error code=1 exception=OFFSET_OUT_OF_RANGE", "long_poll=true"]),
    Case(
      api: 1, version: 13,
      request: partitions(
        flexible.raw(identifier), flexible.int32(0).int32(-1).int64(42).int32(-1).int64(0).int32(100),
        flexible.int32(-1).int32(0).int32(1).int32(1000).int8(0).int32(0).int32(-1)),
      response: flexible.int32(0).int16(70).int32(0).array([]),
      expected: ["resource=AAECAwQFBgcICQoLDA0ODw-0:42", "status=server_error code=70 exception=FETCH_SESSION_ID_NOT_FOUND"]),
    Case(
      api: 3, version: 1, request: old.array([old.string("t")]),
      response: old.array([old.int32(1).string("host").int32(9092).string(nil)]).int32(1).array([old.int16(3).string("t")]),
      expected: ["domain=t", "resource=t", "status=server_error code=3 exception=UNKNOWN_TOPIC_OR_PARTITION"]),
    Case(
      api: 8, version: 8,
      request: partitions(
        flexible.string("t"), flexible.int32(1).int64(9).int32(-1).string(nil), flexible.string("g").int32(5).string("m").string(nil)),
      response: partitions(flexible.string("t"), flexible.int32(1).int16(22), flexible.int32(0)),
      expected: ["resource=t-1:9", "group=g", "status=server_error code=22 exception=ILLEGAL_GENERATION"]),
    Case(
      api: 9, version: 7, request: flexible.string("g").array([flexible.string("t").plainArray([flexible.int32(4)])]).int8(1),
      response: partitions(flexible.string("t"), flexible.int32(4).int64(1).int32(0).string(nil).int16(0), flexible.int32(0)).int16(16),
      expected: ["resource=t-4", "group=g", "status=server_error code=16 exception=NOT_COORDINATOR"]),
    Case(
      api: 9, version: 8,
      request: flexible.array([flexible.string("g").array([flexible.string("t").plainArray([flexible.int32(4)])])]).int8(1),
      response: flexible.int32(0).array([flexible.string("g").array([]).int16(69)]),
      expected: ["resource=t-4", "group=g", "status=server_error code=69 exception=GROUP_ID_NOT_FOUND"]),
    Case(
      api: 10, version: 4, request: flexible.int8(0).plainArray([flexible.string("g")]),
      response: flexible.int32(0).array([flexible.string("g").int32(-1).string("").int32(-1).int16(15).string("none")]),
      expected: ["resource=g", "status=server_error code=15 exception=COORDINATOR_NOT_AVAILABLE", "error_message=none"]),
    Case(
      api: 11, version: 6, request: flexible.string("g").int32(1).int32(1), response: flexible.int32(0).int16(79).int32(-1),
      expected: ["resource=g", "long_poll=true", "status=server_error code=79 exception=MEMBER_ID_REQUIRED"]),
    Case(
      api: 12, version: 4, request: flexible.string("g").int32(1), response: flexible.int32(0).int16(27),
      expected: ["resource=g", "status=server_error code=27 exception=REBALANCE_IN_PROGRESS"]),
    Case(
      api: 13, version: 4, request: flexible.string("g").array([]),
      response: flexible.int32(0).int16(0).array([flexible.string("m").string(nil).int16(25)]),
      expected: ["resource=g", "status=server_error code=25 exception=UNKNOWN_MEMBER_ID"]),
    Case(
      api: 14, version: 3, request: old.string("g").int32(1), response: old.int32(0).int16(0).blob([]),
      expected: ["resource=g", "long_poll=true", "status=ok code=0"]),
    Case(
      api: 18, version: 3, request: flexible.string("lib").string("1.2"), response: flexible.int16(0).array([]),
      expected: ["resource=lib", "client_version=1.2"],
      responseHasTags: false),
    Case(
      api: 22, version: 0, request: old.string("tx").int32(1000), response: old.int32(0).int16(53).int64(-1).int16(-1),
      expected: ["resource=tx", "transactional_id=tx", "exception=TRANSACTIONAL_ID_AUTHORIZATION_FAILED"]),
    Case(
      api: 24, version: 0, request: old.string("tx").int64(1).int16(0).array([old.string("t").plainArray([old.int32(7)])]),
      response: partitions(old.string("t"), old.int32(7).int16(48), old.int32(0)),
      expected: ["resource=t-7", "exception=INVALID_TXN_STATE"]),
    Case(
      api: 28, version: 0,
      request: partitions(old.string("t"), old.int32(7).int64(5).string(nil), old.string("tx").string("g").int64(1).int16(0)),
      response: partitions(old.string("t"), old.int32(7).int16(0), old.int32(0)),
      expected: ["resource=t-7:5", "group=g", "transactional_id=tx"]),
    Case(
      api: 36, version: 0, request: old.blob(Array("\u{1}bob\u{1}secret".utf8)), response: old.int16(58).string("no").blob([]),
      expected: ["status=server_error code=58 exception=SASL_AUTHENTICATION_FAILED", "error_message=no"]),
    Case(
      api: 48, version: 1, request: flexible.int8(0), response: flexible.int32(0), expected: ["type=DescribeClientQuotas", "status=ok"]),
  ]

  @Test("fields of requests and responses, whole and byte by byte", arguments: cases)
  func fields(_ example: Case) {
    let asked = Bytes.request(example.api, example.version, 41, example.request)
    let answered = Bytes.response(41, example.response, hasTags: example.responseHasTags)
    let whole = exchanges([(.client, asked), (.server, answered)])
    #expect(whole.count == 1)
    #expect(whole[0].hasSuffix("answered"))
    for part in example.expected + ["version=\(example.version) type=\(KafkaAPI(example.api)?.name ?? "")", "id=41", "client_id=shop"] {
      if !part.hasPrefix("type=") { #expect(whole[0].contains(part), "\(part) in \(whole[0])") }
    }
    #expect(!whole[0].contains("secret"))
    #expect(exchanges(asked.map { (.client, [$0]) } + answered.map { (.server, [$0]) }) == whole)
  }

  @Test("a topic that is called by its identifier has the name that Metadata gave it on the connection")
  func topicNames() {
    let topics = Self.flexible.array(
      ["other", "orders"].enumerated().map { index, name in
        Self.flexible.int16(0).string(name).raw(Self.identifier.map { $0 &+ UInt8(index) }).int8(0).array([
          Self.flexible.int16(0).int32(0).int32(1).int32(0).plainArray([Self.flexible.int32(1)]).plainArray([Self.flexible.int32(1)])
            .plainArray([])
        ]).int32(0)
      })
    let brokers = Self.flexible.int32(0).array([Self.flexible.int32(1).string("host").int32(9092).string(nil)]).string("c").int32(1)
    let fetch = Self.partitions(
      Self.flexible.raw(Self.identifier.map { $0 &+ 1 }), Self.flexible.int32(0).int32(-1).int64(42).int32(-1).int64(0).int32(100),
      Self.flexible.int32(-1).int32(500).int32(1).int32(1000).int8(0).int32(0).int32(-1))
    let all = exchanges([
      (.client, Bytes.request(3, 12, 1, Self.flexible.array([]))), (.server, Bytes.response(1, brokers.raw(topics.bytes))),
      (.client, Bytes.request(1, 13, 2, fetch)), (.server, Bytes.response(2, Self.flexible.int32(0).int16(0).int32(0).array([]))),
    ])
    #expect(all[1].contains("domain=orders resource=orders-0:42 endpoint=orders-0"))
  }

  @Test("tagged fields stand where they may, and are passed over")
  func tags() {
    let body = Self.flexible.string("g").int32(1)
    let asked = Bytes.request(12, 4, 1, body, tags: [2, 0, 3, 1, 2, 3, 5, 0])
    #expect(exchanges([(.client, asked), (.server, Bytes.response(1, Self.flexible.int32(0).int16(0)))])[0].contains("resource=g"))
  }

  @Test("a producer that wants no acknowledgement sends one-way messages")
  func unacknowledged() {
    let produce = Self.partitions(Self.old.string("t"), Self.old.int32(3).blob([1]), Self.old.int16(0).int32(1000))
    let heartbeat = Bytes.request(12, 0, 2, Self.old.string("g").int32(1).string("m"))
    #expect(
      exchanges([(.client, Bytes.request(0, 2, 1, produce) + heartbeat), (.server, Bytes.response(2, Self.old.int16(0)))]) == [
        "[version=2 type=Produce domain=t resource=t-3 endpoint=t-3 id=1 acks=0 client_id=shop] -> [-] alone",
        "[version=0 type=Heartbeat resource=g endpoint=g id=2 group=g client_id=shop] -> [id=2 status=ok code=0] answered",
      ])
  }

  @Test("responses pair by their number, in any order")
  func pairing() {
    func heartbeat(_ number: Int32) -> [UInt8] { Bytes.request(12, 0, number, Self.old.string("g\(number)").int32(1).string("m")) }
    func answer(_ number: Int32) -> [UInt8] { Bytes.response(number, Self.old.int16(0)) }
    let all = exchanges([(.client, heartbeat(1) + heartbeat(2) + heartbeat(3)), (.server, answer(2) + answer(9) + answer(3) + answer(1))])
    #expect(all.count == 3)
    for (exchange, number) in zip(all, [2, 3, 1]) { #expect(exchange.contains("resource=g\(number)") && exchange.hasSuffix("answered")) }
  }

  static let compressions: [(Int16, String, DecompressedPrefixTests.Format?)] = [
    (0, "", nil), (1, "compression=gzip", .gzip), (2, "compression=snappy", .snappyFramed), (2, "compression=snappy", .snappy),
    (3, "compression=lz4", .lz4), (4, "compression=zstd", .zstd),
  ]

  @Test("compression is named, and records that are none are passed over", arguments: compressions)
  func compression(_ attributes: Int16, _ expected: String, _ format: DecompressedPrefixTests.Format?) {
    // The compressed text is no record: what comes of it must be nothing.
    let batch = Bytes.batch([], attributes: attributes) { format.map { DecompressedPrefixTests.compressed($0) } ?? $0 }
    let produce = Self.partitions(
      Self.flexible.string("t"), Self.flexible.int32(3).blob(batch), Self.flexible.string(nil).int16(1).int32(1000))
    let row = exchanges([(.client, Bytes.request(0, 9, 1, produce))])[0]
    #expect(row.contains(expected))
    #expect(!row.contains("trace="))
  }

  static let headers: [([(String, String)], String)] = [
    (
      [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")],
      "trace=0af7651916cd43dd8448eb211c80319c span=b7ad6b7169203331"
    ),
    ([("x", "y"), ("b3", "80f198ee56343ba8-e457b5a2e4d86bd1-1")], "trace=80f198ee56343ba8 span=e457b5a2e4d86bd1"),
    ([("X-Request-ID", "abc")], "x_request_id=abc"),
  ]

  @Test("tracing tags are those of the first record's headers", arguments: headers)
  func tracing(_ headers: [(String, String)], _ expected: String) {
    let produce = Self.partitions(
      Self.flexible.string("t"), Self.flexible.int32(3).blob(Bytes.batch(headers)), Self.flexible.string(nil).int16(1).int32(1000))
    #expect(exchanges([(.client, Bytes.request(0, 9, 1, produce))])[0].contains(expected))
    // A marker of a transaction has the same place and no headers.
    let marker = Self.partitions(
      Self.flexible.string("t"), Self.flexible.int32(3).blob(Bytes.batch(headers, attributes: 0x20)),
      Self.flexible.string(nil).int16(1).int32(1))
    #expect(!exchanges([(.client, Bytes.request(0, 9, 1, marker))])[0].contains(expected))
  }

  @Test("records are stepped over by their length, whatever it is")
  func longRecords() {
    let produce = Self.partitions(
      Self.flexible.string("t"), Self.flexible.int32(3).blob(Bytes.batch([], value: String(repeating: "v", count: 1 << 20))),
      Self.flexible.string(nil).int16(1).int32(1000))
    var conversation = KafkaConversation()
    let bytes = Bytes.request(0, 9, 1, produce)
    let head = Array(bytes.prefix(KafkaParser.headByteLimit))
    guard case .message(_, let extent) = Kafka.parse(head.span.bytes, ParseContext(sender: .client), &conversation) else {
      Issue.record("the head is enough")
      return
    }
    #expect(extent.byteCount + extent.skippedByteCount == bytes.count)
  }

  @Test("tokens behind a handshake of version 0 have no headers")
  func tokens() {
    let secret = Array("\u{1}bob\u{1}secret".utf8)
    let all = exchanges([
      (.client, Bytes.request(17, 0, 1, Self.old.string("PLAIN"))),
      (.server, Bytes.response(1, Self.old.int16(0).plainArray([Self.old.string("PLAIN")]))),
      (.client, Bytes.number(Int32(secret.count)) + secret), (.server, [0, 0, 0, 0]),
      (.client, Bytes.request(12, 0, 2, Self.old.string("g").int32(1).string("m"))), (.server, Bytes.response(2, Self.old.int16(0))),
    ])
    #expect(all.map { String($0.prefix(24)) } == ["[version=0 type=SaslHand", "[type=SaslAuthenticate] ", "[version=0 type=Heartbea"])
    #expect(all.allSatisfy { $0.hasSuffix("answered") && !$0.contains("secret") })
  }

  static let beginnings: [([UInt8], UInt16, Recognition)] = [
    (KafkaBytes.request(3, 1, 1, KafkaBytes()), 40_001, .certain(.client)),
    (KafkaBytes.request(3, 1, 1, KafkaBytes(), client: nil), 40_001, .no),
    (KafkaBytes.request(3, 1, 1, KafkaBytes(), client: nil), 9092, .likely(.client)),
    (KafkaBytes.request(200, 1, 1, KafkaBytes()), 9092, .no),
    (KafkaBytes.request(3, 40, 1, KafkaBytes()), 9092, .no), (KafkaBytes.request(3, 1, -1, KafkaBytes()), 9092, .no),
    (KafkaBytes.request(3, 1, 1, KafkaBytes(), client: "a\u{1}"), 9092, .no), ([0, 0, 0, 40], 40_001, .needsMore),
    (Array("GET / HTTP/1.1\r\n".utf8), 9092, .no),
  ]

  @Test("a header is looked at field by field", arguments: beginnings)
  func recognition(_ bytes: [UInt8], _ port: UInt16, _ expected: Recognition) {
    #expect(Kafka.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false)) == expected)
  }

  @Test("every API has a name, and flexible versions are versions")
  func apis() {
    for key in Int16(0)...92 {
      guard let api = KafkaAPI(key) else {
        Issue.record("API \(key) is unknown")
        continue
      }
      #expect(api.firstFlexibleVersion <= api.newestVersion || api.firstFlexibleVersion == .max, "\(api.name)")
    }
    #expect(KafkaAPI(93) == nil)
    #expect(KafkaError.name(-1) == "UNKNOWN_SERVER_ERROR")
    #expect(KafkaError.name(0) == "NONE")
    #expect(KafkaError.name(36) == "TOPIC_ALREADY_EXISTS")
    #expect(KafkaError.name(79) == "MEMBER_ID_REQUIRED")
    #expect(KafkaError.name(100) == "UNKNOWN_TOPIC_ID")
  }
}
