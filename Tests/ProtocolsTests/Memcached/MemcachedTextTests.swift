import Testing

@testable import Protocols

@Suite("memcached, text")
struct MemcachedTextTests {
  /// What one connection's exchanges look like.
  private func exchanges(_ turns: [Turn], _ reason: ConversationEnd.Reason = .closed) -> [String] {
    var run = EngineRun(serverPort: 11211)
    for turn in turns { run.send(turn.bytes, from: turn.sender) }
    #expect(run.anomalyCount == 0)
    return run.exchanges(reason).map(\.description)
  }

  static let pairs: [(String, String, String)] = [
    ("get a\r\n", "END\r\n", "[type=get resource=get a] -> [status=ok result=END] answered"),
    (
      "get a b\r\n", "VALUE a 5 2\r\nhi\r\nVALUE b 0 0\r\n\r\nEND\r\n",
      "[type=get resource=get a b] -> [status=ok result=VALUE a 5 2 value_count=2] answered"
    ),
    (
      "gets a\r\n", "VALUE a 0 5 99\r\nEND\r\n\r\nEND\r\n",
      "[type=gets resource=gets a] -> [status=ok result=VALUE a 0 5 99 value_count=1] answered"
    ),
    ("set a 0 0 2\r\nhi\r\n", "STORED\r\n", "[type=set resource=set a 0 0 2] -> [status=ok result=STORED] answered"),
    ("cas a 0 0 2 7\r\nhi\r\n", "EXISTS\r\n", "[type=cas resource=cas a 0 0 2 7] -> [status=ok result=EXISTS] answered"),
    ("incr a 1\r\n", "18446744073709551615\r\n", "[type=incr resource=incr a 1] -> [status=ok result=18446744073709551615] answered"),
    ("delete a\r\n", "NOT_FOUND\r\n", "[type=delete resource=delete a] -> [status=ok result=NOT_FOUND] answered"),
    ("stats\r\n", "STAT pid 1\r\nSTAT uptime 2\r\nEND\r\n", "[type=stats resource=stats] -> [status=ok result=STAT pid 1] answered"),
    ("mg a v\r\n", "VA 2 f0\r\nhi\r\n", "[type=mg resource=mg a v] -> [status=ok result=VA 2 f0] answered"),
    ("ms a 2 T9\r\nhi\r\n", "HD\r\n", "[type=ms resource=ms a 2 T9] -> [status=ok result=HD] answered"),
    ("bogus\r\n", "ERROR\r\n", "[type=bogus resource=bogus] -> [status=client_error exception=ERROR] answered"),
    (
      "set a 0 0 x\r\n", "CLIENT_ERROR bad command line format\r\n",
      "[type=set resource=set a 0 0 x] -> [status=client_error exception=CLIENT_ERROR bad command line format] answered"
    ),
    (
      "set a 0 0 2\r\nhi\r\n", "SERVER_ERROR out of memory storing object\r\n",
      "[type=set resource=set a 0 0 2] -> [status=server_error exception=SERVER_ERROR out of memory storing object] answered"
    ),
    (
      "lru_crawler metadump all\r\n", "key=a exp=-1\nkey=b exp=-1\nEND\r\n",
      "[type=lru_crawler resource=lru_crawler metadump all] -> [status=ok result=key=a exp=-1] answered"
    ),
  ]

  @Test("a command and its reply, whole and byte by byte", arguments: pairs)
  func pair(_ command: String, _ reply: String, _ expected: String) {
    #expect(exchanges([.client("version\r\n"), .server("VERSION 1.6\r\n"), .client(command), .server(reply)]).dropFirst() == [expected])
    var run = EngineRun(serverPort: 11211)
    run.client("version\r\n")
    run.server("VERSION 1.6\r\n")
    for byte in command.utf8 { run.send([byte], from: .client) }
    for byte in reply.utf8 { run.send([byte], from: .server) }
    #expect(run.exchanges(.closed).map(\.description).dropFirst() == [expected])
  }

  @Test("noreply is one-way, and quitting is as well")
  func oneWay() {
    #expect(
      exchanges([
        .client("set a 0 0 1 noreply\r\n1\r\ndelete b noreply\r\nincr c 1 noreply\r\nget a\r\n"), .server("END\r\n"), .client("quit\r\n"),
      ]) == [
        "[quiet type=set resource=set a 0 0 1 noreply] -> [-] alone", "[quiet type=delete resource=delete b noreply] -> [-] alone",
        "[quiet type=incr resource=incr c 1 noreply] -> [-] alone", "[type=get resource=get a] -> [status=ok result=END] answered",
        "[type=quit resource=quit] -> [-] alone",
      ])
  }

  @Test("a quiet meta command is answered by what can be its answer, or by silence")
  func quietMeta() {
    #expect(
      exchanges([
        .client("mg a v q k\r\nmg x v q k\r\nmg b v q k\r\nms c 1 q\r\n1\r\nmn\r\nget d\r\n"),
        .server("VA 1 ka\r\n1\r\nVA 1 kb\r\n2\r\nMN\r\nEND\r\n"),
      ]) == [
        "[quiet type=mg resource=mg a v q k] -> [status=ok result=VA 1 ka] answered", "[quiet type=mg resource=mg x v q k] -> [-] alone",
        "[quiet type=mg resource=mg b v q k] -> [status=ok result=VA 1 kb] answered", "[quiet type=ms resource=ms c 1 q] -> [-] alone",
        "[type=mn resource=mn] -> [status=ok result=MN] answered", "[type=get resource=get d] -> [status=ok result=END] answered",
      ])
    // The opaque token tells them apart where no key comes back; a refusal is shown although the command is quiet.
    #expect(
      exchanges([.client("mg a v q O1\r\nmg a v q O2\r\nms c 1 ME q\r\n1\r\nmn\r\n"), .server("VA 1 O2\r\n1\r\nNS\r\nMN\r\n")]) == [
        "[quiet type=mg resource=mg a v q O1] -> [-] alone", "[quiet type=mg resource=mg a v q O2] -> [status=ok result=VA 1 O2] answered",
        "[quiet type=ms resource=ms c 1 ME q] -> [status=ok result=NS] answered", "[type=mn resource=mn] -> [status=ok result=MN] answered",
      ])
  }

  @Test("quiet commands that nothing follows are no timeouts")
  func quietAtTheEnd() {
    #expect(
      exchanges([.client("get a\r\n"), .server("END\r\n"), .client("ms a 1 q\r\n1\r\n")]).last
        == "[quiet type=ms resource=ms a 1 q] -> [-] alone"
    )
  }

  @Test("a pipeline pairs in order, however long")
  func pipeline() {
    let count = 5000
    let asked = (0..<count).map { "get k\($0)\r\n" }.joined()
    let all = exchanges([.client(asked)] + (0..<count).map { .server("VALUE k\($0) 0 1\r\nx\r\nEND\r\n") })
    #expect(all.count == count)
    for (index, exchange) in all.enumerated() {
      #expect(exchange == "[type=get resource=get k\(index)] -> [status=ok result=VALUE k\(index) 0 1 value_count=1] answered")
    }
  }

  @Test("lines of a log come unasked")
  func watch() {
    #expect(
      exchanges([.client("watch\r\n"), .server("OK\r\n"), .server("ts=1.2 gid=1 type=item_get key=a status=found\n")]) == [
        "[type=watch resource=watch] -> [status=ok result=OK] answered",
        "[type=watch resource=ts=1.2 gid=1 type=item_get key=a status=found] -> [-] alone",
      ])
  }

  @Test("replies that were lost are not made up")
  func loss() {
    var run = EngineRun(serverPort: 11211)
    run.client("get a\r\nget b\r\n")
    run.server("VALUE a 0 100\r\nxxx")
    run.gap(500, from: .server)
    run.client("touch c 9\r\n")
    run.server("TOUCHED\r\n")
    #expect(
      run.exchanges(.closed).map(\.description) == [
        "[type=get resource=get a] -> [status=ok result=VALUE a 0 100] answered, incomplete",
        "[type=get resource=get b] -> [-] responseLost", "[type=touch resource=touch c 9] -> [status=ok result=TOUCHED] answered",
      ])
  }

  @Test("behind a value whose end was lost, what answers the next command is no rest of the list")
  func end() {
    var run = EngineRun(serverPort: 11211)
    run.client("get a\r\n")
    run.server("VALUE a 0 100\r\nxxx")
    run.gap(104, from: .server)
    run.client("get b\r\n")
    run.server("END\r\n")
    run.client("incr c 1\r\n")
    run.server("5\r\n")
    #expect(
      run.exchanges(.closed).map(\.description) == [
        "[type=get resource=get a] -> [status=ok result=VALUE a 0 100] answered, incomplete",
        "[type=get resource=get b] -> [status=ok result=END] answered",
        "[type=incr resource=incr c 1] -> [status=ok result=5] answered",
      ])
  }

  @Test("where commands waited at the loss, a line that may end the list answers none of them, nor those that came later")
  func ambiguousEnd() {
    var run = EngineRun(serverPort: 11211)
    run.client("get a\r\nget b\r\n")
    run.server("VALUE a 0 100\r\nxxx")
    run.gap(104, from: .server)
    run.client("get c\r\n")
    run.server("END\r\n")
    run.client("touch d 9\r\n")
    run.server("TOUCHED\r\n")
    #expect(run.exchanges(.closed).map(\.ending) == [.answered, .responseLost, .responseLost, .answered])
  }

  @Test("values may be of any size, and are stepped over", arguments: [0, 1, 1000, 1 << 20])
  func sizes(_ count: Int) {
    let value = String(repeating: "v", count: count)
    let driver = drive(
      Memcached.self,
      [.client("set a 0 0 \(count)\r\n\(value)\r\nget a\r\n"), .server("STORED\r\nVALUE a 0 \(count)\r\n\(value)\r\nEND\r\n")])
    #expect(driver.invalid == nil)
    #expect(driver.completeMessages.count == 4)
    #expect(driver.pendingByteCount == 0)
  }

  static let malformed: [Turn] = [
    .client("\u{1}\u{2}"), .client("get\u{0}x\r\n".replacing("\u{0}", with: "\u{3}")), .client("a,b\r\n"), .server("hello\r\n"),
    .server("VALUE a\r\n"),
    .server("VALUE a 0 99999999999999999999\r\n"), .server("\u{1}"), .server("12 34\r\n"), .server("VALUE a 0 1\r\nx\r\nSTORED\r\n"),
  ]

  @Test("what is no line of memcached is invalid", arguments: malformed)
  func invalid(_ turn: Turn) {
    #expect(drive(Memcached.self, [turn]).invalid != nil)
  }

  static let beginnings: [(String, UInt16, Recognition)] = [
    ("set a 0 0 5\r\nhello\r\n", 40_001, .certain(.client)), ("set a 0 0 5 noreply\r\n", 40_001, .certain(.client)),
    ("set a b c d\r\n", 40_001, .no), ("cas a 0 0 5 12\r\n", 40_001, .certain(.client)), ("get a b c\r\n", 40_001, .likely(.client)),
    ("gets a\r\nget b\r\n", 40_001, .likely(.client)), ("get a\r\nHello\r\n", 40_001, .no), ("get a\n", 40_001, .no),
    ("GET / HTTP/1.1\r\n", 11211, .no), ("delete 5\r\n", 40_001, .no), ("delete 5\r\n", 11211, .likely(.client)),
    ("stats\r\n", 40_001, .no), ("stats\r\n", 11211, .likely(.client)), ("quit\r\n", 25, .no), ("incr a 1\r\n", 40_001, .likely(.client)),
    ("mg a v\r\n", 11211, .likely(.client)), ("mg a v\r\n", 40_001, .no), ("VALUE a 0 5\r\nhello\r\nEND\r\n", 40_001, .likely(.server)),
    ("VALUE of things\r\n", 40_001, .no), ("END\r\n", 40_001, .no), ("ge", 11211, .needsMore), ("ge", 40_001, .no),
  ]

  @Test("lines of other protocols are not believed", arguments: beginnings)
  func recognition(_ text: String, _ port: UInt16, _ expected: Recognition) {
    #expect(recognize(Memcached.self, text, to: port) == expected)
  }
}
