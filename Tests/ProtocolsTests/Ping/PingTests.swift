import Capture
import Testing
import Transport

@testable import Protocols

@Suite("Ping")
struct PingTests {
  private func echo(_ type: UInt8, _ identifier: UInt8, _ sequence: UInt8) -> [UInt8] {
    [type, 0, 0, 0, 0x12, identifier, 0, sequence] + [UInt8](repeating: 0x5a, count: 56)
  }

  @Test("a reply answers the request of its identifier and number, in any order", arguments: [(UInt8(8), UInt8(0)), (128, 129)])
  func pairs(_ request: UInt8, _ reply: UInt8) {
    var run = EngineRun(isDatagram: true, isICMP: true)
    run.send(echo(request, 1, 1), from: .client)
    run.send(echo(request, 1, 2), from: .client)
    run.send(echo(request, 2, 1), from: .client)
    run.send(echo(reply, 2, 1), from: .server)
    run.send(echo(reply, 1, 2), from: .server)
    run.wait(seconds: 11)
    #expect(run.l7Protocol == .ping)
    #expect(
      run.exchanges() == [
        DrivenExchange(request: "resource=4610 id=1", response: "resource=4610 id=1 status=ok", ending: .answered, isComplete: true),
        DrivenExchange(request: "resource=4609 id=2", response: "resource=4609 id=2 status=ok", ending: .answered, isComplete: true),
        DrivenExchange(request: "resource=4609 id=1", response: nil, ending: .timedOut, isComplete: true),
      ])
  }

  @Test("both ends may ask, and each is the client of what it asks")
  func bothAsk() {
    var run = EngineRun(isDatagram: true, isICMP: true)
    run.send(echo(8, 1, 1), from: .client)
    run.send(echo(8, 1, 1), from: .server)
    run.send(echo(0, 1, 1), from: .client)
    run.send(echo(0, 1, 1), from: .server)
    #expect(run.clientSides == [.responder, .initiator])
    #expect(run.exchanges().map(\.ending) == [.answered, .answered])
  }

  @Test("only echo messages of ICMP are recognized")
  func recognition() {
    func verdict(_ bytes: [UInt8], isICMP: Bool = true) -> Recognition {
      Ping.recognize(
        bytes.span.bytes, RecognitionContext(sourcePort: 0, destinationPort: 0, isDatagram: true, isICMP: isICMP))
    }
    #expect(verdict(echo(8, 1, 1)) == .certain(.client))
    #expect(verdict(echo(129, 1, 1)) == .certain(.server))
    #expect(verdict(echo(13, 1, 1)) == .no)
    #expect(verdict([8, 0, 0, 0, 0, 1, 0]) == .no)
    #expect(verdict(echo(8, 1, 1), isICMP: false) == .no)
  }
}
