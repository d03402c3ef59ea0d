import Testing

@testable import Protocols

/// A command as clients send it.
func redisCommand(_ words: String...) -> String {
  "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
}

@Suite("Redis commands")
struct RedisCommandTests {
  private func summaries(_ text: String) -> [String] { drive(Redis.self, [.client(text)]).messages.map(\.summary) }

  static let commands: [(String, String)] = [
    (redisCommand("PING"), "type=PING"),
    (redisCommand("get", "key"), "type=get resource=key"),
    (redisCommand("SET", "k", "two words"), "type=SET resource=k two words"),
    (redisCommand("SET", "k", ""), "type=SET resource=k "),
    (redisCommand("JSON.GET", "doc"), "type=JSON.GET resource=doc"),
    (redisCommand("SET", "k", "\r\n$3\r\nGET\r\n"), "type=SET resource=k \r\n$3\r\nGET\r\n"),
    ("PING\r\n", "type=PING"),
    ("  GET\t greeting \n", "type=GET resource=greeting"),
    ("SET greeting \"hello world\"\r\n", "type=SET resource=greeting \"hello world\""),
    // What asks the server to wait.
    (redisCommand("BLPOP", "k", "0"), "type=BLPOP resource=k 0 long_poll=true"),
    (redisCommand("bzpopmin", "k", "1"), "type=bzpopmin resource=k 1 long_poll=true"),
    (redisCommand("WAIT", "1", "100"), "type=WAIT resource=1 100 long_poll=true"),
    (redisCommand("XREAD", "BLOCK", "0", "STREAMS", "s", "$"), "type=XREAD resource=BLOCK 0 STREAMS s $ long_poll=true"),
    (redisCommand("XREAD", "STREAMS", "block", "0"), "type=XREAD resource=STREAMS block 0"),
    (
      "XREADGROUP GROUP g c COUNT 1 BLOCK 5 STREAMS s >\r\n",
      "type=XREADGROUP resource=GROUP g c COUNT 1 BLOCK 5 STREAMS s > long_poll=true"
    ),
    // Credentials.
    (redisCommand("AUTH", "secret"), "type=AUTH resource=***"),
    (redisCommand("auth", "bob", "secret"), "type=auth resource=*** ***"),
    (redisCommand("HELLO", "3"), "type=HELLO resource=3"),
    (redisCommand("HELLO", "3", "AUTH", "bob", "secret", "SETNAME", "worker"), "type=HELLO resource=3 AUTH *** *** SETNAME worker"),
    (redisCommand("CONFIG", "SET", "requirepass", "secret"), "type=CONFIG resource=SET requirepass ***"),
    (
      redisCommand("CONFIG", "SET", "save", "60 1", "MasterAuth", "secret", "hz", "10"),
      "type=CONFIG resource=SET save 60 1 MasterAuth *** hz 10"
    ),
    (redisCommand("CONFIG", "GET", "requirepass"), "type=CONFIG resource=GET requirepass"),
    (redisCommand("ACL", "SETUSER", "bob", "on", ">secret", "#abcdef", "~*"), "type=ACL resource=SETUSER bob on >*** #*** ~*"),
    (redisCommand("MIGRATE", "h", "6379", "k", "0", "9", "AUTH", "secret", "KEYS"), "type=MIGRATE resource=h 6379 k 0 9 AUTH *** KEYS"),
    (redisCommand("MIGRATE", "h", "6379", "k", "0", "9", "AUTH2", "bob", "secret"), "type=MIGRATE resource=h 6379 k 0 9 AUTH2 *** ***"),
    (redisCommand("SENTINEL", "SET", "m", "auth-pass", "secret"), "type=SENTINEL resource=SET m auth-pass ***"),
    ("AUTH \"my secret\"\r\n", "type=AUTH resource=***"),
    ("HELLO 3 AUTH bob 'my \"secret' SETNAME x\r\n", "type=HELLO resource=3 AUTH *** *** SETNAME x"),
    ("CONFIG SET requirepass \"my \\\" secret\"\r\n", "type=CONFIG resource=SET requirepass ***"),
  ]

  @Test("a command's word and arguments, without credentials", arguments: commands)
  func command(_ text: String, _ expected: String) {
    #expect(summaries(text) == [expected])
  }

  @Test("arguments are shown up to the limit and stepped over beyond it")
  func longArguments() {
    let limit = RedisParser.shownArgumentByteCount
    let long = String(repeating: "x", count: limit + 100)
    let driver = drive(Redis.self, [.client(redisCommand("SET", "k", long, "EX", "1") + redisCommand("PING"))])
    #expect(driver.invalid == nil)
    #expect(driver.messages.map(\.isComplete) == [true, true])
    #expect(driver.messages[0].summary == "type=SET resource=k " + String(repeating: "x", count: limit - 2))
    let many = (0..<3000).map { "argument\($0)" }
    let text = "*\(many.count + 1)\r\n$4\r\nMSET\r\n" + many.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    let piped = drive(Redis.self, [.client(text + redisCommand("PING"))])
    #expect(piped.completeMessages.count == 2)
    #expect((limit...limit + 20).contains(piped.messages[0].summary.utf8.count - "type=MSET resource=".utf8.count))
  }

  @Test("a value of 50 MB is skipped by its length")
  func hugeValue() {
    var conversation = RedisConversation()
    let bytes = Array(("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000000\r\n" + String(repeating: "x", count: 5000)).utf8)
    guard case .message(_, let extent) = Redis.parse(bytes.span.bytes, ParseContext(sender: .client), &conversation) else {
      Issue.record("the head is enough")
      return
    }
    #expect(extent.byteCount + extent.skippedByteCount == 31 + 50_000_000)
    #expect(extent.ending == .continues)
  }

  static let malformed = [
    "*1\r\n:1\r\n", "*2\r\n$3\r\nGET\r\n:1\r\n", "*1\r\n$3\r\nGETX\r\n", "*x\r\n", "*1\n", "*99999999999\r\n", "*1\r\n$0\r\n\r\n",
    "*1\r\n$100\r\n",
    "*1\r\n$3\r\n\u{1}\u{2}\u{3}\r\n", "*1\r\n$-1\r\n", "\u{16}\u{3}\u{1}", "+OK\r\n", "1 2 3\r\n", "a\u{7f}b c\r\n",
  ]

  @Test("what is no command is invalid", arguments: malformed)
  func invalid(_ text: String) {
    #expect(drive(Redis.self, [.client(text)]).invalid != nil)
  }

  @Test("empty commands are between messages", arguments: ["*0\r\n", "*-1\r\n", "\r\n", "\n"])
  func empty(_ text: String) {
    let driver = drive(Redis.self, [.client(text + redisCommand("PING") + text)])
    #expect(driver.messages.map(\.summary) == ["type=PING"])
    #expect(driver.invalid == nil)
    #expect(driver.pendingByteCount == 0)
  }

  @Test("of a command whose rest is lost, what is there is shown")
  func cutCommand() {
    var conversation = RedisConversation()
    let bytes = Array("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10\r\n01234".utf8)
    let context = ParseContext(sender: .client, isTruncated: true)
    guard case .message(let message, let extent) = Redis.parse(bytes.span.bytes, context, &conversation) else {
      Issue.record("the word and the first argument are there")
      return
    }
    #expect(extent == MessageExtent(byteCount: bytes.count))
    #expect(message.role == .request(.inOrder))
  }
}
