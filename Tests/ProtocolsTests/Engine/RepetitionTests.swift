import Testing

@testable import Protocols

/// Over datagrams, what is not answered is sent again.
@Suite("Messages sent again")
struct RepetitionTests {
  private func query(_ identifier: UInt16, _ name: String = "a.example") -> [UInt8] { DNSBytes.query(identifier, name) }

  private func answer(_ identifier: UInt16, _ name: String = "a.example") -> [UInt8] {
    DNSBytes.header(identifier, 0x8180, [1, 0, 0, 0]) + DNSBytes.question(name, 1)
  }

  private func dns(isDatagram: Bool = true, _ body: (inout EngineRun) -> Void) -> [DrivenExchange] {
    var run = EngineRun(serverPort: 53, isDatagram: isDatagram)
    body(&run)
    return run.exchanges()
  }

  @Test("each try of a query is an exchange, and says how many before it wait; the last one has the answer")
  func retries() {
    let exchanges = dns { run in
      run.send(query(7), from: .client)
      run.wait(seconds: 5)
      run.send(query(7), from: .client)
      run.send(query(8), from: .client)
      run.send(query(7), from: .client)
      run.send(answer(7), from: .server)
      run.send(answer(8), from: .server)
      run.wait(seconds: 20)
    }
    #expect(exchanges.map(\.ending) == [.answered, .answered, .timedOut, .timedOut])
    #expect(exchanges[0].request?.hasSuffix("id=7 retransmissions=2") ?? false)
    #expect(exchanges[1].request?.contains("retransmissions") == false)
    #expect(exchanges[2].request?.contains("retransmissions") == false)
    #expect(exchanges[3].request?.hasSuffix("id=7 retransmissions=1") ?? false)
  }

  @Test("each try may be answered, and then is; a further answer stands alone")
  func answeredTwice() {
    let exchanges = dns { run in
      run.send(query(7), from: .client)
      run.send(query(7), from: .client)
      run.send(answer(7), from: .server)
      run.send(answer(7), from: .server)
      run.send(answer(7), from: .server)
    }
    #expect(exchanges.map(\.ending) == [.answered, .answered, .alone])
  }

  @Test("another name, type or identifier is another query; over a stream nothing is sent again")
  func others() {
    let exchanges = dns { run in
      run.send(query(7), from: .client)
      run.send(query(7, "b.example"), from: .client)
      run.send(query(9), from: .client)
      run.wait(seconds: 20)
    }
    #expect(exchanges.map(\.ending) == [.timedOut, .timedOut, .timedOut])
    let stream = dns(isDatagram: false) { run in
      run.send(DNSBytes.onStream(query(7)), from: .client)
      run.send(DNSBytes.onStream(query(7)), from: .client)
    }
    #expect(stream.count == 2)
  }

  @Test("a try without an answer has timed out, at the latest when another follows")
  func timeout() {
    let exchanges = dns { run in
      for _ in 0..<3 {
        run.send(query(7), from: .client)
        run.wait(seconds: 5)
      }
      run.wait(seconds: 3)
    }
    #expect(exchanges.map(\.ending) == [.timedOut, .timedOut, .captureEnded])
  }

  @Test("two name servers that ask each other the same are two queries")
  func bothAsk() {
    let exchanges = dns { run in
      run.send(query(7), from: .client)
      run.send(query(7), from: .server)
      run.send(answer(7), from: .server)
      run.send(answer(7), from: .client)
    }
    #expect(exchanges.map(\.ending) == [.answered, .answered])
  }

  @Test("SIP: a transaction is used once, so that requests and answers may both be sent again at any time")
  func transactions() {
    var run = EngineRun(serverPort: 5060, isDatagram: true)
    func request(_ branch: String) -> String { "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=\(branch)\r\nCSeq: 1 OPTIONS\r\n\r\n" }
    func response(_ branch: String) -> String { "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=\(branch)\r\nCSeq: 1 OPTIONS\r\n\r\n" }
    run.client(request("z9hG4bK1"))
    run.client(request("z9hG4bK1"))
    run.server(response("z9hG4bK1"))
    run.client(request("z9hG4bK1"))
    run.server(response("z9hG4bK1"))
    run.server(response("z9hG4bK1"))
    run.client(request("z9hG4bK2"))
    run.server(response("z9hG4bK2"))
    run.server(response("z9hG4bK3"))
    let exchanges = run.exchanges()
    #expect(exchanges.map(\.ending) == [.answered, .answered, .alone])
    #expect(exchanges[0].request?.hasSuffix("retransmissions=1") ?? false)
  }

  @Test("only so many keys are remembered")
  func limit() {
    var answered = AnsweredKeys()
    for identifier in 0..<UInt64(AnsweredKeys.limit + 1) { answered.add(.identifier(identifier)) }
    #expect(answered.contains(.identifier(0)) == false)
    #expect(answered.contains(.identifier(1)) == true)
  }
}
