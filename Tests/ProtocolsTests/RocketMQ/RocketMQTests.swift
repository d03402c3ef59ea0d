import Capture
import Testing

@testable import Protocols

@Suite("RocketMQ")
struct RocketMQTests {
  private static func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * (byteCount - 1 - $0))) }
  }

  private static func frame(_ form: Int, _ header: [UInt8], _ body: [UInt8] = []) -> [UInt8] {
    number(4 + header.count + body.count, 4) + number(form << 24 | header.count, 4) + header + body
  }

  private static func json(_ header: String, _ body: [UInt8] = []) -> [UInt8] { frame(0, Array(header.utf8), body) }

  /// Code, language 0, version 399, number 7, flags, remark, fields.
  private static func own(_ code: Int, _ flags: Int, _ remark: String, _ fields: [(String, String)], _ body: [UInt8] = []) -> [UInt8] {
    let pairs = fields.flatMap { number($0.0.utf8.count, 2) + Array($0.0.utf8) + number($0.1.utf8.count, 4) + Array($0.1.utf8) }
    return frame(
      1,
      number(code, 2) + [0] + number(399, 2) + number(7, 4) + number(flags, 4) + number(remark.utf8.count, 4) + Array(remark.utf8)
        + number(pairs.count, 4) + pairs, body)
  }

  /// One stored message: 84 bytes of numbers, a body "x", a topic "t", properties.
  private static let stored =
    number(0, 4) + bytes("daa320a7") + [UInt8](repeating: 0, count: 76) + number(1, 4) + [0x78, 1, 0x74]
    + number(21, 2) + Array("UNIQ_KEY".utf8) + [1] + Array("K1".utf8) + [2] + Array("b3".utf8) + [1] + Array("a-b".utf8) + [2] + [0, 0]

  static let commands: [(String, [UInt8], MessageSender, String)] = [
    (
      "sent, in JSON",
      json(
        #"{"code":310,"extFields":{"a":"g","b":"t","e":"1","i":"UNIQ_KEY\u0001K1\u0002b3\u0001a-b\u0002"},"flag":0,"opaque":7,"version":399}"#,
        [1, 2, 3]), .client, "version=V4_9_3 type=SEND_MESSAGE_V2 domain=g resource=t endpoint=t-1 id=7 trace=a span=b x_request_id=K1"
    ),
    (
      "pulled", own(11, 0, "", [("topic", "t"), ("queueId", "2"), ("consumerGroup", "g")]), .client,
      "version=V4_9_3 type=PULL_MESSAGE domain=g resource=t endpoint=t-2 id=7"
    ),
    ("one way", json(#"{"code":15,"flag":2,"opaque":7}"#), .client, "type=UPDATE_CONSUMER_OFFSET id=7"),
    ("an unknown code", json(#"{"code":9999,"flag":0,"opaque":7}"#), .client, "type=9999 id=7"),
    ("answered", json(#"{"code":0,"flag":1,"opaque":7}"#), .server, "id=7 status=ok code=0 result=SUCCESS"),
    (
      "found, with a message", own(0, 1, "FOUND", [], stored), .server,
      "id=7 status=ok code=0 exception=FOUND result=SUCCESS trace=a span=b x_request_id=K1"
    ),
    (
      "nothing found", json(#"{"code":19,"flag":1,"opaque":7}"#), .server,
      "id=7 status=ok code=19 exception=PULL_NOT_FOUND result=PULL_NOT_FOUND"
    ),
    (
      "no such topic", json(#"{"code":17,"flag":1,"opaque":7,"remark":"topic[t] not exist"}"#), .server,
      "id=7 status=client_error code=17 exception=topic[t] not exist result=TOPIC_NOT_EXIST"
    ),
    ("busy", json(#"{"code":2,"flag":1,"opaque":7}"#), .server, "id=7 status=server_error code=2 exception=SYSTEM_BUSY result=SYSTEM_BUSY"),
  ]

  @Test("commands", arguments: commands)
  func summaries(_ name: String, _ frame: [UInt8], _ sender: MessageSender, _ expected: String) {
    let driver = drive(RocketMQ.self, [Turn(sender: sender, bytes: frame + frame)])
    #expect(driver.messages.map(\.summary) == [expected, expected], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [frame.count, frame.count])
    let context = RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false)
    #expect(RocketMQ.recognize(frame.span.bytes, context) == .certain(sender))
  }

  @Test("both sides number what they ask by themselves")
  func pairing() {
    var run = EngineRun()
    run.send(Self.json(#"{"code":34,"flag":0,"opaque":1}"#), from: .client)
    run.send(Self.json(#"{"code":39,"flag":0,"opaque":1}"#) + Self.json(#"{"code":0,"flag":1,"opaque":1}"#), from: .server)
    run.send(Self.json(#"{"code":0,"flag":1,"opaque":1}"#), from: .client)
    #expect(
      run.exchanges().map { "\(summaryField("type", $0.request)) \($0.ending)" } == [
        "HEART_BEAT answered", "CHECK_TRANSACTION_STATE answered",
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "00000008 02000004 00000000", "00000008 00000005 7b7d7b7d", "00000008 00000004 7b7d2020", "0000000c 01000008 000a000000000000",
      "7fffffff 00000004 7b7d2020",
    ])
  func refused(_ hex: String) {
    #expect(drive(RocketMQ.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(RocketMQ.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 9876, isDatagram: false)) == .no)
  }

  @Test("commands of a client, in both forms")
  func fixture() {
    let answers = recordedAnswers("rocketmq/remoting.pcap")
    #expect(
      answers == [
        [
          "GET_ROUTEINFO_BY_TOPIC ok 0", "GET_ROUTEINFO_BY_TOPIC client_error 17", "HEART_BEAT ok 0", "SEND_MESSAGE_V2 ok 0",
          "UPDATE_CONSUMER_OFFSET - -", "PULL_MESSAGE ok 0", "PULL_MESSAGE ok 19", "SEND_MESSAGE server_error 2",
        ], ["GET_ROUTEINFO_BY_TOPIC ok 0", "HEART_BEAT ok 0", "SEND_MESSAGE_V2 ok 0", "PULL_MESSAGE ok 0"],
      ])
  }
}
