import Testing

@testable import Protocols

/// Streams of one connection, through the engine.
@Suite("HTTP/2 exchanges")
struct HTTP2ExchangeTests {
  private typealias Make = HTTP2Bytes

  private func begun() -> EngineRun {
    var run = EngineRun()
    run.send(Make.preface + Make.settings, from: .client)
    run.send(Make.settings + Make.frame(4, Make.end), from: .server)
    return run
  }

  private func field(_ name: String, _ summary: String?) -> String {
    summary?.split(separator: " ").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) } ?? "-"
  }

  /// Identifier, resource, code, status, ending.
  private func briefly(_ run: inout EngineRun, _ reason: ConversationEnd.Reason = .silent) -> [String] {
    run.exchanges(reason).map { exchange in
      let first = exchange.request ?? exchange.response
      return
        "\(field("id", first)) \(field("resource", exchange.request)) \(field("code", exchange.response)) \(exchange.ending)"
        + (exchange.isComplete ? "" : " incomplete")
    }
  }

  @Test("responses that come in another order, and in pieces between one another, pair by stream")
  func interleaved() {
    var run = begun()
    run.send(Make.get(1, "/1") + Make.get(3, "/3") + Make.get(5, "/5"), from: .client)
    run.send(Make.status(5, 200) + Make.status(1, 404) + Make.data(5, [1, 2, 3]), from: .server)
    run.send(Make.status(3, 500, ends: true) + Make.data(1, [1], ends: true) + Make.data(5, [], ends: true), from: .server)
    #expect(briefly(&run) == ["3 /3 500 answered", "1 /1 404 answered", "5 /5 200 answered"])
    #expect(run.anomalyCount == 0)
  }

  @Test("lengths are those of the stream's own frames")
  func lengths() {
    var driver = drive(HTTP2.self, [])
    let request = Make.get(1, "/1", ends: false)
    _ = driver.feed(Make.preface + Make.settings + request + Make.get(3, "/3") + Make.data(1, [1, 2, 3], ends: true), from: .client)
    #expect(driver.messages.map(\.byteCount) == [request.count + 12, Make.get(3, "/3").count])
    #expect(!driver.messages.contains { !$0.isComplete })
  }

  @Test("padding, priority and CONTINUATION frames do not change what a header block says")
  func headerFrames() {
    let block = Make.block([(":method", "GET"), (":scheme", "http"), (":path", "/p"), ("x-request-id", "7")])
    let turns: [[UInt8]] = [
      Make.frame(1, 0x05, 1, block),
      // Pad length 3; exclusive dependency on stream 0, weight 16.
      Make.frame(1, 0x2d, 1, [3, 0x80, 0, 0, 0, 15] + block + [0, 0, 0]),
      Make.frame(1, 0x01, 1, Array(block[0..<5])) + Make.frame(9, 0, 1, Array(block[5..<20])) + Make.frame(9, 0x04, 1, Array(block[20...])),
      Make.frame(1, 0x01, 1) + Make.frame(9, 0, 1) + Make.frame(9, 0x04, 1, block),
    ]
    for turn in turns {
      let driver = drive(HTTP2.self, [Turn(sender: .client, bytes: Make.preface + Make.settings + turn)])
      #expect(driver.messages.map(\.summary) == ["version=2 type=GET resource=/p endpoint=/p id=1 x_request_id=7"])
      #expect(driver.messages.map(\.byteCount) == [turn.count])
    }
  }

  @Test(
    "frames that cannot be are refused",
    arguments: [
      "000000 01 05 00000000",  // HEADERS on the connection
      "000001 08 00 00000001 00",  // WINDOW_UPDATE of one byte
      "000005 04 00 00000000 0000000000",  // SETTINGS that are no multiple of six
      "000001 04 01 00000000 00",  // an acknowledgement with settings
      "000004 06 00 00000000 00000000",  // PING of four bytes
      "000000 03 00 00000001",  // RST_STREAM without a code
      "000001 01 0d 00000001 ff",  // padding longer than the frame
      "000000 09 04 00000001",  // CONTINUATION of nothing
      "000001 01 01 00000001 82 000000 00 01 00000001",  // DATA inside a header block
      "000006 05 04 00000001 000000008282",  // a promise of stream 0
      "ffffff 01 04 00000001",  // a header block beyond the limit
    ])
  func refused(_ hex: String) {
    let driver = drive(HTTP2.self, [Turn(sender: .server, bytes: Make.settings + bytes(hex))])
    #expect(driver.invalid != nil)
  }

  @Test("1xx is not the response, and trailers belong to it")
  func informationalAndTrailers() {
    var run = begun()
    run.send(Make.get(1, "/1", ends: false) + Make.headers(1, [("x-request-id", "late")], ends: true), from: .client)
    run.send(Make.status(1, 100) + Make.status(1, 103) + Make.status(1, 201) + Make.data(1, [0]), from: .server)
    run.send(Make.headers(1, [("x-request-id", "answer")], ends: true), from: .server)
    let exchanges = run.exchanges()
    #expect(exchanges.count == 1)
    #expect(field("x_request_id", exchanges.first?.request) == "late")
    #expect(field("code", exchanges.first?.response) == "201")
    #expect(field("x_request_id", exchanges.first?.response) == "answer")
  }

  @Test("a promised request is answered on its own stream")
  func push() {
    var run = begun()
    run.send(Make.get(1, "/page"), from: .client)
    run.send(Make.frame(5, 0x04, 1, [0, 0, 0, 2] + Make.block([(":method", "GET"), (":path", "/style")])), from: .server)
    run.send(Make.status(1, 200, ends: true) + Make.status(2, 200) + Make.data(2, [1, 2], ends: true), from: .server)
    #expect(briefly(&run) == ["1 /page 200 answered", "2 /style 200 answered"])
  }

  @Test("who resets a stream, and when, decides what the exchange is")
  func resets() {
    var run = begun()
    run.send((0..<6).map { Make.get(UInt32(2 * $0 + 1), "/\($0)") }.flatMap { $0 }, from: .client)
    run.send(Make.reset(1, 7) + Make.status(3, 200) + Make.data(3, [1]) + Make.reset(3, 2), from: .server)
    run.send(Make.status(7, 200) + Make.status(9, 200, ends: true), from: .server)
    run.send(Make.reset(5, 8) + Make.reset(7, 8) + Make.reset(9, 0), from: .client)
    // What was under way when the client gave up is no response.
    run.send(Make.status(5, 200, ends: true) + Make.data(7, [1], ends: true) + Make.status(11, 204, ends: true), from: .server)
    let exchanges = run.exchanges()
    let lines = exchanges.map { exchange in
      "\(field("id", exchange.request)) \(field("code", exchange.response)) \(field("exception", exchange.response ?? exchange.request)) "
        + "\(field("status", exchange.response ?? exchange.request)) \(exchange.ending)"
    }
    #expect(
      lines == [
        "1 - REFUSED_STREAM server_error answered", "3 200 INTERNAL_ERROR server_error answered", "9 200 - ok answered",
        "5 - CANCEL client_error abandoned", "7 200 CANCEL client_error answered", "11 204 - ok answered",
      ])
    #expect(!exchanges.contains { !$0.isComplete })
    #expect(run.anomalyCount == 0)
  }

  @Test("GOAWAY ends the streams that the server will not look at, and no others")
  func goAway() {
    var run = begun()
    run.send(Make.get(1, "/1") + Make.get(3, "/3") + Make.get(5, "/5"), from: .client)
    // The gentle announcement first, then the last stream, with an explanation.
    run.send(Make.frame(7, 0, 0, [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]), from: .server)
    run.send(Make.frame(7, 0, 0, [0, 0, 0, 3, 0, 0, 0, 11] + Array("too_many_pings".utf8)), from: .server)
    run.send(Make.status(1, 200, ends: true) + Make.status(3, 200, ends: true), from: .server)
    let exchanges = run.exchanges()
    #expect(exchanges.map { "\(field("id", $0.request)) \($0.ending)" } == ["5 abandoned", "1 answered", "3 answered"])
    #expect(exchanges.first?.request?.contains("exception=GOAWAY ENHANCE_YOUR_CALM") == true)
  }

  @Test("joined in the middle, what the compression hides is marked and the exchange is there")
  func joinedMidway() {
    var run = EngineRun()
    // :method POST, :scheme http, three references to what was not seen.
    run.send(Make.frame(1, 0x05, 9, bytes("8386c5c4c3")), from: .client)
    run.send(Make.data(7, [1, 2, 3], ends: true) + Make.frame(1, 0x04, 9, bytes("88c0")) + Make.data(9, [1], ends: true), from: .server)
    let exchanges = run.exchanges()
    #expect(exchanges.count == 1)
    #expect(exchanges.first?.request == "partial version=2 type=POST id=9 unknown_request_fields=3")
    #expect(exchanges.first?.response == "partial version=2 id=9 status=ok code=200 unknown_response_fields=1")
    #expect(exchanges.first?.isComplete == false)
    #expect(run.anomalyCount == 0)
  }

  @Test("after a loss, streams that were open go on, and references to the lost table are unknown")
  func loss() {
    var run = begun()
    // A path that is added to the table, and a reference to it.
    let path: [UInt8] = [0x82, 0x86, 0x44, 2, 0x2f, 0x61]
    run.send(Make.frame(1, 0x05, 1, path) + Make.frame(1, 0x05, 3, bytes("8286be")), from: .client)
    run.send(Make.status(1, 200) + Make.data(1, [1]), from: .server)
    run.gap(40, from: .client)
    run.send(Make.frame(1, 0x05, 7, bytes("8286be")), from: .client)
    run.gap(40, from: .server)
    run.send(Make.data(1, [2], ends: true) + Make.status(3, 200, ends: true) + Make.status(5, 200, ends: true), from: .server)
    run.send(Make.status(7, 200, ends: true), from: .server)
    #expect(
      briefly(&run) == [
        "1 /a 200 answered incomplete", "3 /a 200 answered", "5 - 200 alone", "7 - 200 answered incomplete",
      ])
  }

  @Test("a gap inside a body costs its bytes, not the stream")
  func gapInBody() {
    var run = begun()
    run.send(Make.get(1, "/1") + Make.get(3, "/3"), from: .client)
    run.send(Make.status(1, 200) + [0, 0, 100, 0, 1, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 20), from: .server)
    run.gap(80, from: .server)
    run.send(Make.status(3, 200, ends: true), from: .server)
    #expect(briefly(&run) == ["1 /1 200 answered", "3 /3 200 answered"])
  }

  @Test("streams open at the end are there, unanswered or incomplete")
  func openAtTheEnd() {
    var run = begun()
    run.send(Make.get(1, "/1") + Make.get(3, "/3", ends: false), from: .client)
    run.send(Make.status(1, 200), from: .server)
    #expect(briefly(&run, .closed) == ["1 /1 200 answered incomplete", "3 /3 - connectionClosed incomplete"])
  }

  @Test("a request that ends after its response began is whole in the exchange")
  func earlyResponse() {
    var run = begun()
    run.send(Make.call(1, "/s.S/Chat") + Make.data(1, Make.message(3)), from: .client)
    run.send(Make.headers(1, [(":status", "200"), ("content-type", "application/grpc")]), from: .server)
    run.send(Make.headers(1, [("x-request-id", "late")], ends: true), from: .client)
    run.send(Make.headers(1, [("grpc-status", "0")], ends: true), from: .server)
    #expect(field("x_request_id", run.exchanges().first?.request) == "late")
  }

  @Test("more streams than the limit are given up one by one, and counted nowhere twice")
  func manyStreams() {
    var run = begun()
    let count = InterleavedMessages.limit + 100
    for index in 0..<count { run.send(Make.get(UInt32(2 * index + 1), "/", ends: false), from: .client) }
    #expect(run.exchanges(.closed).count == count)
  }

  @Test("a header list larger than the limit and a block that does not decode are counted, and the connection goes on")
  func bombs() {
    var run = begun()
    // One field of 4,000 bytes in the table, and references to it.
    let field: [UInt8] = [0x40, 1, 0x61, 0x7f, 0xa1, 0x1e] + [UInt8](repeating: 0x62, count: 4000)
    run.send(Make.frame(1, 0x05, 1, [0x82, 0x84] + field + [UInt8](repeating: 0xbe, count: 4000)), from: .client)
    run.send(Make.frame(1, 0x05, 3, [0x82, 0x84, 0x80]), from: .client)
    run.send(Make.get(5, "/5"), from: .client)
    #expect(run.anomalyCount == 2)
    #expect(briefly(&run).map { $0.split(separator: " ").last } == ["incomplete", "incomplete", "captureEnded"])
  }
}
