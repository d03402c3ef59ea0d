import Capture
import Testing

@testable import Protocols

@Suite("SofaRPC")
struct SofaRPCTests {
  private static func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * (byteCount - 1 - $0))) }
  }

  private static func field(_ name: String, _ value: String) -> [UInt8] {
    number(name.utf8.count, 4) + Array(name.utf8) + number(value.utf8.count, 4) + Array(value.utf8)
  }

  /// Version 1: 01, type, command, 01, identifier 9, codec 1, timeout or status, lengths, class "a.R", fields, content.
  private static func command(
    _ type: UInt8, _ command: UInt8, status: Int = 0, class name: String = "a.R", _ fields: [UInt8] = [], _ content: [UInt8] = []
  ) -> [UInt8] {
    [1, type, 0, command, 1, 0, 0, 0, 9, 1] + (type == 0 ? number(status, 2) : number(3000, 4)) + number(name.utf8.count, 2)
      + number(fields.count, 2) + number(content.count, 4) + Array(name.utf8) + fields + content
  }

  /// Version 2: a version of its own behind the first byte, a switch behind the codec, and a checksum at the end when it is on.
  private static func second(_ command: [UInt8], checksum: Bool) -> [UInt8] {
    [2, 1] + command[1..<10] + [checksum ? 1 : 0] + command[10...] + (checksum ? [1, 2, 3, 4] : [])
  }

  private static let names = field("sofa_head_target_service", "a.S:1.0") + field("sofa_head_method_name", "m")
  private static let called = "type=m resource=a.S:1.0 endpoint=a.S:1.0/m id=9"

  static let commands: [(String, MessageSender, [UInt8], String)] = [
    ("a call", .client, command(1, 1, names), called),
    (
      "a call with the trace of SOFATracer", .client,
      command(1, 1, names + field("new_rpc_trace_context", "tcid=0a0f&spid=0.1&pspid=0&sample=true&")),
      "\(called) trace=0a0f span=0.1 parent=0"
    ),
    (
      "a call with the trace of before", .client,
      command(1, 1, names + field("rpc_trace_context.sofaTraceId", "0a22") + field("rpc_trace_context.sofaRpcId", "0.2")),
      "\(called) trace=0a22 span=0.2"
    ),
    (
      "a call whose names are in the request object: class of 2 fields, object of it, both texts", .client,
      command(
        1, 1, [],
        bytes("4f 91 61 92") + [10] + Array("methodName".utf8) + [23] + Array("targetServiceUniqueName".utf8) + bytes("6f 90") + [1, 0x6d]
          + [7] + Array("a.S:1.0".utf8)),
      called
    ),
    ("a call without an answer", .client, command(2, 1, names), called),
    ("a heartbeat", .client, command(1, 0, class: ""), "type=heartbeat id=9"),
    ("an answer", .server, command(0, 2), "id=9 status=ok code=0"),
    ("the caller's time-out", .server, command(0, 2, status: 8), "id=9 status=client_error code=8 exception=CLIENT_SEND_ERROR"),
    ("no thread", .server, command(0, 2, status: 4), "id=9 status=server_error code=4 exception=SERVER_THREADPOOL_BUSY"),
    (
      "an error in an answer: class of 2 fields, true, a text", .server,
      command(
        0, 2, [],
        bytes("4f 91 61 92") + [7] + Array("isError".utf8) + [8] + Array("errorMsg".utf8) + bytes("6f 90 54 02 6e6f")),
      "id=9 status=ok code=0 exception=no"
    ),
  ]

  @Test("commands, in both versions", arguments: commands)
  func summaries(_ name: String, _ sender: MessageSender, _ command: [UInt8], _ expected: String) {
    for bytes in [command, Self.second(command, checksum: false), Self.second(command, checksum: true)] {
      let driver = drive(SofaRPC.self, [Turn(sender: sender, bytes: bytes + bytes)])
      #expect(driver.messages.map(\.summary) == [expected, expected], "\(driver.invalid ?? "")")
      #expect(driver.messages.map(\.byteCount) == [bytes.count, bytes.count])
      let verdict = SofaRPC.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false))
      #expect(verdict == (name == "a heartbeat" ? .likely(sender) : .certain(sender)))
    }
  }

  @Test(
    "headers that cannot be are refused",
    arguments: [
      "03 01 0001 01 00000009 01 00000bb8 0000 0000 00000000", "01 03 0001 01 00000009 01 00000bb8 0000 0000 00000000",
      "01 00 0001 01 00000009 01 0000 0000 0000 00000000",  // a call as an answer
      "01 01 0002 01 00000009 01 00000bb8 0000 0000 00000000",  // an answer as a call
      "01 01 0001 02 00000009 01 00000bb8 0000 0000 00000000", "01 01 0001 01 00000009 01 00000bb8 0000 0000 7fffffff",
      "02 01 01 0001 01 00000009 01 07 00000bb8 0000 0000 00000000",  // a switch that is none
    ])
  func refused(_ hex: String) {
    #expect(drive(SofaRPC.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
  }

  @Test("a class's name that is none, or fields whose lengths disagree, are not believed")
  func recognition() {
    let context = RecognitionContext(sourcePort: 1, destinationPort: 12200, isDatagram: false)
    #expect(SofaRPC.recognize(Self.command(1, 1, class: "a R", Self.names).span.bytes, context) == .no)
    #expect(SofaRPC.recognize(Self.command(1, 1, class: "", Self.names).span.bytes, context) == .no)
    #expect(SofaRPC.recognize(Self.command(1, 1, Array(Self.names.dropLast())).span.bytes, context) == .no)
  }

  @Test("calls as their client counted them, in version 1 and in version 2 with checksums")
  func fixture() {
    let expected = [
      "add ok 0", "add ok 0", "bare ok 0", "refuse ok 0", "slow server_error 7", "busy server_error 4", "note - -", "heartbeat ok 0",
      "large ok 0", "add ok 0",
    ]
    #expect(recordedAnswers("sofarpc/bolt.pcap") == [expected, expected])
  }
}
