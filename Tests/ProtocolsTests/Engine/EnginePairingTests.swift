import Testing

@testable import Protocols

/// The one pairing algorithm, seen through the protocols that use it.
@Suite("Engine pairing")
struct EnginePairingTests {
  private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\n\r\n" }
  private func ok(_ body: String) -> String { "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)" }

  private func briefly(_ exchanges: [DrivenExchange]) -> [String] {
    exchanges.map { exchange in
      let path = exchange.request?.split(separator: " ").first { $0.hasPrefix("resource=") }?.dropFirst(9)
      let code = exchange.response?.split(separator: " ").first { $0.hasPrefix("code=") }?.dropFirst(5)
      return "\(path ?? "-") \(code ?? "-") \(exchange.ending)\(exchange.isComplete ? "" : " incomplete")"
    }
  }

  @Test("pipelined requests pair with their responses by order")
  func pipeline() {
    var run = EngineRun()
    run.client(get("/1") + get("/2") + get("/3"))
    run.server(ok("a") + "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
    run.server(ok("c"))
    #expect(briefly(run.exchanges()) == ["/1 200 answered", "/2 404 answered", "/3 200 answered"])
  }

  @Test("interim responses and the empty response to HEAD do not shift the order")
  func interim() {
    var run = EngineRun()
    run.client("HEAD /1 HTTP/1.1\r\n\r\n" + "PUT /2 HTTP/1.1\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
    run.server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
    run.client("x" + get("/3"))
    run.server("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n" + ok("c"))
    #expect(briefly(run.exchanges()) == ["/1 200 answered", "/2 201 answered", "/3 200 answered"])
  }

  @Test("a gap inside a body costs its bytes, not the order")
  func gapInBody() {
    var run = EngineRun()
    run.client(get("/1") + get("/2"))
    run.server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + String(repeating: "a", count: 40))
    run.gap(50, from: .server)
    run.server(String(repeating: "a", count: 10) + ok("b"))
    #expect(briefly(run.exchanges()) == ["/1 200 answered", "/2 200 answered"])
  }

  @Test("behind a gap in which responses may lie, nothing is paired with requests from before")
  func gapInHeads() {
    var run = EngineRun()
    run.client("HEAD /1 HTTP/1.1\r\n\r\n" + get("/2"))
    run.gap(300, from: .server)
    run.client(get("/3"))
    run.server(ok("three"))
    run.client("HEAD /4 HTTP/1.1\r\n\r\n" + get("/5"))
    run.server("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + ok("five"))
    #expect(
      briefly(run.exchanges()) == [
        "/1 - responseLost", "/2 - responseLost", "/3 200 answered", "/4 200 answered", "/5 200 answered",
      ])
    #expect(run.anomalyCount == 0)
  }

  @Test("what is passed over behind a gap may have been an answer: the request before it gets none, the next one its own")
  func passedOver() {
    var run = EngineRun()
    run.client(get("/1"))
    run.server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
    run.gap(100, from: .server)
    run.client(get("/2"))
    run.server("nothing that begins a message")
    run.client(get("/3"))
    run.server(ok("c"))
    #expect(briefly(run.exchanges()) == ["/1 200 answered incomplete", "/2 - responseLost", "/3 200 answered"])
  }

  @Test("a lost request leaves its response alone")
  func lostRequest() {
    var run = EngineRun()
    run.client(get("/1"))
    run.server(ok("a"))
    run.gap(100, from: .client)
    run.server(ok("b"))
    run.client(get("/3"))
    run.server(ok("c"))
    #expect(briefly(run.exchanges()) == ["/1 200 answered", "- 200 alone", "/3 200 answered"])
  }

  @Test("a gap in a head makes the message incomplete")
  func gapInHead() {
    var run = EngineRun()
    run.client("GET /1 HTTP/1.1\r\nHost: a")
    run.gap(20, from: .client)
    run.client("\r\n\r\n")
    run.server(ok("a"))
    run.client(get("/2"))
    run.server(ok("b"))
    #expect(briefly(run.exchanges()) == ["/1 200 answered incomplete", "/2 200 answered"])
  }

  @Test("Redis: subscriptions of many channels do not shift the replies behind a loss")
  func redisLoss() {
    var run = EngineRun(serverPort: 6379)
    run.client(redisCommand("SUBSCRIBE", "a", "b"))
    run.gap(50, from: .server)
    run.client(redisCommand("PING"))
    run.server("+PONG\r\n")
    let exchanges = run.exchanges()
    #expect(exchanges.map(\.ending) == [.responseLost, .answered])
    #expect(exchanges.last?.response == "status=ok result=PONG")
  }

  @Test("DNS: behind a gap, a length that comes as a chunk of its own is kept until its message comes")
  func lengthApart() {
    var run = EngineRun(serverPort: 53)
    func ask(_ identifier: UInt16) {
      let message = DNSBytes.onStream(DNSBytes.query(identifier, "a.example"))
      run.send(Array(message[0..<2]), from: .client)
      run.send(Array(message[2...]), from: .client)
    }
    func answer(_ identifier: UInt16) {
      run.send(DNSBytes.onStream(DNSBytes.header(identifier, 0x8180, [1, 0, 0, 0]) + DNSBytes.question("a.example", 1)), from: .server)
    }
    ask(1)
    answer(1)
    run.gap(31, from: .client)
    answer(2)
    ask(3)
    answer(3)
    #expect(run.exchanges().map(\.ending) == [.answered, .alone, .answered])
  }

  @Test("DNS: identifiers pair across orders; a request without an answer by the session timeout has timed out")
  func identifiers() {
    var run = EngineRun(serverPort: 53, isDatagram: true)
    run.send(DNSBytes.query(1, "a"), from: .client)
    run.send(DNSBytes.query(2, "b"), from: .client)
    run.send(DNSBytes.query(3, "c"), from: .client)
    run.send(DNSBytes.header(3, 0x8183, [1, 0, 0, 0]) + DNSBytes.question("c", 1), from: .server)
    run.send(DNSBytes.header(1, 0x8180, [1, 0, 0, 0]) + DNSBytes.question("a", 1), from: .server)
    run.wait(seconds: 16)
    #expect(briefly(run.exchanges()) == ["c 3 answered", "a 0 answered", "b - timedOut"])
  }
}
