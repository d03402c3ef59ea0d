import Testing

@testable import Protocols

@Suite("Redis replies")
struct RedisReplyTests {
  static let replies: [(String, String)] = [
    ("+OK\r\n", "status=ok result=OK"),
    ("+\r\n", "status=ok result="),
    (":-42\r\n", "status=ok result=-42"),
    (":-9223372036854775808\r\n", "status=ok result=-9223372036854775808"),
    ("$5\r\nhello\r\n", "status=ok result=hello"),
    ("$0\r\n\r\n", "status=ok result="),
    ("$-1\r\n", "status=ok"),
    ("*-1\r\n", "status=ok"),
    ("*0\r\n", "status=ok"),
    ("*2\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n", "status=ok"),
    ("-ERR unknown command\r\n", "status=server_error exception=ERR unknown command"),
    (
      "-MOVED 3999 127.0.0.1:6381\r\n",
      "status=server_error exception=MOVED 3999 127.0.0.1:6381 slot=3999 redirect=127.0.0.1:6381"
    ),
    ("-ASK 12 [::1]:6381\r\n", "status=server_error exception=ASK 12 [::1]:6381 slot=12 redirect=[::1]:6381"),
    ("-ASKING for it\r\n", "status=server_error exception=ASKING for it"),
    ("*3\r\n+OK\r\n-ERR value is not an integer\r\n*1\r\n!5\r\nERR x\r\n", "status=ok error_count=2"),
    ("!9\r\nERR two\r\n\r\n", "status=server_error exception=ERR two\r\n"),
    ("_\r\n", "status=ok"),
    ("#t\r\n", "status=ok result=t"),
    (",1.5e-3\r\n", "status=ok result=1.5e-3"),
    (",-inf\r\n", "status=ok result=-inf"),
    ("(123456789012345678901234567890\r\n", "status=ok result=123456789012345678901234567890"),
    ("=8\r\ntxt:text\r\n", "status=ok result=text"),
    ("%2\r\n+a\r\n:1\r\n+b\r\n~2\r\n,1\r\n#f\r\n", "status=ok"),
    ("|1\r\n+ttl\r\n:9\r\n$3\r\nabc\r\n", "status=ok result=abc"),
    ("|1\r\n+ttl\r\n:9\r\n-ERR no\r\n", "status=server_error exception=ERR no"),
    ("*2\r\n|1\r\n+ttl\r\n:9\r\n:1\r\n:2\r\n", "status=ok"),
    ("$100\r\n" + String(repeating: "x", count: 100) + "\r\n", "status=ok result=" + String(repeating: "x", count: 64)),
  ]

  @Test("a reply of every type, whole and byte by byte", arguments: replies)
  func reply(_ text: String, _ expected: String) {
    let whole = drive(Redis.self, [.client(redisCommand("GET", "k")), .server(text), .client(redisCommand("PING")), .server("+PONG\r\n")])
    #expect(whole.invalid == nil)
    #expect(whole.completeMessages.map(\.role) == [.request(.inOrder), .response(.inOrder), .request(.inOrder), .response(.inOrder)])
    #expect(whole.messages.dropFirst().first?.summary == expected)
    var driver = ReferenceDriver<Redis>(DrivenTexts(), isDatagram: false)
    for byte in text.utf8 { #expect(driver.feed([byte], from: .server) == nil) }
    #expect(driver.completeMessages.map(\.summary) == [expected])
  }

  static let malformed = [
    "hello\r\n", ":1x\r\n", ":\r\n", "#x\r\n", ",\r\n", "_x\r\n", "$5\r\nhello!!", "$abc\r\n", "*1\n", "$99999999999999999999\r\n",
    "*2\r\n?\r\n",
    "$-2\r\n",
  ]

  @Test("what is no reply is invalid", arguments: malformed)
  func invalid(_ text: String) {
    #expect(drive(Redis.self, [.server(text)]).invalid != nil)
  }

  @Test("values may nest as deep as the limit and no deeper")
  func nesting() {
    let deepest = String(repeating: "*1\r\n", count: RESPWalker.deepestNesting) + ":1\r\n"
    #expect(drive(Redis.self, [.server(deepest)]).completeMessages.count == 1)
    #expect(drive(Redis.self, [.server("*1\r\n" + deepest)]).invalid != nil)
  }

  @Test("an aggregate of a million elements is stepped over without being kept")
  func longAggregate() {
    let text = "*1000000\r\n" + String(repeating: ":1\r\n", count: 1_000_000)
    let driver = drive(Redis.self, [.server(text + "+OK\r\n")])
    #expect(driver.completeMessages.map(\.byteCount) == [text.utf8.count, 5])
  }

  @Test("a transaction that a watched key undoes is told from one that found nothing")
  func transactions() {
    func last(_ command: String, _ reply: String) -> String? {
      drive(Redis.self, [.client(redisCommand("MULTI") + redisCommand(command)), .server("+OK\r\n" + reply)]).messages.last?.summary
    }
    #expect(last("EXEC", "*-1\r\n") == "status=ok transaction=aborted")
    #expect(last("exec", "_\r\n") == "status=ok transaction=aborted")
    #expect(last("EXEC", "*0\r\n") == "status=ok")
    #expect(last("EXEC", "-EXECABORT Transaction discarded\r\n") == "status=server_error exception=EXECABORT Transaction discarded")
    #expect(last("BLPOP", "*-1\r\n") == "status=ok")
  }

  @Test("a command that is queued does not wait, whatever its name")
  func queued() {
    let summaries = drive(
      Redis.self,
      [
        .client(redisCommand("BLPOP", "k", "0") + redisCommand("MULTI") + redisCommand("BLPOP", "k", "0") + redisCommand("EXEC")),
        .client(redisCommand("BLPOP", "k", "0")),
      ]
    ).messages.map(\.summary)
    #expect(
      summaries == [
        "type=BLPOP resource=k 0 long_poll=true", "type=MULTI", "type=BLPOP resource=k 0", "type=EXEC",
        "type=BLPOP resource=k 0 long_poll=true",
      ])
  }

  @Test("a password that the server made up is not shown")
  func generatedPassword() {
    let driver = drive(Redis.self, [.client(redisCommand("ACL", "GENPASS")), .server("$6\r\nsecret\r\n")])
    #expect(driver.messages.last?.summary == "status=ok result=***")
  }
}
