import Capture
import Testing

@testable import Protocols

@Suite("SOME/IP")
struct SOMEIPTests {
  static let messages: [(String, MessageSender, String)] = [
    // service, method, length, client, session, version 1, interface 2, type, code, payload.
    ("1234 0001 0000000a 0a0b 0005 01 02 00 00 ffff", .client, "version=1.2 type=REQUEST resource=4660 endpoint=1 id=5 client_id=2571"),
    (
      "1234 0001 00000008 0a0b 0005 01 02 01 00", .client, "version=1.2 type=REQUEST_NO_RETURN resource=4660 endpoint=1 id=5 client_id=2571"
    ),
    ("1234 8001 00000009 0000 0001 01 02 02 00 ff", .server, "version=1.2 type=NOTIFICATION resource=4660 endpoint=32769 id=1 client_id=0"),
    ("1234 0001 00000008 0a0b 0005 01 02 80 00", .server, "version=1.2 id=5 status=ok code=0"),
    ("1234 0001 00000008 0a0b 0005 01 02 80 03", .server, "version=1.2 id=5 status=client_error code=3 exception=E_UNKNOWN_METHOD"),
    ("1234 0001 00000008 0a0b 0005 01 02 81 01", .server, "version=1.2 id=5 status=server_error code=1 exception=E_NOT_OK"),
    ("1234 0001 00000008 0a0b 0005 01 02 81 00", .server, "version=1.2 id=5 status=server_error code=0"),
    // Service discovery: flags, an entry that offers 4660.1, and one that takes 4661.1 back; no options.
    (
      "ffff 8100 00000034 0000 0002 01 01 02 00  c0000000 00000020  01 000000 1234 0001 02 000003 00000000"
        + " 01 000000 1235 0001 02 000000 00000000 00000000",
      .client, "version=1.1 type=SD resource=65535 endpoint=33024 id=2 client_id=0 offer_service=4660.1 stop_offer_service=4661.1"
    ),
  ]

  @Test("messages", arguments: messages)
  func summaries(_ hex: String, _ sender: MessageSender, _ expected: String) {
    let message = bytes(hex)
    for isDatagram in [false, true] {
      let driver = drive(SOMEIP.self, [Turn(sender: sender, bytes: message + message)], isDatagram: isDatagram)
      #expect(driver.messages.map(\.summary) == [expected, expected], "\(driver.invalid ?? "")")
      #expect(driver.messages.map(\.byteCount) == [message.count, message.count])
      let context = RecognitionContext(sourcePort: 30501, destinationPort: 30501, isDatagram: isDatagram)
      #expect(SOMEIP.recognize((message + message).span.bytes, context) == .certain(sender))
    }
  }

  @Test("segments of a long request count with it, of others they pass")
  func segments() {
    // Type 0x20: a segmented request; offset 0 and more to come, then offset 16 and no more.
    let first = bytes("1234 0001 0000001c 0a0b 0005 01 02 20 00 00000001") + [UInt8](repeating: 1, count: 16)
    let last = bytes("1234 0001 0000000e 0a0b 0005 01 02 20 00 00000010 0203")
    var run = EngineRun(serverPort: 30501, isDatagram: true)
    run.send(first, from: .client)
    run.send(last, from: .client)
    run.send(bytes("1234 0001 00000008 0a0b 0005 01 02 80 00"), from: .server)
    #expect(
      run.exchanges().map(\.description) == [
        "[version=1.2 type=REQUEST resource=4660 endpoint=1 id=5 client_id=2571] -> [version=1.2 id=5 status=ok code=0] answered"
      ])
    #expect(run.anomalyCount == 0)
  }

  @Test("magic cookies between messages of a stream mean nothing")
  func cookies() {
    let message = bytes("1234 0001 00000008 0a0b 0005 01 02 00 00")
    let driver = drive(
      SOMEIP.self, [Turn(sender: .client, bytes: bytes("ffff0000 00000008 deadbeef 01010100") + message)])
    #expect(driver.messages.count == 1 && driver.invalid == nil && driver.pendingByteCount == 0)
  }

  @Test(
    "headers that cannot be are refused",
    arguments: [
      "1234 0001 00000007 0a0b 0005 01 02 00 00", "1234 0001 00000008 0a0b 0005 02 02 00 00",  // another version
      "1234 0001 00000008 0a0b 0005 01 02 03 00",  // a type that is none
      "1234 0001 00000008 0a0b 0005 01 02 00 01",  // a request with a return code
      "0000 0001 00000008 0a0b 0005 01 02 00 00", "1234 0001 00000008 0a0b 0005 01 02 20 00",  // a segment without its offset
      "ffff 0001 00000008 0a0b 0005 01 02 00 00", "1234 0001 7fffffff 0a0b 0005 01 02 00 00",
    ])
  func refused(_ hex: String) {
    for isDatagram in [false, true] {
      let context = RecognitionContext(sourcePort: 1, destinationPort: 30501, isDatagram: isDatagram)
      #expect(SOMEIP.recognize(bytes(hex).span.bytes, context) == .no)
      #expect(drive(SOMEIP.self, [Turn(sender: .client, bytes: bytes(hex))], isDatagram: isDatagram).invalid != nil)
    }
  }

  @Test("on an unusual port a datagram must be messages from its beginning to its end")
  func filled() {
    func verdict(_ hex: String) -> Recognition {
      SOMEIP.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: true))
    }
    #expect(verdict("1234 0001 00000008 0a0b 0005 01 02 00 00") == .likely(.client))
    #expect(verdict("1234 0001 00000008 0a0b 0005 01 02 00 00 00") == .no)
    #expect(verdict("1234 0001 00000009 0a0b 0005 01 02 00 00") == .no)
  }

  @Test("calls and events of pysomeip, over UDP and TCP")
  func fixture() {
    #expect(
      recordedAnswers("some-ip/pysomeip.pcap") == [
        [
          "REQUEST ok 0", "REQUEST server_error 9", "REQUEST client_error 3", "REQUEST client_error 2", "REQUEST client_error 8",
          "REQUEST_NO_RETURN - -", "REQUEST ok 0", "REQUEST ok 0", "NOTIFICATION - -", "NOTIFICATION - -",
        ],
        ["SD - -", "SD - -"],
        ["REQUEST ok 0", "REQUEST ok 0", "REQUEST server_error 4", "REQUEST ok 0"],
      ])
  }
}
