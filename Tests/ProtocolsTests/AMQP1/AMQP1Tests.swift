import Capture
import Testing

@testable import Protocols

@Suite("AMQP 1.0")
struct AMQP1Tests {
  /// A frame: length, offset 2, type, channel, a performative, what follows it.
  private static func frame(_ body: String, type: UInt8 = 0, channel: UInt8 = 0) -> [UInt8] {
    let content = bytes(body)
    return [0, 0, 0, UInt8(8 + content.count), 2, type, 0, channel] + content
  }

  private static let header = bytes("414d5150 00010000")
  /// An attach to send: name "l", handle 0, role sender, no modes, source without an address, target "q".
  private static let attach = frame("00 53 12 c0 18 07 a1 01 6c 43 42 40 40 00 53 28 c0 02 01 40 00 53 29 c0 04 01 a1 01 71")
  /// A transfer: handle 0, delivery, tag, format 0, settled or not, no more; application properties { "b3": "a-b" }, data.
  private static func transfer(_ delivery: String, settled: Bool = false, more: Bool = false) -> [UInt8] {
    let fields = "43 52 \(delivery) a0 01 78 43 \(settled ? "41" : "42") \(more ? "41" : "42")"
    return frame("00 53 14 c0 0a 06 \(fields) 00 53 74 c1 0a 02 a1 02 6233 a1 03 612d62 00 53 75 a0 01 ff")
  }

  @Test("what is opened pairs with what the other side opens")
  func session() {
    var run = EngineRun()
    run.send(bytes("414d5150 03010000"), from: .client)
    run.send(bytes("414d5150 03010000") + Self.frame("00 53 40 c0 08 01 a3 05 504c41494e", type: 1), from: .server)
    run.send(Self.frame("00 53 41 c0 0e 02 a3 05 504c41494e a0 04 00610062", type: 1), from: .client)
    run.send(Self.frame("00 53 44 c0 03 01 50 00", type: 1), from: .server)
    // A container "c", a host "h".
    run.send(Self.header + Self.frame("00 53 10 c0 07 02 a1 01 63 a1 01 68"), from: .client)
    run.send(Self.header + Self.frame("00 53 10 c0 04 01 a1 01 73"), from: .server)
    run.send(Self.frame("00 53 11 c0 05 04 40 43 43 43") + Self.attach, from: .client)
    run.send(Self.frame("00 53 11 c0 05 04 43 43 43 43") + bytes("00000008 02000000"), from: .server)
    run.send(Self.frame("00 53 12 c0 06 03 a1 01 6c 43 41"), from: .server)
    // A close because of an error: "amqp:not-found", "no".
    run.send(Self.frame("00 53 18 c0 1b 01 00 53 1d c0 15 02 a3 0e 616d71703a6e6f742d666f756e64 a1 02 6e6f"), from: .server)
    run.send(Self.frame("00 53 18 45"), from: .client)
    #expect(
      run.exchanges().map(\.description) == [
        "[version=1.0 type=SaslMechanisms] -> [status=ok mechanism=PLAIN] answered", "[version=1.0 type=SaslOutcome] -> [-] alone",
        "[version=1.0 type=Open domain=h container=c] -> [status=ok] answered", "[version=1.0 type=Begin] -> [status=ok] answered",
        "[version=1.0 type=Attach resource=q endpoint=q] -> [status=ok] answered",
        "[version=1.0 type=Close reason=amqp:not-found] -> [status=ok] answered",
      ])
    #expect(run.anomalyCount == 0)
  }

  @Test("transfers pair with their dispositions, one by one or several at once")
  func transfers() {
    var run = EngineRun()
    run.send(Self.header + Self.frame("00 53 10 c0 04 01 a1 01 63") + Self.attach, from: .client)
    run.send(
      Self.transfer("01") + Self.transfer("02") + Self.transfer("03") + Self.transfer("04") + Self.transfer("05", settled: true),
      from: .client)
    // Role receiver, first 1, no last, settled, accepted; 2 rejected with an error; 3 to 4 accepted.
    run.send(Self.frame("00 53 15 c0 0a 05 41 52 01 40 41 00 53 24 45"), from: .server)
    run.send(
      Self.frame("00 53 15 c0 27 05 41 52 02 40 41 00 53 25 c0 1c 01 00 53 1d c0 16 01 a3 13 616d71703a696e7465726e616c2d6572726f72"),
      from: .server)
    run.send(Self.frame("00 53 15 c0 0b 05 41 52 03 52 04 41 00 53 24 45"), from: .server)
    let sent = "[version=1.0 type=Transfer resource=q endpoint=q"
    #expect(
      run.exchanges().filter { $0.request?.contains("Transfer") == true }.map(\.description) == [
        "\(sent) trace=a span=b] -> [-] alone", "\(sent) trace=a span=b] -> [status=ok result=accepted] answered",
        "\(sent) trace=a span=b] -> [status=server_error exception=amqp:internal-error result=rejected] answered",
        "\(sent) status=ok result=accepted trace=a span=b] -> [-] abandoned",
        "\(sent) status=ok result=accepted trace=a span=b] -> [-] abandoned",
      ])
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "414d5150 01010000", "414d5150 00000901", "00000007 02000000 00531045", "0000000c 01000000 00531045", "0000000c 02020000 00531045",
      "0000000c 02000000 00531945", "0000000c 02000000 01531045",
    ])
  func refused(_ hex: String) {
    #expect(drive(AMQP1.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
    #expect(AMQP1.recognize(bytes(hex).span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 5672, isDatagram: false)) == .no)
  }

  @Test("performatives of Qpid Proton and RabbitMQ")
  func fixture() {
    let all = recordedAnswers("amqp1/rabbitmq.pcap").flatMap { $0 }
    #expect(all.contains("Open ok -"))
    #expect(all.count { $0 == "Attach ok -" } >= 2)
    #expect(all.count { $0.hasPrefix("Transfer ok") } >= 3)
  }
}
