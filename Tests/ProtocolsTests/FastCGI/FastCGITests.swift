import Testing

@testable import Protocols

/// FastCGI: records by hand, and what a recorded conversation says.
@Suite("FastCGI")
struct FastCGITests {
  private static func record(_ type: UInt8, _ request: UInt16, _ content: [UInt8] = [], padding: UInt8 = 0) -> [UInt8] {
    [1, type, UInt8(request >> 8), UInt8(request & 255), UInt8(content.count >> 8), UInt8(content.count & 255), padding, 0] + content
      + [UInt8](repeating: 0, count: Int(padding))
  }

  private static func begin(_ request: UInt16, role: UInt8 = 1) -> [UInt8] { record(1, request, [0, role, 0, 0, 0, 0, 0, 0]) }

  private static func pair(_ name: String, _ value: String) -> [UInt8] {
    [UInt8(name.utf8.count)] + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
  }

  /// One byte, or four with the highest bit set.
  private static func length(_ count: Int) -> [UInt8] {
    count < 128 ? [UInt8(count)] : [0x80 | UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
  }

  private static func request(_ identifier: UInt16, _ uri: String) -> [UInt8] {
    begin(identifier) + record(4, identifier, pair("REQUEST_METHOD", "GET") + pair("REQUEST_URI", uri), padding: 3) + record(4, identifier)
      + record(5, identifier)
  }

  private static func response(_ identifier: UInt16, _ text: String, application: UInt8 = 0, protocolStatus: UInt8 = 0) -> [UInt8] {
    record(6, identifier, Array(text.utf8), padding: 5) + record(6, identifier)
      + record(3, identifier, [0, 0, 0, application, protocolStatus, 0, 0, 0])
  }

  private func field(_ name: String, _ summary: String?) -> String {
    summary?.split(separator: " ").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) } ?? "-"
  }

  private func lines(_ run: inout EngineRun) -> [String] {
    run.exchanges().map { exchange in
      "\(field("id", exchange.request ?? exchange.response)) \(field("resource", exchange.request)) \(field("code", exchange.response)) "
        + "\(exchange.ending)\(exchange.isComplete ? "" : " incomplete")"
    }
  }

  @Test("requests that share a connection pair by identifier, whatever order the records come in")
  func multiplexed() {
    var run = EngineRun()
    run.send(Self.begin(1) + Self.begin(2) + Self.record(4, 2, Self.pair("REQUEST_URI", "/two")), from: .client)
    run.send(Self.record(4, 1, Self.pair("REQUEST_URI", "/one")) + Self.record(4, 2) + Self.record(4, 1), from: .client)
    run.send(Self.record(5, 2) + Self.record(5, 1, [1, 2, 3], padding: 5) + Self.record(5, 1), from: .client)
    run.send(Self.record(6, 2, Array("Status: 404 No\r\n\r\nbody".utf8)) + Self.response(1, "A: b\r\n\r\n"), from: .server)
    run.send(Self.record(6, 2, Array("more".utf8)) + Self.record(3, 2, [0, 0, 0, 0, 0, 0, 0, 0]), from: .server)
    #expect(lines(&run) == ["1 /one 200 answered", "2 /two 404 answered"])
    #expect(run.anomalyCount == 0)
  }

  @Test("pairs that records cut are put together", arguments: [1, 2, 3, 7, 50])
  func cutPairs(_ length: Int) {
    let long = String(repeating: "x", count: 300)
    let pairs =
      Self.pair("REQUEST_METHOD", "POST") + Self.pair("HTTP_COOKIE", "secret") + Self.pair("QUERY_STRING", long)
      + Self.pair("REQUEST_URI", "/a/b/c?\(long)") + Self.pair("HTTP_HOST", "shop") + Self.pair("HTTP_X_REQUEST_ID", "7")
      + Self.pair("SERVER_NAME", "_") + Self.pair("DOCUMENT_URI", "/index.php")
    let records = stride(from: 0, to: pairs.count, by: length).flatMap { start in
      Self.record(4, 1, Array(pairs[start..<min(start + length, pairs.count)]))
    }
    let driver = drive(FastCGI.self, [Turn(sender: .client, bytes: Self.begin(1) + records + Self.record(4, 1) + Self.record(5, 1))])
    #expect(
      driver.messages.map(\.summary) == [
        "version=1 type=POST domain=shop resource=/a/b/c?\(long) endpoint=/index.php id=1 x_request_id=7"
      ])
    #expect(driver.messages.first?.isComplete == true)
  }

  @Test(
    "the status of a response",
    arguments: [
      ("Content-Type: a\r\n\r\nbody", UInt8(0), UInt8(0), "status=ok code=200"),
      ("Status: 302 Found\nLocation: /\n\n", 0, 0, "status=ok code=302"),
      ("Status: 404\r\n\r\n", 0, 0, "status=client_error code=404 exception=Not Found"),
      ("status:599 Odd\r\n\r\n", 0, 0, "status=server_error code=599 exception=Odd"),
      ("A: b\r\n\r\n", 9, 0, "status=ok code=200 app_status=9"), ("", 0, 0, "status=ok"), ("", 1, 0, "status=server_error app_status=1"),
      ("", 0, 2, "status=server_error exception=FCGI_OVERLOADED"),
    ])
  func statuses(_ text: String, _ application: UInt8, _ protocolStatus: UInt8, _ expected: String) {
    let driver = drive(
      FastCGI.self,
      [
        Turn(sender: .client, bytes: Self.request(1, "/")),
        Turn(sender: .server, bytes: Self.response(1, text, application: application, protocolStatus: protocolStatus)),
      ])
    #expect(driver.messages.last?.summary == "version=1 id=1 \(expected)")
  }

  @Test("a header section may be spread over records, with the error output between")
  func cutHead() {
    let bytes =
      Self.record(7, 1, Array("oops\n".utf8)) + Self.record(6, 1, Array("Status: 50".utf8)) + Self.record(7, 1, Array("again".utf8))
      + Self.response(1, "0 No\r\nX-Request-Id: 9\r\n\r\nrest")
    let driver = drive(FastCGI.self, [Turn(sender: .client, bytes: Self.request(1, "/")), Turn(sender: .server, bytes: bytes)])
    #expect(
      driver.messages.last?.summary
        == "version=1 id=1 status=server_error code=500 exception=Internal Server Error x_request_id=9 stderr=oops stderr=again")
    #expect(driver.messages.last?.byteCount == bytes.count)
  }

  @Test("a header section is read before its record is there as a whole, and what is missing of the record costs nothing")
  func longRecord() {
    var run = EngineRun()
    run.send(Self.request(1, "/big"), from: .client)
    let record = Self.record(6, 1, Array("Status: 201 Made\r\n\r\n".utf8) + [UInt8](repeating: 0x78, count: 8000))
    run.send(Array(record[0..<4096]), from: .server)
    run.gap(record.count - 4096, from: .server)
    run.send(Self.record(3, 1, [0, 0, 0, 0, 0, 0, 0, 0]), from: .server)
    #expect(lines(&run) == ["1 /big 201 answered"])
  }

  @Test("a filter's request ends with its data, not its input")
  func filter() {
    let input = Self.begin(1, role: 3) + Self.record(4, 1) + Self.record(5, 1)
    var driver = drive(FastCGI.self, [Turn(sender: .client, bytes: input)])
    #expect(driver.messages.first?.isComplete == false)
    _ = driver.feed(Self.record(8, 1, [1]) + Self.record(8, 1), from: .client)
    #expect(driver.messages.first?.isComplete == true)
  }

  @Test("joined behind the beginning of a request, and amid a response's body, the exchange is there and marked")
  func joinedMidway() {
    var run = EngineRun()
    run.send(Self.record(4, 1, Self.pair("REQUEST_METHOD", "GET") + Self.pair("REQUEST_URI", "/late")) + Self.record(5, 1), from: .client)
    run.send(Self.response(1, "Status: 200 OK\r\n\r\n"), from: .server)
    run.send(Self.record(6, 1, [1, 2, 3, 4]) + Self.record(3, 1, [0, 0, 0, 0, 0, 0, 0, 0]), from: .server)
    #expect(lines(&run) == ["1 /late 200 answered incomplete", "1 - - alone incomplete"])
  }

  @Test(
    "records that cannot be are refused",
    arguments: [
      "02 01 0001 0008 0000", "01 01 0000 0008 0000", "01 01 0001 0007 0000", "01 0c 0001 0000 0000", "01 04 0000 0000 0000",
      "01 09 0001 0000 0000", "01 06 0001 0000 0000",
    ])
  func refused(_ hex: String) {
    let driver = drive(FastCGI.self, [Turn(sender: .client, bytes: Self.begin(1) + bytes(hex))])
    #expect(driver.invalid != nil)
  }

  @Test("PHP-FPM behind nginx: one exchange for each request of curl, with its status")
  func fixture() {
    let conversations = FixtureReader.conversations(file: "fastcgi/php-fpm.pcap")
    let exchanges = conversations.flatMap { conversation in
      var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
      for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
      return run.exchanges(.closed)
    }
    #expect(
      exchanges.map { "\(field("type", $0.request)) \(field("resource", $0.request)) \(field("code", $0.response))" }.sorted() == [
        "GET /big 200", "GET /crash 500", "GET /empty 200", "GET /flush 200", "GET /gone 410", "GET /hello?q=7 200", "GET /missing 404",
        "GET /move 302", "GET /nofile 404", "GET /once 200", "GET /warn 200", "HEAD /hello 200", "POST /upload 200",
      ])
    let first = exchanges.first { $0.request?.contains("/hello?q=7") == true }
    #expect(
      first?.request
        == "version=1 type=GET domain=127.0.0.1 resource=/hello?q=7 endpoint=/hello id=1 trace=0af7651916cd43dd8448eb211c80319c "
        + "span=b7ad6b7169203331 x_request_id=r-1 client=10.9.8.7 user_agent=curl/7.88.1")
    #expect(!exchanges.contains { !$0.isComplete })
  }
}
