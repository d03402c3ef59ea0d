import Capture
import Testing

@testable import Protocols

@Suite("WebSphereMQ")
struct WebSphereMQTests {
  /// One end: how it writes numbers and characters, and whether its conversations have numbers.
  struct End {
    var isLittleEndian = true
    var isEBCDIC = false
    var isShared = true

    func number(_ value: Int) -> [UInt8] {
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isLittleEndian ? bytes : bytes.reversed()
    }

    /// A text, filled with blanks.
    func text(_ text: String, _ width: Int? = nil) -> [UInt8] {
      let filled = Array(text.utf8) + [UInt8](repeating: 0x20, count: max(0, (width ?? 0) - text.utf8.count))
      guard isEBCDIC else { return filled }
      return filled.map { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "I"): byte + 0x80
        case UInt8(ascii: "J")...UInt8(ascii: "R"): byte + 0x87
        case UInt8(ascii: "S")...UInt8(ascii: "Z"): byte + 0x8f
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte + 0xc0
        case UInt8(ascii: "."): 0x4b
        default: 0x40
        }
      }
    }

    func segment(_ type: UInt8, _ body: [UInt8], conversation: Int = 1, request: Int = 7, flags: UInt8 = 0x30, isShared: Bool? = nil)
      -> [UInt8]
    {
      let isShared = isShared ?? self.isShared
      var rest: [UInt8] = isShared ? [conversation, request].flatMap { End(isLittleEndian: false).number($0) } : []
      rest += [isLittleEndian ? 2 : 1, type, flags, 0] + [UInt8](repeating: 0, count: 16)
      let length = End(isLittleEndian: false).number(8 + rest.count + body.count)
      return text(isShared ? "TSHM" : "TSH ") + length + rest + body
    }

    /// Length, completion, reason, handle.
    func call(completion: Int = 0, reason: Int = 0, handle: Int = 0) -> [UInt8] {
      [0, 0, 0, 0] + number(completion) + number(reason) + number(handle)
    }

    func object(_ name: String) -> [UInt8] { text("OD  ") + number(1) + number(1) + text(name, 48) + text("", 48) }

    func beginning(_ channel: String, _ queueManager: String) -> [UInt8] {
      segment(
        1, text("ID  ") + [13, 0x26, 0, 0] + [UInt8](repeating: 0, count: 16) + text(channel, 20) + [0, 0, 0, 0] + text(queueManager, 48),
        isShared: false)
    }

    /// A message descriptor of the second version, then options: whether to wait.
    func getOptions(waits: Bool) -> [UInt8] {
      text("MD  ") + number(2) + [UInt8](repeating: 0, count: 356) + text("GMO ") + number(1) + number(waits ? 1 : 0) + number(5000)
    }
  }

  private static let end = End()
  private static let mainframe = End(isLittleEndian: false, isEBCDIC: true, isShared: false)

  static let segments: [(String, [UInt8], MessageSender, String)] = [
    ("a beginning", end.beginning("APP.SVRCONN", ""), .client, "version=13 type=INITIAL_DATA resource=APP.SVRCONN"),
    ("its answer", end.beginning("APP.SVRCONN", "QM1"), .server, "status=ok"),
    (
      "a beginning in EBCDIC", mainframe.beginning("APP.SVRCONN", "MVS1"), .client,
      "version=13 type=INITIAL_DATA domain=MVS1 resource=APP.SVRCONN"
    ),
    ("a login", end.segment(8, Array("UID app         passw0rd    ".utf8)), .client, "type=USERID_DATA id=7 conversation=1"),
    (
      "a connection", end.segment(0x81, end.call() + end.text("QM1", 48) + end.text("amqsput", 28)), .client,
      "type=MQCONN domain=QM1 id=7 application=amqsput conversation=1"
    ),
    ("an object", end.segment(0x83, end.call() + end.object("Q.1")), .client, "type=MQOPEN resource=Q.1 endpoint=Q.1 id=7 conversation=1"),
    (
      "an object in EBCDIC", mainframe.segment(0x83, mainframe.call() + mainframe.object("PAY.IN")), .client,
      "type=MQOPEN resource=PAY.IN endpoint=PAY.IN"
    ),
    ("success", end.segment(0x93, end.call(handle: 2)), .server, "id=7 status=ok code=0"),
    (
      "a warning", end.segment(0x95, end.call(completion: 1, reason: 2079)), .server,
      "id=7 status=ok code=2079 result=MQRC_TRUNCATED_MSG_ACCEPTED"
    ),
    (
      "an empty queue", end.segment(0x95, end.call(completion: 2, reason: 2033)), .server,
      "id=7 status=ok code=2033 result=MQRC_NO_MSG_AVAILABLE"
    ),
    (
      "no such queue", end.segment(0x93, end.call(completion: 2, reason: 2085)), .server,
      "id=7 status=client_error code=2085 exception=MQRC_UNKNOWN_OBJECT_NAME"
    ),
    (
      "a full queue", end.segment(0x96, end.call(completion: 2, reason: 2053)), .server,
      "id=7 status=server_error code=2053 exception=MQRC_Q_FULL"
    ),
    ("an unknown reason", end.segment(0x96, end.call(completion: 2, reason: 2999)), .server, "id=7 status=client_error code=2999"),
    (
      "a get that waits", end.segment(0x85, end.call(handle: 2) + end.getOptions(waits: true)), .client,
      "type=MQGET id=7 conversation=1 long_poll=true"
    ),
    (
      "a get that does not", end.segment(0x85, end.call(handle: 2) + end.getOptions(waits: false)), .client,
      "type=MQGET id=7 conversation=1"
    ),
    ("a step of a transaction", end.segment(0xa1, end.number(1)), .client, "type=XA_START id=7 conversation=1"),
    (
      "a channel that is not there", end.segment(5, end.number(8) + end.number(1), isShared: false), .server,
      "type=STATUS_DATA status=server_error code=1 exception=remote channel not found"
    ),
  ]

  @Test("segments", arguments: segments)
  func summaries(_ name: String, _ segment: [UInt8], _ sender: MessageSender, _ expected: String) {
    let driver = drive(WebSphereMQ.self, [Turn(sender: sender, bytes: segment)])
    #expect(driver.messages.map(\.summary) == [expected], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [segment.count])
    #expect(driver.messages.allSatisfy { $0.isComplete })
    let context = RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false, likelySender: sender)
    #expect(WebSphereMQ.recognize(segment.span.bytes, context) == .certain(sender))
  }

  @Test("a queue is known by the handle it was opened under, until it is closed")
  func handles() {
    let end = Self.end
    func put(_ handle: Int, _ request: Int, conversation: Int = 1) -> Turn {
      Turn(sender: .client, bytes: end.segment(0x86, end.call(handle: handle), conversation: conversation, request: request))
    }
    let driver = drive(
      WebSphereMQ.self,
      [
        Turn(sender: .client, bytes: end.segment(0x83, end.call() + end.object("Q.1"), request: 1)),
        Turn(sender: .client, bytes: end.segment(0x83, end.call() + end.object("Q.2"), conversation: 3, request: 1)),
        Turn(sender: .server, bytes: end.segment(0x93, end.call(handle: 2), conversation: 3, request: 1)),
        Turn(sender: .server, bytes: end.segment(0x93, end.call(handle: 2), request: 1)), put(2, 2), put(2, 2, conversation: 3), put(4, 3),
        Turn(sender: .client, bytes: end.segment(0x84, end.call(handle: 2), request: 4)), put(2, 5),
      ])
    #expect(
      driver.messages.dropFirst(4).map { "\(summaryField("type", $0.summary)) \(summaryField("resource", $0.summary))" } == [
        "MQPUT Q.1", "MQPUT Q.2", "MQPUT -", "MQCLOSE Q.1", "MQPUT -",
      ])
  }

  @Test("a call of several segments is one message, whatever other conversations send between them")
  func severalSegments() {
    let end = Self.end
    let first = end.segment(0x86, end.call(handle: 2) + [UInt8](repeating: 1, count: 1000), request: 1, flags: 0x10)
    let middle = end.segment(0x86, [UInt8](repeating: 1, count: 1000), request: 1, flags: 0)
    let last = end.segment(0x86, [UInt8](repeating: 1, count: 30), request: 1, flags: 0x20)
    let other = end.segment(0x8a, end.call(), conversation: 3, request: 1)
    var run = EngineRun(serverPort: 1414)
    run.send(first, from: .client)
    run.send(other + middle + last, from: .client)
    run.send(end.segment(0x9a, end.call(), conversation: 3, request: 1) + end.segment(0x96, end.call(), request: 1), from: .server)
    #expect(
      run.exchanges().map { "\(summaryField("type", $0.request)) \($0.ending) \($0.isComplete)" } == [
        "MQCMIT answered true", "MQPUT answered true",
      ])
    let driver = drive(WebSphereMQ.self, [Turn(sender: .client, bytes: first + middle + last)])
    #expect(driver.messages.map(\.byteCount) == [first.count + middle.count + last.count])
  }

  @Test("without numbers a reply answers the call that came last, also when an earlier reply was lost")
  func unnumbered() {
    let end = Self.mainframe
    var run = EngineRun(serverPort: 1414)
    let get = end.segment(0x85, end.call(handle: 1))
    run.send(end.beginning("C", "Q"), from: .client)
    run.send(end.beginning("C", "Q"), from: .server)
    run.send(get, from: .client)
    run.gap(end.segment(0x95, end.call()).count, from: .server)
    run.send(end.segment(0x8a, end.call()), from: .client)
    run.send(end.segment(0x9a, end.call(completion: 2, reason: 2003)), from: .server)
    run.send(get, from: .client)
    run.send(end.segment(0x95, end.call(completion: 2, reason: 2016)), from: .server)
    let exchanges = run.exchanges(.closed)
    #expect(
      exchanges.map { "\(summaryField("type", $0.request)) \(summaryField("code", $0.response)) \($0.ending)" } == [
        "INITIAL_DATA - answered", "MQCMIT 2003 answered", "MQGET 2016 answered", "MQGET - connectionClosed",
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "54534820 0000001b 02 01 30 00", "54534820 02000000 02 01 30 00", "54534820 0000001c 03 01 30 00", "54534820 0000001c 02 7f 30 00",
      "54534821 0000001c 02 01 30 00", "5453484d 0000001c 00000001 00000001 02 83 30 00", "e3e2c841 0000001c 01 01 30 00",
    ])
  func refused(_ hex: String) {
    #expect(drive(WebSphereMQ.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(
      WebSphereMQ.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 1414, isDatagram: false)) == .no)
  }

  @Test("peers that write segments as they are described")
  func fixture() {
    let answers = recordedAnswers("webspheremq/peers.pcap")
    #expect(
      answers == [
        [
          "INITIAL_DATA ok -", "CONAUTH_INFO - -", "USERID_DATA - -", "MQCONN ok 0", "MQOPEN ok 0", "MQPUT ok 0", "HEARTBEAT ok -",
          "MQPUT ok 0", "MQCMIT ok 0", "MQOPEN ok 0", "MQGET ok 2033", "MQGET ok 0", "MQPUT1 client_error 2085", "MQOPEN client_error 2035",
          "MQPUT server_error 2053", "REQUEST_MSGS - -", "ASYNC_MESSAGE - -", "NOTIFICATION - -", "MQCLOSE ok 0", "MQCLOSE ok 0",
          "MQDISC ok 0", "SOCKET_ACTION - -",
        ],
        [
          "INITIAL_DATA ok -", "USERID_DATA - -", "MQCONN ok 0", "MQOPEN ok 0", "MQGET ok 2033", "MQGET ok 2079", "MQDISC ok 0",
        ], ["INITIAL_DATA ok -", "MESSAGE_DATA - -", "MESSAGE_DATA ok 0", "HEARTBEAT ok -", "STATUS_DATA - -"],
        ["INITIAL_DATA server_error 1"],
      ])
  }

  @Test("users and passwords are in no row")
  func passwords() {
    for conversation in FixtureReader.conversations(file: "webspheremq/peers.pcap") {
      let driver = drive(WebSphereMQ.self, conversation.chunks.map { Turn(sender: $0.sender, bytes: $0.bytes) })
      #expect(!driver.messages.isEmpty)
      #expect(
        !driver.messages.contains { $0.summary.contains("passw0rd") || $0.summary.contains("sys1") || $0.summary.contains("ibmuser") })
    }
  }
}
