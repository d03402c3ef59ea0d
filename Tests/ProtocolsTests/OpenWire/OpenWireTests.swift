import Capture
import Testing
import Transport

@testable import Protocols

@Suite("OpenWire")
struct OpenWireTests {
  private static let loose = [
    Turn(sender: .client, bytes: OpenWireBytes.offer()), Turn(sender: .server, bytes: OpenWireBytes.offer(tight: true)),
  ]
  private static let tight = [
    Turn(sender: .client, bytes: OpenWireBytes.offer(tight: true)), Turn(sender: .server, bytes: OpenWireBytes.offer(tight: true)),
  ]

  private static let commands: [(String, [UInt8], MessageSender, String)] = [
    (
      "a connection with a password",
      // Number 1, response wanted; connection "ID:1", client "c1", password "pw", user "ale", no path, five flags, no address.
      bytes("03 00000001 01 01 78 01 0004 49443a31 01 0002 6331 01 0002 7077 01 0003 616c65 00 00 00 00 00 00 00"), .client,
      "version=12 type=ConnectionInfo id=1 client_id=c1 user=ale"
    ),
    (
      "a broker", bytes("02 00000000 00 01 7c 01 0001 62 01 0005 746370 3a 68 00 01 0001 62 00 00 00 00 00 0000000000000000 00 00"),
      .server,
      "version=12 type=BrokerInfo domain=tcp:h id=0"
    ),
    (
      "a consumer of a topic, with the name of its subscription",
      bytes(
        "05 00000004 01 01 7a 01 0001 63 0000000000000001 0000000000000001 00 01 65 01 0003 612e62 000003e8 00000000 01 00 00 01 0001 73"
          + "00 00 00 00 00 00 00 00 00 00"), .client,
      "version=12 type=ConsumerInfo resource=a.b endpoint=a.b id=4 destination_type=topic subscription=s"
    ),
    (
      "a commit", bytes("07 00000006 01 01 78 01 0001 63 01 6f 0000000000000007 01 78 01 0001 63 02"), .client,
      "version=12 type=TransactionInfo id=6 operation=commit_one_phase transaction=7"
    ),
    (
      "a temporary queue", bytes("08 00000007 01 01 78 01 0001 63 01 66 01 0001 74 00 0000000000000000 00"), .client,
      "version=12 type=DestinationInfo resource=t endpoint=t id=7 destination_type=temp-queue operation=add"
    ),
    (
      "a session that ends", bytes("0c 00000008 00 01 79 01 0001 63 0000000000000001 0000000000000000"), .client,
      "version=12 type=RemoveInfo id=8 removed=SessionId"
    ),
    ("a word", bytes("0e 00000009 00 01 0003 666f6f"), .client, "version=12 type=ControlCommand resource=foo id=9"),
    ("a sign of life", bytes("0a 00000000 00"), .client, "version=12 type=KeepAliveInfo id=0"),
    (
      "an acknowledgement of a message that could not be used",
      bytes(
        "16 0000000a 00 01 64 01 0001 71 00 01 7a 01 0001 63 0000000000000001 0000000000000001 01 00 00 00000001"
          + "01 01 0001 45 01 0003 6f6f70"), .client,
      "version=12 type=MessageAck resource=q endpoint=q id=10 destination_type=queue operation=poison cause=E: oop"
    ),
    (
      "a pull", bytes("14 0000000b 00 00 01 64 01 0001 71 0000000000000064 00 00"), .client,
      "version=12 type=MessagePull resource=q endpoint=q id=11 destination_type=queue"
    ),
    ("an answer", bytes("1e 00000001 00 00000004"), .server, "id=4 status=ok"),
    ("a number for an answer", bytes("22 00000001 00 00000004 00000003"), .server, "id=4 status=ok result=3"),
    (
      "a failure", bytes("1f 00000001 00 00000004 01 01 0002 4578 01 0004 6e6f2e2e"), .server,
      "id=4 status=server_error exception=Ex: no.."
    ),
    ("a failure without words", bytes("1f 00000001 00 00000004 01 01 0002 4578 00"), .server, "id=4 status=server_error exception=Ex"),
    (
      "a connection that fails", bytes("10 00000001 00 01 01 0002 4578 01 0002 6e6f 00"), .server,
      "version=12 type=ConnectionError id=1 status=server_error exception=Ex: no"
    ),
  ]

  @Test("commands in the loose encoding", arguments: commands)
  func summaries(_ name: String, _ body: [UInt8], _ sender: MessageSender, _ expected: String) {
    let command = OpenWireBytes.command(body)
    let driver = drive(OpenWire.self, Self.loose + [Turn(sender: sender, bytes: command)])
    #expect(driver.messages.last?.summary == expected, "\(driver.invalid ?? "")")
    #expect(driver.messages.last?.byteCount == command.count)
    #expect(driver.messages.last?.isComplete == true)
  }

  @Test(
    "commands in the tight encoding: how many bytes of flags, the flags, the other fields",
    arguments: [
      ("0a 01 00 00000003", "version=12 type=KeepAliveInfo id=3"), ("1e 01 00 00000003 00000004", "id=4 status=ok"),
      // Flags: no response wanted, an exception, its class in ASCII, its message in ASCII.
      ("1f 01 3e 00000003 00000004 0001 45 0002 6e6f", "id=4 status=server_error exception=E: no"),
      // The same number of flags written in the longer ways.
      ("0a c0 01 00 00000003", "version=12 type=KeepAliveInfo id=3"), ("0a 80 0001 00 00000003", "version=12 type=KeepAliveInfo id=3"),
      // A session to be removed: response wanted; an object; a text in ASCII; a number of two bytes, one of four.
      ("0c 01 6f 00000003 79 0001 63 0007 00000001", "version=12 type=RemoveInfo id=3 removed=SessionId"),
    ])
  func tightCommands(_ hex: String, _ expected: String) {
    let driver = drive(OpenWire.self, Self.tight + [Turn(sender: .server, bytes: OpenWireBytes.command(bytes(hex)))])
    #expect(driver.messages.last?.summary == expected, "\(driver.invalid ?? "")")
    #expect(driver.messages.count == 3)
  }

  @Test("of both sides' offers the least counts: fields that came with later versions are not there")
  func versions() {
    // RemoveInfo of version 4 has no number behind its object; in version 5 it has.
    let removal = OpenWireBytes.command(bytes("0c 00000008 00 01 78 01 0001 63"))
    func last(_ client: Int, _ server: Int) -> String? {
      let driver = drive(
        OpenWire.self,
        [
          Turn(sender: .client, bytes: OpenWireBytes.offer(version: client)),
          Turn(sender: .server, bytes: OpenWireBytes.offer(version: server)), Turn(sender: .client, bytes: removal),
        ])
      return driver.messages.count == 3 ? driver.messages.last?.summary : driver.invalid
    }
    #expect(last(4, 12) == "version=4 type=RemoveInfo id=8 removed=ConnectionId")
    #expect(last(12, 4) == "version=4 type=RemoveInfo id=8 removed=ConnectionId")
    #expect(last(5, 12) == "a malformed command")
  }

  @Test("what is called by its place in the cache has the name it was put there with")
  func cache() {
    let turns = [
      Turn(sender: .client, bytes: OpenWireBytes.offer(cached: true)), Turn(sender: .server, bytes: OpenWireBytes.offer(cached: true)),
      Turn(sender: .client, bytes: OpenWireBytes.textMessage(5, content: [1])),
      Turn(sender: .client, bytes: OpenWireBytes.textMessage(6, content: [1], toKnownQueue: true)),
    ]
    let expected =
      "version=12 type=ActiveMQTextMessage resource=q endpoint=q id=NUMBER trace=a span=b destination_type=queue correlation_id=k"
    #expect(
      drive(OpenWire.self, turns).messages.dropFirst(2).map(\.summary) == [5, 6].map { expected.replacing("NUMBER", with: "\($0)") })
    // When the bytes with the name are lost, the row says that it does not know.
    var run = EngineRun(serverPort: 61616)
    for turn in turns[0...1] { run.send(turn.bytes, from: turn.sender) }
    run.gap(turns[2].bytes.count, from: .client)
    run.send(turns[3].bytes, from: .client)
    let exchange = run.exchanges().last
    #expect(exchange?.request?.contains("partial") == true)
    #expect(summaryField("resource", exchange?.request) == "-")
    #expect(summaryField("trace", exchange?.request) == "a")
  }

  @Test(
    "a long content passes unseen, and the properties behind it are read",
    arguments: [300, 700, 800, 900, 1000, 1100, 8192, 66_000, 300_000])
  func longContent(_ count: Int) {
    let message = OpenWireBytes.textMessage(5, content: [UInt8](repeating: 0x20, count: count), wantsResponse: false)
    let offers = [
      Turn(sender: .client, bytes: OpenWireBytes.offer(cached: true)), Turn(sender: .server, bytes: OpenWireBytes.offer(cached: true)),
    ]
    let driver = drive(OpenWire.self, offers + [Turn(sender: .client, bytes: message + message)])
    #expect(driver.messages.dropFirst(2).map(\.byteCount) == [message.count, message.count])
    #expect(driver.messages.dropFirst(2).allSatisfy { $0.isComplete && $0.summary.contains("trace=a span=b") })
    // A gap in the content costs nothing but the content, when it was to pass unseen.
    guard count >= 8192 else { return }
    var run = EngineRun(serverPort: 61616)
    for turn in offers { run.send(turn.bytes, from: turn.sender) }
    run.send(Array(message[0..<count / 2]), from: .client)
    run.gap(count / 4, from: .client)
    run.send(Array(message[(count / 2 + count / 4)...]) + message, from: .client)
    let exchanges = run.exchanges().filter { $0.request?.contains("ActiveMQTextMessage") == true }
    #expect(exchanges.count == 2)
    #expect(exchanges.allSatisfy { $0.isComplete && summaryField("trace", $0.request) == "a" })
  }

  @Test("without lengths commands end where their fields end")
  func unprefixed() {
    let offer = OpenWireBytes.offer(unprefixed: true)
    let driver = drive(
      OpenWire.self,
      [
        Turn(sender: .client, bytes: offer), Turn(sender: .server, bytes: offer),
        Turn(sender: .client, bytes: bytes("0a 00000000 00 0e 00000009 01 01 0003 666f6f")),
        Turn(sender: .server, bytes: bytes("1e 00000001 00 00000009 1e 00000002 00")), Turn(sender: .server, bytes: bytes("0000000a")),
      ])
    #expect(
      driver.messages.dropFirst(2).map(\.summary) == [
        "version=12 type=KeepAliveInfo id=0", "version=12 type=ControlCommand resource=foo id=9", "id=9 status=ok", "id=10 status=ok",
      ])
  }

  @Test("both sides number what they ask by themselves")
  func pairing() {
    var run = EngineRun(serverPort: 61616)
    for turn in Self.loose { run.send(turn.bytes, from: turn.sender) }
    let command = OpenWireBytes.command(bytes("0e 00000001 01 01 0003 666f6f"))
    let answer = OpenWireBytes.command(bytes("1e 00000009 00 00000001"))
    run.send(command, from: .client)
    run.send(command + answer, from: .server)
    run.send(answer, from: .client)
    #expect(
      run.exchanges().dropFirst(2).map { "\(summaryField("type", $0.request)) \($0.ending)" }
        == Array(repeating: "ControlCommand answered", count: 2))
    #expect(run.clientSides.suffix(2) == [.initiator, .responder])
  }

  @Test("a sign of life that wants to be answered is answered by another one, and is no timeout")
  func signsOfLife() {
    var run = EngineRun(serverPort: 61616)
    for turn in Self.loose { run.send(turn.bytes, from: turn.sender) }
    run.send(OpenWireBytes.command(bytes("0a 00000000 01")), from: .client)
    run.send(OpenWireBytes.command(bytes("0a 00000000 00")), from: .server)
    run.wait(seconds: 200)
    #expect(
      run.exchanges().dropFirst(2).map { "\(summaryField("type", $0.request)) \($0.ending)" }
        == Array(repeating: "KeepAliveInfo alone", count: 2))
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "00000000 0a", "7fffffff 0a 00000000 00", "00000006 0d 00000000 00",  // an unknown command
      "00000006 0a 00000001 02",  // a flag of 2
      "00000009 0e 00000001 00 01 00ff",  // a text longer than its command
      "00000012 01 4163746976654d52 0000000c 00 00000000",
    ])
  func refused(_ hex: String) {
    #expect(drive(OpenWire.self, Self.loose + [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(drive(OpenWire.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(OpenWire.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 61616, isDatagram: false)) == .no)
  }

  @Test("joined midway, a command that fits to its last byte is believed; on an unusual port one with names in it")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 2) -> Recognition {
      OpenWire.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 1, destinationPort: port, isDatagram: false))
    }
    let offer = OpenWireBytes.offer(tight: true)
    #expect(verdict(offer) == .certain(.client))
    #expect(verdict(Array(offer[0..<9])) == .needsMore)
    let message = OpenWireBytes.textMessage(5, content: [1, 2, 3])
    #expect(verdict(message) == .likely(.client))
    #expect(verdict(message + message) == .likely(.client))
    #expect(verdict(Array(message.dropLast())) == .no)
    #expect(verdict(Array(message.dropLast()), 61616) == .needsMore)
    #expect(verdict(message + bytes("00000006 0d 00000000 00")) == .no)
    let sign = OpenWireBytes.command(bytes("0a 00000000 00"))
    #expect(verdict(sign) == .no)
    #expect(verdict(sign, 61616) == .likely(.client))
    // What a command says of its sender counts more than a guess.
    let answer = OpenWireBytes.command(bytes("1e 00000001 00 00000004"))
    let guess = RecognitionContext(sourcePort: 61616, destinationPort: 2, isDatagram: false, likelySender: .client)
    #expect(OpenWire.recognize(answer.span.bytes, guess) == .likely(.server))
    #expect(OpenWire.recognize(sign.span.bytes, guess) == .likely(.server))
    // A message of which the first packet holds the beginning of its content.
    let long = OpenWireBytes.textMessage(5, content: [UInt8](repeating: 0x20, count: 20_000))
    #expect(verdict(Array(long[0..<1448]), 61616) == .likely(.client))
    #expect(verdict(Array(long[0..<1448])) == .no)
  }

  @Test("clients of ActiveMQ: loose, tight, an old version", arguments: ["tight", "loose", "version5"])
  func fixture(_ name: String) {
    let answers = recordedAnswers("openwire/activemq-\(name).pcap")
    #expect(answers.count == 2)
    var counts: [String: Int] = [:]
    for answer in answers[0] { counts[answer, default: 0] += 1 }
    // Ten messages were sent: four persistent ones waited for their answers, two went in transactions.
    #expect(counts["ActiveMQTextMessage ok -"] == 4)
    #expect(counts["ActiveMQTextMessage - -"] == 4)
    #expect(counts["ActiveMQBytesMessage ok -"] == 1)
    #expect(counts["ActiveMQMapMessage ok -"] == 1)
    // A commit that waits, twice; a rollback that waits; and three beginnings.
    #expect(counts["TransactionInfo ok -"] == 3)
    #expect(counts["TransactionInfo - -"] == 3)
    #expect(counts["DestinationInfo server_error -"] == 1)
    #expect(answers[0].count { $0.hasPrefix("ConsumerInfo") } == 6)
    #expect(answers[1].contains("ConnectionInfo server_error -"))
  }

  @Test("passwords are in no row", arguments: ["tight", "loose", "version5"])
  func passwords(_ name: String) {
    for conversation in FixtureReader.conversations(file: "openwire/activemq-\(name).pcap") {
      let driver = drive(OpenWire.self, conversation.chunks.map { Turn(sender: $0.sender, bytes: $0.bytes) })
      #expect(driver.messages.contains { $0.summary.contains("user=alice") })
      #expect(!driver.messages.contains { $0.summary.contains("s3cret") || $0.summary.contains("wrong-pw") })
    }
  }

  @Test("a connection whose beginning was not seen is read as if it had been", arguments: ["tight", "loose", "version5"], [2, 5, 12, 20])
  func joinedMidway(_ name: String, _ skipped: Int) throws {
    func essence(_ summary: String) -> String {
      ["type", "id", "status", "exception", "trace"].map { summaryField($0, summary) }.joined(separator: " ")
    }
    let conversation = try #require(FixtureReader.conversations(file: "openwire/activemq-\(name).pcap").first)
    let turns = conversation.chunks.map { Turn(sender: $0.sender, bytes: $0.bytes) }
    let before = drive(OpenWire.self, Array(turns[0..<skipped])).messages.count
    let whole = drive(OpenWire.self, turns).messages.dropFirst(before).map { essence($0.summary) }
    let rest = drive(OpenWire.self, Array(turns[skipped...]))
    #expect(rest.invalid == nil)
    #expect(rest.messages.map { essence($0.summary) } == whole)
  }
}
