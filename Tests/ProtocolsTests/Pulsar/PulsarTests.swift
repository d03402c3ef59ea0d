import Capture
import Testing

@testable import Protocols

@Suite("Pulsar")
struct PulsarTests {
  /// The lengths, a command, and what follows it.
  private static func frame(_ command: String, _ rest: String = "") -> [UInt8] {
    let (body, more) = (bytes(command), bytes(rest))
    return [0, 0, 0, UInt8(4 + body.count + more.count), 0, 0, 0, UInt8(body.count)] + body + more
  }

  static let commands: [(String, String, MessageSender, String)] = [
    // type 2, connect { client_version "c" auth_method_name "t" auth_data, protocol_version 19, proxy_to_broker_url "b" }.
    (
      "08 02 12 0e 0a 01 63 2a 01 74 1a 01 73 20 13 32 01 62", "", .client, "version=19 type=Connect domain=b"
    ),
    ("08 03 1a 05 0a 01 73 10 13", "", .server, "version=19 status=ok"),
    // subscribe { topic "persistent://p/d/t" subscription "s" subType 0 consumer_id 0 request_id 7 }.
    (
      "08 04 22 1d 0a 12 70657273697374656e743a2f2f702f642f74 12 01 73 18 00 20 00 28 07", "", .client,
      "type=Subscribe resource=t endpoint=persistent://p/d/t id=7"
    ),
    ("08 0d 6a 02 08 07", "", .server, "id=7 status=ok"),
    // error { request_id 7 error 4 message "no" }.
    ("08 0e 72 08 08 07 10 04 1a 02 6e6f", "", .server, "id=7 status=server_error code=4 exception=no"),
    ("08 0e 72 04 08 07 10 04", "", .server, "id=7 status=server_error code=4 exception=AuthorizationError"),
    // send { producer_id 2 sequence_id 3 }, a checksum, metadata with the property "b3": "a-b", a payload.
    (
      "08 06 32 04 08 02 10 03", "0e01 00000000 0000000b 22 09 0a 02 6233 12 03 612d62 ff", .client, "type=Send id=131075 trace=a span=b"
    ),
    // send_receipt { producer_id 2 sequence_id 3 message_id { ledgerId 9 entryId 60 } }.
    ("08 07 3a 0a 08 02 10 03 1a 04 08 09 10 3c", "", .server, "id=131075 status=ok x_request_id=9:60:-1:-1"),
    ("08 09 4a 08 08 00 12 04 08 09 10 3c", "", .server, "type=Message x_request_id=9:60:-1:-1"),
    ("08 0b 5a 05 08 00 10 e807", "", .client, "type=Flow"), ("08 12 92 01 00", "", .client, "type=Ping"),
    ("08 13 9a 01 00", "", .server, "status=ok"),
    ("08 0a 52 04 08 00 10 00", "", .client, "type=Ack"),
  ]

  @Test("commands", arguments: commands)
  func summaries(_ command: String, _ rest: String, _ sender: MessageSender, _ expected: String) {
    let frame = Self.frame(command, rest)
    let driver = drive(Pulsar.self, [Turn(sender: sender, bytes: frame + frame)])
    #expect(driver.messages.map(\.summary) == [expected, expected], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [frame.count, frame.count])
    let context = RecognitionContext(sourcePort: sender == .client ? 1 : 6650, destinationPort: 2, isDatagram: false)
    #expect(Pulsar.recognize(frame.span.bytes, context) == .certain(sender))
  }

  @Test("publications pair by producer and number, others by their request")
  func pairing() {
    var run = EngineRun()
    run.send(
      Self.frame("08 06 32 04 08 02 10 03") + Self.frame("08 10 82 01 04 08 01 10 03") + Self.frame("08 06 32 04 08 02 10 04"),
      from: .client)
    run.send(
      Self.frame("08 08 42 0a 08 02 10 04 18 09 22 02 6e6f") + Self.frame("08 0d 6a 02 08 03") + Self.frame("08 07 3a 04 08 02 10 03"),
      from: .server)
    #expect(
      run.exchanges().map(\.description) == [
        "[type=Send id=131076] -> [id=131076 status=server_error code=9 exception=no] answered",
        "[type=CloseConsumer id=3] -> [id=3 status=ok] answered", "[type=Send id=131075] -> [id=131075 status=ok] answered",
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "00000005 00000001 08", "00000006 00000007 0802", "7fffffff 00000002 0802", "00000006 00000002 0801", "00000006 00000002 1002",
      "00000008 00000004 0802 1205",
    ])
  func refused(_ hex: String) {
    #expect(drive(Pulsar.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(Pulsar.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 6650, isDatagram: false)) == .no)
  }

  @Test("commands of the C++ client to a wire-compatible broker")
  func fixture() {
    let all = recordedAnswers("pulsar/pulsar-lite.pcap").flatMap { $0 }
    #expect(all.contains("Connect ok -"))
    #expect(all.count { $0 == "Send ok -" } == 5)
    #expect(all.count { $0 == "Message - -" } == 5)
    #expect(all.contains("Subscribe ok -"))
  }
}
