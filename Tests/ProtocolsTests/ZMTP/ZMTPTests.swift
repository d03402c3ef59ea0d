import Capture
import Testing

@testable import Protocols

@Suite("ZMTP")
struct ZMTPTests {
  /// Signature, version 3.1, a mechanism in twenty bytes, as-server, filler.
  private static func greeting(_ mechanism: String = "NULL") -> [UInt8] {
    [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1] + Array(mechanism.utf8) + [UInt8](repeating: 0, count: 20 - mechanism.utf8.count + 32)
  }

  private static func command(_ name: String, _ rest: [UInt8]) -> [UInt8] {
    [4, UInt8(1 + name.utf8.count + rest.count), UInt8(name.utf8.count)] + Array(name.utf8) + rest
  }

  private static func ready(_ type: String) -> [UInt8] {
    command("READY", [11] + Array("Socket-Type".utf8) + [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8))
  }

  @Test("messages between REQ and REP pair, with all their frames")
  func requests() {
    var run = EngineRun()
    run.send(Self.greeting() + Self.ready("REQ"), from: .client)
    run.send(Self.greeting() + Self.ready("REP"), from: .server)
    // An empty frame and more, then one with a long length.
    run.send(bytes("01 00  02 0000000000000003 616263"), from: .client)
    run.send(bytes("01 00  00 02 6f6b"), from: .server)
    #expect(
      run.exchanges().map(\.description) == [
        "[version=3.1 type=Greeting mechanism=NULL] -> [-] alone", "[type=READY socket_type=REQ] -> [-] alone",
        "[version=3.1 type=Greeting mechanism=NULL] -> [-] alone", "[type=READY socket_type=REP] -> [-] alone",
        "[type=Message] -> [status=ok] answered",
      ])
  }

  @Test("commands stand alone; an error says why; a password is not read")
  func commands() {
    let driver = drive(
      ZMTP.self,
      [
        Turn(sender: .client, bytes: Self.greeting("PLAIN") + Self.command("HELLO", bytes("05 61646d696e 06 736563726574"))),
        Turn(sender: .server, bytes: Self.greeting("PLAIN") + Self.command("ERROR", bytes("03 343030"))),
        Turn(sender: .server, bytes: bytes("04 09 5e 52524f52 03 343031")),
        Turn(sender: .client, bytes: Self.command("SUBSCRIBE", Array("weather".utf8)) + bytes("00 01 61")),
      ])
    #expect(
      driver.messages.map(\.summary) == [
        "version=3.1 type=Greeting mechanism=PLAIN", "type=HELLO", "version=3.1 type=Greeting mechanism=PLAIN",
        "type=ERROR status=server_error exception=400",
        "type=ERROR status=server_error exception=401", "type=SUBSCRIBE domain=weather resource=weather endpoint=weather", "type=Message",
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: ["ff 0000000000000001 7e 03", "ff 0000000000000001 7f 04 00", "08 00", "05 01 61", "04 00", "04 03 09 6162"])
  func refused(_ hex: String) {
    #expect(drive(ZMTP.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(ZMTP.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 5555, isDatagram: false)) == .no)
  }

  @Test("what pyzmq's sockets said")
  func fixture() {
    let answers = recordedAnswers("zmtp/pyzmq.pcap")
    #expect(answers.count == 4)
    #expect(answers[0].filter { $0 == "Message ok -" }.count == 5)
    #expect(answers.flatMap { $0 }.contains("SUBSCRIBE - -"))
    #expect(answers.flatMap { $0 }.contains("WELCOME - -"))
  }
}
