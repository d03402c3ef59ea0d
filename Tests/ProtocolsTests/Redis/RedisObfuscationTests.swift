import Testing

@testable import Protocols

/// Values are masked where their keys are shown.
@Suite("Redis obfuscation")
struct RedisObfuscationTests {
  private func run(_ words: [String], reply: String = "+OK\r\n", isObfuscated: Bool = true) -> DrivenExchange? {
    var options = ProtocolOptions()
    if isObfuscated { options.obfuscatedProtocols = [.redis] }
    var run = EngineRun(serverPort: 6379, options: options)
    run.client("*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined())
    run.server(reply)
    return run.exchanges().first
  }

  @Test(
    "keys stay, values become question marks",
    arguments: [
      ("GET key", "key"), ("SET key value EX 10", "key ? EX 10"), ("SETNX key value", "key ?"), ("SETEX key 10 value", "key 10 ?"),
      ("HSET key f1 v1 f2 v2", "key f1 ? f2 ?"), ("MSET a 1 b 2", "a ? b ?"), ("LPUSH key a b c", "key ?"), ("SADD key a", "key ?"),
      ("ZADD key 1 a 2 b", "key 1 ? 2 ?"), ("ZADD key NX INCR 1 a", "key NX INCR 1 ?"),
      ("LINSERT key BEFORE pivot value", "key BEFORE pivot ?"),
      ("GEOADD key 13.3 38.1 Palermo 15.1 37.5 Catania", "key 13.3 38.1 ? 15.1 37.5 ?"), ("PUBLISH channel message", "channel ?"),
      ("BITFIELD key GET u8 0 SET u8 8 255 INCRBY u8 0 1", "key GET u8 0 SET u8 8 ? INCRBY u8 0 1"),
      ("CONFIG SET maxmemory 100mb", "SET maxmemory ?"), ("CONFIG GET maxmemory", "GET maxmemory"), ("ZSCORE key member", "key ?"),
      ("EVAL script 1 key value", "?"), ("DEL a b", "a b"), ("SMOVE from to member", "from to ?"),
      ("XADD stream * field value", "stream ?"),
    ])
  func requests(command: String, expected: String) {
    let words = command.split(separator: " ").map { String($0) }
    #expect(run(words)?.request == "type=\(words[0]) resource=\(expected)")
  }

  @Test("credentials stay masked as ever")
  func credentials() {
    #expect(run(["AUTH", "secret"])?.request == "type=AUTH resource=***")
    #expect(run(["HELLO", "3", "AUTH", "u", "secret"])?.request == "type=HELLO resource=3 AUTH *** ***")
  }

  @Test("what a reply holds is masked; what it says of success or of an error is not")
  func replies() {
    #expect(run(["GET", "k"], reply: "$6\r\nsecret\r\n")?.response == "status=ok result=?")
    #expect(run(["GET", "k"], reply: "$6\r\nsecret\r\n", isObfuscated: false)?.response == "status=ok result=secret")
    #expect(run(["SET", "k", "v"])?.response == "status=ok result=OK")
    let error = "-ERR unknown command 'FOO', with args beginning with: 'secret' \r\n"
    #expect(run(["FOO", "secret"], reply: error)?.response == "status=server_error exception=ERR unknown command 'FOO'")
  }

  @Test("inline commands too")
  func inline() {
    var options = ProtocolOptions()
    options.obfuscatedProtocols = [.redis]
    var run = EngineRun(serverPort: 6379, options: options)
    run.client("SET key \"a value\"\r\n")
    run.server("+OK\r\n")
    #expect(run.exchanges().first?.request == "type=SET resource=key ?")
  }
}
