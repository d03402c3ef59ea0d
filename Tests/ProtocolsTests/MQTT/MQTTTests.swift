import Capture
import Testing
import Transport

@testable import Protocols

@Suite("MQTT")
struct MQTTTests {
  /// CONNECT of version 3.1.1, clean, client "c1"; and of version 5 with an empty list of properties.
  private static let connect = bytes("10 0e 0004 4d515454 04 02 003c 0002 6331")
  private static let connect5 = bytes("10 0f 0004 4d515454 05 02 003c 00 0002 6331")

  static let packets: [(String, [UInt8], MessageSender, String)] = [
    ("a connection", connect, .client, "version=3.1.1 type=Connect domain=c1"),
    (
      "a connection of version 3.1 with a will, a user and a password",
      bytes("10 1f 0006 4d5149736470 03 c6 003c 0002 6331 0001 77 0001 6d 0003 616c65 0002 7077"), .client,
      "version=3.1 type=Connect domain=c1 user=ale"
    ),
    ("accepted", bytes("20 02 00 00"), .server, "status=ok code=0"),
    ("refused by user name", bytes("20 02 00 04"), .server, "status=client_error code=4 exception=bad user name or password"),
    ("refused because of the server", bytes("20 02 00 03"), .server, "status=server_error code=3 exception=server unavailable"),
    ("a publication", bytes("30 08 0003 612f62 686921"), .client, "type=Publish resource=a/b endpoint=a/b qos=0"),
    (
      "a publication to be acknowledged", bytes("32 0a 0003 612f62 0007 686921"), .client,
      "type=Publish resource=a/b endpoint=a/b id=7 qos=1"
    ),
    ("its acknowledgement", bytes("40 02 0007"), .server, "id=7 status=ok"),
    ("released", bytes("62 02 0007"), .client, "type=Pubrel id=7"),
    ("a subscription", bytes("82 08 0007 0003 612f23 01"), .client, "type=Subscribe resource=a/# endpoint=a/# id=7"),
    (
      "a subscription with two filters", bytes("82 0d 0007 0003 612f23 01 0002 622f 00"), .client,
      "type=Subscribe resource=a/#,b/ endpoint=a/# id=7"
    ),
    ("granted", bytes("90 04 0007 01 00"), .server, "id=7 status=ok code=0"),
    ("one of two refused", bytes("90 04 0007 01 80"), .server, "id=7 status=server_error code=128 exception=unspecified error"),
    ("unsubscribed", bytes("a2 07 0007 0003 612f23"), .client, "type=Unsubscribe resource=a/# endpoint=a/# id=7"),
    ("a ping", bytes("c0 00"), .client, "type=Pingreq"), ("its answer", bytes("d0 00"), .server, "status=ok"),
    ("the end", bytes("e0 00"), .client, "type=Disconnect"),
  ]

  @Test("packets", arguments: packets)
  func summaries(_ name: String, _ packet: [UInt8], _ sender: MessageSender, _ expected: String) {
    let driver = drive(MQTT.self, [Turn(sender: sender, bytes: packet + packet)])
    let prefix = expected.hasPrefix("version") ? String(expected.prefix { $0 != " " }) + " " : ""
    // What the first packet says of the version holds for the second too.
    let second = expected.hasPrefix(prefix) ? expected : prefix + expected
    #expect(driver.messages.map(\.summary) == [expected, second], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [packet.count, packet.count])
  }

  @Test("in version 5 packets have properties and reasons")
  func version5() {
    // PUBLISH "a", identifier 7, properties: an expiry of 60 and a user property "b3": "a-b". SUBSCRIBE "a" with a subscription identifier.
    let publish = bytes("32 17 0001 61 0007 0f 02 0000003c 26 0002 6233 0003 612d62 6869")
    let subscribe = bytes("82 09 0008 02 0b 05 0001 61 01")
    let driver = drive(
      MQTT.self,
      [
        Turn(sender: .client, bytes: Self.connect5), Turn(sender: .server, bytes: bytes("20 03 00 00 00")),
        Turn(sender: .client, bytes: publish + subscribe),
        Turn(sender: .server, bytes: bytes("40 03 0007 10") + bytes("40 04 0007 87 00") + bytes("90 04 0008 00 8f") + bytes("e0 02 8b 00")),
      ])
    #expect(
      driver.messages.map(\.summary) == [
        "version=5 type=Connect domain=c1", "status=ok code=0",
        "version=5 type=Publish resource=a endpoint=a id=7 trace=a span=b qos=1", "version=5 type=Subscribe resource=a endpoint=a id=8",
        "id=7 status=ok code=16", "id=7 status=client_error code=135 exception=not authorized",
        "id=8 status=client_error code=143 exception=topic filter invalid",
        "version=5 type=Disconnect status=server_error code=139 exception=server shutting down",
      ])
  }

  static let joinedMidway: [(String, String, MessageSender, String)] = [
    ("a subscription of version 5", "82 09 0008 00 0003 612f62 01", .client, "version=5 type=Subscribe resource=a/b endpoint=a/b id=8"),
    ("an earlier subscription", "82 08 0008 0003 612f62 01", .client, "type=Subscribe resource=a/b endpoint=a/b id=8"),
    ("the end of one, of version 5", "a2 08 0008 00 0003 612f62", .client, "version=5 type=Unsubscribe resource=a/b endpoint=a/b id=8"),
    ("an earlier end of one", "a2 07 0008 0003 612f62", .client, "type=Unsubscribe resource=a/b endpoint=a/b id=8"),
    (
      "a publication with a property", "30 10 0003 612f62 07 02 0000003c 01 01 686921", .client,
      "version=5 type=Publish resource=a/b endpoint=a/b qos=0"
    ),
    ("a publication of text", "30 08 0003 612f62 7b7d21", .client, "type=Publish resource=a/b endpoint=a/b qos=0"),
    ("a publication without a payload", "30 05 0003 612f62", .client, "type=Publish resource=a/b endpoint=a/b qos=0"),
    // No properties, or a payload that begins with zero: either way nothing more can be said.
    ("a publication that may be of any version", "30 09 0003 612f62 00 686921", .client, "type=Publish resource=a/b endpoint=a/b qos=0"),
    ("accepted, in version 5", "20 03 00 00 00", .server, "status=ok code=0"),
    ("refused, in version 5", "20 03 00 87 00", .server, "status=client_error code=135 exception=not authorized"),
    ("refused, earlier", "20 02 00 05", .server, "status=client_error code=5 exception=not authorized"),
    (
      "granted, in version 5, but for one", "90 05 0008 00 01 8f", .server,
      "id=8 status=client_error code=143 exception=topic filter invalid"
    ),
    ("an acknowledgement with a reason", "40 03 0007 10", .server, "id=7 status=ok code=16"),
  ]

  @Test("a packet of a connection whose first one was not seen is read in the version in which it is possible", arguments: joinedMidway)
  func versionOfAPacket(_ name: String, _ hex: String, _ sender: MessageSender, _ expected: String) {
    let driver = drive(MQTT.self, [Turn(sender: sender, bytes: bytes(hex))])
    #expect(driver.messages.map(\.summary) == [expected], "\(driver.invalid ?? "")")
  }

  @Test("what one packet shows of the version holds for those behind it")
  func versionOfAConnection() {
    let open = bytes("30 09 0003 612f62 00 686921")
    let driver = drive(
      MQTT.self,
      [
        Turn(sender: .client, bytes: open), Turn(sender: .client, bytes: bytes("82 09 0008 00 0003 612f62 01")),
        Turn(sender: .client, bytes: open), Turn(sender: .client, bytes: Self.connect), Turn(sender: .client, bytes: open),
      ])
    #expect(
      driver.messages.map { summaryField("version", $0.summary) } == ["-", "5", "5", "3.1.1", "3.1.1"], "\(driver.invalid ?? "")")
    // A long payload is not waited for.
    let long = bytes("30 8c 08 0003 612f62 07 02 0000003c 01 01") + [UInt8](repeating: 0x20, count: 100)
    #expect(drive(MQTT.self, [Turn(sender: .client, bytes: long)]).messages.map { summaryField("version", $0.summary) } == ["5"])
  }

  @Test("both sides number what they publish; each acknowledgement answers the other's")
  func pairing() {
    var run = EngineRun(serverPort: 1883)
    run.send(Self.connect, from: .client)
    run.send(bytes("20 02 00 00"), from: .server)
    run.send(bytes("32 05 0001 61 0001") + bytes("34 05 0001 62 0002"), from: .client)
    run.send(bytes("32 05 0001 63 0001") + bytes("50 02 0002"), from: .server)
    run.send(bytes("40 02 0001") + bytes("62 02 0002"), from: .client)
    run.send(bytes("40 02 0001") + bytes("70 02 0002"), from: .server)
    let exchanges = run.exchanges(.closed)
    #expect(
      exchanges.map { "\(summaryField("type", $0.request)) \(summaryField("resource", $0.request)) \($0.ending)" } == [
        "Connect - answered", "Publish b answered", "Publish c answered", "Publish a answered", "Pubrel - answered",
      ])
    #expect(run.clientSides == [.initiator, .initiator, .responder, .initiator, .initiator])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "00 00", "36 05 0001 61 0001",  // a quality of service of 3
      "10 0e 0004 4d515455 04 02 003c 0002 6331", "30 02 0001",  // a topic longer than its packet
      "80 05 0001 0001 61 00", "c0 01 00", "30 ffffffff01", "40 01 00",
    ])
  func refused(_ hex: String) {
    #expect(drive(MQTT.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    let context = RecognitionContext(sourcePort: 1, destinationPort: 1883, isDatagram: false)
    #expect(MQTT.recognize(bytes(hex).span.bytes, context) == .no)
  }

  @Test("joined midway, on an unusual port a publication with a topic is believed, and nothing else")
  func recognition() {
    func verdict(_ hex: String, _ port: UInt16 = 2) -> Recognition {
      MQTT.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: port, isDatagram: false))
    }
    #expect(verdict("10 0e 0004 4d515454 04 02 003c 0002 6331") == .certain(.client))
    #expect(verdict("30 08 0003 612f62 686921 30 08 0003 612f62 686921") == .likely(.client))
    #expect(verdict("30 08 0003 612f62 686921 99") == .no)
    #expect(verdict("30 08 0003 612f23 686921") == .no)
    #expect(verdict("40 02 0007") == .no)
    #expect(verdict("40 02 0007", 1883) == .likely(.client))
    // LDAP and SNMP begin with the same byte.
    #expect(verdict("30 0c 0201 01 6007 0201 03 0400 8000") == .no)
  }

  @Test("packets as mosquitto's clients sent them: connections, publications and subscriptions in three versions")
  func fixture() {
    let answers = recordedAnswers("mqtt/mosquitto.pcap")
    #expect(answers.count == 7)
    let session = answers[2].filter { !$0.hasPrefix("Pingreq") }
    var counts: [String: Int] = [:]
    for answer in session { counts[answer, default: 0] += 1 }
    #expect(
      counts == [
        "Connect ok 0": 1, "Subscribe ok 0": 2, "Publish - -": 8, "Publish ok -": 4, "Pubrel ok -": 2, "Unsubscribe ok 0": 1,
        "Disconnect - -": 1,
      ])
    #expect(answers[3].filter { $0.hasPrefix("Connect") } == ["Connect client_error 5"])
    #expect(answers[4].filter { $0.hasPrefix("Connect") } == ["Connect client_error 135"])
  }
}
