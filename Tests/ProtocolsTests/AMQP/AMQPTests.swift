import Capture
import Testing
import Transport

@testable import Protocols

@Suite("AMQP 0-9-1")
struct AMQPTests {
  /// A frame: type, channel, length, payload, ce.
  private static func frame(_ type: UInt8, _ channel: UInt8, _ payload: String) -> [UInt8] {
    let body = bytes(payload)
    return [type, 0, channel, 0, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body + [0xce]
  }

  private static let header = Array("AMQP".utf8) + [0, 0, 9, 1]
  /// Basic.Publish to exchange "e" with key "k"; its content's header with a size and the header "b3": "a-b"; a body.
  private static let publish = frame(1, 1, "003c 0028 0000 01 65 01 6b 00")
  private static func contentHeader(_ size: UInt8) -> [UInt8] {
    frame(2, 1, "003c 0000 00000000000000" + (size < 16 ? "0" : "") + String(size, radix: 16) + "2000 0000000b 02 6233 53 00000003 612d62")
  }

  static let methods: [(String, MessageSender, String)] = [
    ("000a 000a 00 09 00000000 00000005 504c41494e 00000005 656e5f5553", .server, "version=0-9-1 type=Connection.Start channel=1"),
    // StartOk with a table, PLAIN, and what must not be read.
    ("000a 000b 00000000 05 504c41494e 00000004 00610062 05 656e5f5553", .client, "status=ok"),
    ("000a 001e 07ff 00020000 003c", .server, "version=0-9-1 type=Connection.Tune channel=1"),
    ("000a 0028 01 2f 00 00", .client, "version=0-9-1 type=Connection.Open domain=/ channel=1"),
    ("0014 000a 00", .client, "version=0-9-1 type=Channel.Open channel=1"),
    ("0028 000a 0000 01 65 05 746f706963 00 00000000", .client, "version=0-9-1 type=Exchange.Declare resource=e endpoint=e channel=1"),
    ("0032 000a 0000 01 71 00 00000000", .client, "version=0-9-1 type=Queue.Declare resource=q endpoint=q channel=1"),
    ("0032 0014 0000 01 71 01 65 01 6b 00 00000000", .client, "version=0-9-1 type=Queue.Bind resource=q endpoint=q channel=1"),
    ("003c 0014 0000 01 71 01 74 00 00000000", .client, "version=0-9-1 type=Basic.Consume resource=q endpoint=q channel=1"),
    ("0032 000b 01 71 00000001 00000000", .server, "status=ok result=q"),
    ("003c 0048 00", .server, "status=ok"),
    ("003c 0050 0000000000000001 00", .client, "version=0-9-1 type=Basic.Ack channel=1"),
    ("000a 0032 00c8 03 627965 0000 0000", .client, "version=0-9-1 type=Connection.Close channel=1"),
    ("0014 0028 0194 02 6e6f 0032 000a", .server, "version=0-9-1 type=Channel.Close channel=1 reason=no"),
  ]

  @Test("methods", arguments: methods)
  func summaries(_ payload: String, _ sender: MessageSender, _ expected: String) {
    let frame = Self.frame(1, 1, payload)
    let driver = drive(AMQP.self, [Turn(sender: sender, bytes: frame)])
    #expect(driver.messages.map(\.summary) == [expected], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [frame.count])
    let verdict = AMQP.recognize(frame.span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false))
    #expect(verdict == .certain(sender) || payload.hasPrefix("000a 0032") || payload.hasPrefix("0014 0028"))
  }

  @Test("a content counts with its method, and its header's tags are the method's")
  func content() {
    let expected = "version=0-9-1 type=Basic.Publish resource=e.k endpoint=e.k trace=a span=b channel=1"
    let message = Self.publish + Self.contentHeader(3) + Self.frame(3, 1, "01") + Self.frame(3, 1, "0203")
    let empty = Self.publish + Self.contentHeader(0)
    let driver = drive(AMQP.self, [Turn(sender: .client, bytes: Self.header + message + empty + message)])
    #expect(driver.messages.map(\.summary) == [expected, expected, expected])
    #expect(driver.messages.map(\.byteCount) == [message.count, empty.count, message.count])
    #expect(driver.pendingByteCount == 0)
  }

  @Test("frames of another channel, and heartbeats, may stand between those of a content")
  func interleaved() {
    let heartbeat = bytes("08 0000 00000000 ce")
    let other = Self.frame(1, 2, "0014 000a 00")
    let sent =
      Self.publish + heartbeat + Self.contentHeader(3) + Self.frame(3, 1, "01") + other + Self.frame(3, 1, "0203") + heartbeat
      + Self.frame(1, 3, "0014 000a 00")
    var run = EngineRun()
    run.send(sent, from: .client)
    run.send(Self.frame(1, 3, "0014 000b 00000000") + Self.frame(1, 2, "0014 000b 00000000"), from: .server)
    #expect(
      run.exchanges().map(\.description) == [
        "[version=0-9-1 type=Basic.Publish resource=e.k endpoint=e.k trace=a span=b channel=1] -> [-] alone",
        "[version=0-9-1 type=Channel.Open channel=3] -> [status=ok] answered",
        "[version=0-9-1 type=Channel.Open channel=2] -> [status=ok] answered",
      ])
    #expect(run.anomalyCount == 0)
  }

  @Test("a channel that is closed instead of an answer: the question fails, and the closing has an answer of its own")
  func closed() {
    var run = EngineRun()
    run.send(Self.frame(1, 1, "0032 000a 0000 01 71 01 00000000"), from: .client)
    run.send(Self.frame(1, 1, "0014 0028 0194 02 6e6f 0032 000a"), from: .server)
    run.send(Self.frame(1, 1, "0014 0029"), from: .client)
    #expect(
      run.exchanges().map(\.description) == [
        "[version=0-9-1 type=Queue.Declare resource=q endpoint=q channel=1] -> [status=client_error code=404 exception=no] answered",
        "[version=0-9-1 type=Channel.Close channel=1] -> [status=ok] answered",
      ])
    #expect(run.clientSides == [.initiator, .responder])
  }

  @Test("what cannot be routed comes back")
  func returned() {
    var run = EngineRun()
    run.send(Self.frame(1, 1, "003c 0032 0138 08 4e4f5f524f555445 01 65 01 6b") + Self.contentHeader(0), from: .server)
    #expect(
      run.exchanges().map(\.description) == [
        "[version=0-9-1 type=Basic.Return resource=e.k endpoint=e.k status=client_error code=312 exception=NO_ROUTE trace=a span=b channel=1]"
          + " -> [-] alone"
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "04 0001 00000004 00140029 ce", "01 0001 00000004 00140029 cd", "01 0001 00000004 00140063 ce", "08 0001 00000000 ce",
      "08 0000 00000001 00 ce", "01 0001 7fffffff 00140029 ce", "414d5151 00000901",
    ])
  func refused(_ hex: String) {
    #expect(drive(AMQP.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(AMQP.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 5672, isDatagram: false)) == .no)
  }

  @Test("methods as pika's client sent them to RabbitMQ")
  func fixture() {
    let answers = recordedAnswers("amqp/rabbitmq.pcap")
    #expect(answers.count == 3)
    var counts: [String: Int] = [:]
    for answer in answers[0] { counts[answer, default: 0] += 1 }
    #expect(counts["Basic.Publish - -"] == 6)
    #expect(counts["Basic.Deliver - -"] == 2)
    #expect(counts["Basic.Get ok -"] == 3)
    #expect(counts["Queue.Declare client_error 404"] == 1)
    #expect(counts["Exchange.Declare client_error 406"] == 1)
    #expect(counts["Channel.Close ok -"] == 4)
    #expect(answers[1].contains("Connection.Open client_error 530"))
    #expect(answers[2] == ["Connection.Start ok -", "Connection.Close - -"])
  }
}
