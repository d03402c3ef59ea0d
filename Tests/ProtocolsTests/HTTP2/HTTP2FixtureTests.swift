import Testing

@testable import Protocols

/// What the recorded conversations say, against what their clients printed.
@Suite("HTTP/2 fixtures")
struct HTTP2FixtureTests {
  private func exchanges(_ file: String) -> [DrivenExchange] {
    let conversations = FixtureReader.conversations(file: file)
    #expect(!conversations.isEmpty)
    return conversations.flatMap { conversation in
      var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
      for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
      return run.exchanges(.closed)
    }
  }

  private func field(_ name: String, _ summary: String?) -> String {
    summary?.split(separator: " ").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) } ?? "-"
  }

  private func line(_ exchange: DrivenExchange) -> String {
    let last = exchange.response ?? exchange.request
    return "\(field("protocol", exchange.request)) \(field("type", exchange.request)) \(field("resource", exchange.request)) "
      + "\(field("status", last)) \(field("code", last))"
  }

  @Test("h2load counted 60 answers of 200 and 60 of 404")
  func load() {
    let lines = exchanges("http2/h2load.pcap").map { line($0) }
    #expect(lines.count { $0 == "- GET /small.txt ok 200" } == 60)
    #expect(lines.count { $0 == "- GET /missing client_error 404" } == 60)
    #expect(lines.count == 120)
  }

  @Test("nghttpd: padding, priority, CONTINUATION, a table of no bytes")
  func nghttpd() {
    let all = exchanges("http2/nghttpd.pcap")
    #expect(
      all.map { "\(field("id", $0.request)) \(line($0))" } == [
        "1 - GET /small.txt ok 200", "5 - GET /missing client_error 404", "3 - GET /page.html ok 200", "13 - GET /small.txt ok 200",
        "13 - GET /small.txt ok 200", "15 - GET /small.txt ok 200",
      ])
    #expect(field("x_request_id", all[3].request) == "c1")
  }

  @Test("Node.js: informational answers, trailers, push, resets of both sides, GOAWAY, a table of 256 bytes")
  func node() {
    let all = exchanges("http2/node.pcap")
    let identified: [(Int, String)] = all.map { (Int(field("id", $0.request)) ?? 0, "\(line($0)) \($0.ending)") }
    #expect(
      identified.sorted { $0.0 < $1.0 }.map { "\($0.0) \($0.1)" } == [
        "1 - GET /early?x=1 ok 200 answered", "2 - GET /style.css ok 200 answered", "3 - GET /trailers ok 200 answered",
        "5 - GET /push ok 200 answered", "7 - GET /refuse server_error - answered", "9 - GET /abort server_error 200 answered",
        "11 - GET /bighead client_error 404 answered", "13 - POST /upload ok 201 answered", "15 - GET /padded ok 200 answered",
        "17 - GET /never client_error - abandoned", "19 - GET /endless client_error 200 answered", "21 - GET /padded?1 ok 200 answered",
        "23 - GET /padded?2 ok 200 answered", "25 - GET /padded?3 ok 200 answered", "27 - GET /padded?4 ok 200 answered",
        "29 - GET /padded?5 ok 200 answered", "31 - GET /goaway ok 200 answered", "33 - GET /never?2 server_error - abandoned",
      ])
    #expect(!all.contains { !$0.isComplete })
    #expect(all.first?.request?.contains("x_request_id=abc-1 client=10.1.2.3 user_agent=node-test") == true)
  }

  @Test("grpcio: unary calls, streams each way, errors, a cancelled stream, messages counted")
  func grpcio() {
    let all = exchanges("http2/grpcio.pcap")
    #expect(all.count == 22)
    let calls = Dictionary(grouping: all) { field("type", $0.request) }
    func counts(_ method: String) -> [String] {
      (calls[method] ?? []).map { exchange in
        "\(field("code", exchange.response)): \(field("request_message_count", exchange.response)) of "
          + "\(field("request_message_byte", exchange.response)), \(field("response_message_count", exchange.response)) of "
          + field("response_message_byte", exchange.response)
      }
    }
    #expect(counts("Say").prefix(3).elementsEqual([String](repeating: "0: 1 of 4, 1 of 10", count: 3)))
    #expect(counts("Say").count == 11)
    #expect(counts("Big") == ["0: 1 of 30000, 1 of 40000"])
    #expect(counts("Collect") == ["0: 3 of 6, 1 of 7"])
    #expect(counts("Chat") == ["0: 3 of 6, 3 of 21"])
    #expect(counts("Count").first == "0: 1 of 0, 5 of 30")
    #expect(counts("Broken") == ["15: 1 of 0, 2 of 6"])
    #expect(counts("Fail") == ["5: 1 of 1, 0 of 0"])
    #expect(counts("Missing") == ["12: 1 of 1, 0 of 0"])
    #expect(calls["Fail"]?.first?.response?.contains("exception=no such order: \"ü\" 100% ") == true)
    // The deadline of 0.3 s passed: the client reset the stream.
    #expect(calls["Slow"]?.map(\.ending) == [.abandoned])
    #expect(calls["Count"]?.last?.response?.contains("exception=CANCEL") == true)
  }

  @Test("gRPC-Web through Envoy, and Triple of Dubbo")
  func others() {
    #expect(
      exchanges("http2/grpc-web.pcap").map { line($0) } == [
        "gRPC Say shop.v1.Orders ok 0", "gRPC Fail shop.v1.Orders client_error 5", "gRPC Count shop.v1.Orders ok 0",
        "gRPC Say shop.v1.Orders ok 0",
      ])
    #expect(
      exchanges("http2/dubbo.pcap").map { line($0) } == [
        "Triple say shop.v1.Stock ok 0", "Triple say shop.v1.Stock ok 0", "Triple say shop.v1.Stock ok 0",
        "Triple boom shop.v1.Stock server_error 13", "Triple count shop.v1.Stock ok 0",
      ])
  }

  @Test("behind an upgrade the connection is HTTP/2, and the upgrade's own answer is stream 1")
  func upgrade() {
    let all = exchanges("h2c/hypercorn-upgrade.pcap")
    #expect(
      all.map { "\(line($0)) \(field("id", $0.response)) \($0.ending)" } == [
        "- GET /first ok 200 1 answered", "- GET /second ok 200 3 answered",
        "- GET /none client_error 404 5 answered",
      ])
  }
}
