import Capture
import Testing

@testable import Protocols

@Suite("bRPC")
struct BRPCTests {
  /// "PRPC", the lengths of body and metadata, metadata, a payload of three bytes.
  private static func message(_ metadata: String, magic: String = "50525043") -> [UInt8] {
    let meta = bytes(metadata)
    return bytes(magic) + [0, 0, 0, UInt8(meta.count + 3), 0, 0, 0, UInt8(meta.count)] + meta + [1, 2, 3]
  }

  static let messages: [(String, MessageSender, String)] = [
    // request { service_name "a.S" method_name "m" } correlation_id 1 << 32 | 2.
    ("0a 08 0a 03 612e53 12 01 6d  20 8280808010", .client, "type=m resource=a.S endpoint=a.S/m id=1"),
    // log_id 5, trace_id 0x1234, span_id 0x55, parent_span_id 0x66; correlation_id 9 as others count it.
    (
      "0a 11 0a 03 612e53 12 01 6d 18 05 20 b424 28 55 30 66  20 09", .client,
      "type=m resource=a.S endpoint=a.S/m id=9 trace=0000000000001234 span=0000000000000055 parent=0000000000000066 x_request_id=5"
    ),
    // request_id "r" is the application's; a log_id of 0 says nothing; user_fields { "b3": "a-b" }.
    (
      "0a 0d 0a 03 612e53 12 01 6d 18 00 3a 01 72  20 09  4a 09 0a 02 6233 12 03 612d62", .client,
      "type=m resource=a.S endpoint=a.S/m id=9 trace=a span=b x_request_id=r"
    ),
    // response { error_code 0 }; no response at all; error_code 1002 with a text; error_code 2004 without.
    ("12 02 08 00  20 09", .server, "id=9 status=ok code=0"),
    ("20 09", .server, "id=9 status=ok code=0"),
    ("12 07 08 ea07 12 02 6e6f  20 09", .server, "id=9 status=server_error code=1002 exception=no"),
    ("12 03 08 d40f  20 09", .server, "id=9 status=server_error code=2004 exception=ELIMIT"),
    // A field that nobody knows, of each form.
    ("12 02 08 00  20 09  70 01  79 0000000000000000  7d 00000000  82 01 01 61", .server, "id=9 status=ok code=0"),
  ]

  @Test("messages", arguments: messages)
  func summaries(_ metadata: String, _ sender: MessageSender, _ expected: String) {
    let message = Self.message(metadata)
    let driver = drive(BRPC.self, [Turn(sender: sender, bytes: message + message)])
    #expect(driver.messages.map(\.summary) == [expected, expected], "\(driver.invalid ?? "")")
    #expect(driver.messages.map(\.byteCount) == [message.count, message.count])
    let context = RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false)
    #expect(BRPC.recognize(message.span.bytes, context) == .certain(sender))
  }

  @Test("frames of streams pass between calls")
  func streams() {
    var run = EngineRun()
    run.send(Self.message("0a 08 0a 03 612e53 12 01 6d  20 01") + Self.message("08 01", magic: "5354524d"), from: .client)
    run.send(Self.message("08 01", magic: "5354524d") + Self.message("12 02 08 00  20 01"), from: .server)
    #expect(run.exchanges().map(\.description) == ["[type=m resource=a.S endpoint=a.S/m id=1] -> [id=1 status=ok code=0] answered"])
    #expect(run.anomalyCount == 0)
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "50525044 00000000 00000000", "50525043 00000003 00000004",  // metadata longer than the body
      "50525043 00000002 00000002 0a05",  // a field that ends behind the metadata
      "50525043 00000005 00000005 0a03 0a0161",  // a request without a method
      "50525043 00000002 00000002 0b00", "50525043 7fffffff 00000002",
    ])
  func refused(_ hex: String) {
    #expect(drive(BRPC.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
  }

  @Test("calls as their client counted them")
  func fixture() {
    #expect(
      recordedAnswers("brpc/baidu-std.pcap") == [
        [
          "Echo ok 0", "Echo ok 0", "Missing server_error 1002", "Busy server_error 2004", "Large ok 0", "Echo ok 0", "Late ok 0",
          "Stream ok 0", "Echo ok 0", "Echo ok 0",
        ]
      ])
  }
}
