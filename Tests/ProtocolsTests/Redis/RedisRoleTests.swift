import Testing

@testable import Protocols

/// Which messages are exchanges and which are not: everything that is not one reply for one command.
@Suite("Redis roles")
struct RedisRoleTests {
  private static let request = MessageRole.request(.inOrder)
  private static let response = MessageRole.response(.inOrder)

  private func array(_ words: String..., as type: String = "*") -> String {
    "\(type)\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
  }

  private func roles(_ turns: Turn...) -> [MessageRole] {
    let driver = drive(Redis.self, turns)
    #expect(driver.invalid == nil)
    return driver.messages.map(\.role)
  }

  private func confirmation(_ kind: String, _ channel: String, _ count: Int, as type: String = "*") -> String {
    "\(type)3\r\n$\(kind.utf8.count)\r\n\(kind)\r\n$\(channel.utf8.count)\r\n\(channel)\r\n:\(count)\r\n"
  }

  @Test("the first confirmation answers a subscription, the others nobody asked for", arguments: ["*", ">"])
  func subscription(_ type: String) {
    let roles = roles(
      .client(redisCommand("SUBSCRIBE", "a", "b", "c") + redisCommand("PSUBSCRIBE", "x*") + redisCommand("PING")),
      .server(["a", "b", "c"].enumerated().map { confirmation("subscribe", $1, $0 + 1, as: type) }.joined()),
      .server(confirmation("psubscribe", "x*", 4, as: type) + "*2\r\n$4\r\npong\r\n$0\r\n\r\n"))
    #expect(
      roles == [Self.request, Self.request, Self.request, Self.response, .oneWay, .oneWay, Self.response, Self.response])
  }

  @Test("published messages are one-way, and say their kind and channel")
  func published() {
    let driver = drive(
      Redis.self,
      [
        .client(redisCommand("SUBSCRIBE", "news")), .server(confirmation("subscribe", "news", 1)),
        .server(array("message", "news", "flood")),
        .server(array("pmessage", "n*", "news", "flood")),
      ])
    #expect(driver.messages.map(\.role) == [Self.request, Self.response, .oneWay, .oneWay])
    #expect(driver.messages.suffix(2).map(\.summary) == ["type=message resource=news", "type=pmessage resource=n*"])
  }

  @Test("an array that happens to begin like a published message answers its command")
  func arrayLikeMessage() {
    #expect(roles(.client(redisCommand("LRANGE", "l", "0", "2")), .server(array("message", "b", "c"))) == [Self.request, Self.response])
    #expect(roles(.client(redisCommand("LRANGE", "l", "0", "2")), .server(array("subscribe", "b", "c"))) == [Self.request, Self.response])
  }

  @Test("RESP3 pushes are one-way wherever they come")
  func pushes() {
    let roles = roles(
      .client(redisCommand("GET", "a")), .server(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n$1\r\n1\r\n>2\r\n$10\r\ninvalidate\r\n_\r\n"))
    #expect(roles == [Self.request, .oneWay, Self.response, .oneWay])
  }

  @Test("unsubscribing from everything is confirmed channel by channel; the first confirmation answers")
  func unsubscribeAll() {
    let roles = roles(
      .client(redisCommand("SUBSCRIBE", "a", "b")), .server(confirmation("subscribe", "a", 1) + confirmation("subscribe", "b", 2)),
      .client(redisCommand("UNSUBSCRIBE") + redisCommand("GET", "k")),
      .server(confirmation("unsubscribe", "a", 1) + confirmation("unsubscribe", "b", 0) + "$1\r\n1\r\n"))
    #expect(roles == [Self.request, Self.response, .oneWay, Self.request, Self.request, Self.response, .oneWay, Self.response])
  }

  @Test("the lines of MONITOR are one-way and show no command")
  func monitor() {
    let driver = drive(
      Redis.self,
      [
        .client(redisCommand("MONITOR")), .server("+OK\r\n"),
        .server("+1700000000.123456 [0 127.0.0.1:5] \"config\" \"set\" \"secret\"\r\n"),
      ])
    #expect(driver.messages.map(\.role) == [Self.request, Self.response, .oneWay])
    #expect(driver.messages.last?.summary == "type=MONITOR")
  }

  @Test("commands without replies are one-way")
  func replyModes() {
    let off = roles(
      .client(
        redisCommand("CLIENT", "REPLY", "OFF") + redisCommand("SET", "a", "1") + redisCommand("client", "reply", "on")
          + redisCommand("GET", "a")),
      .server("+OK\r\n$1\r\n1\r\n"))
    #expect(off == [.oneWay, .oneWay, Self.request, Self.request, Self.response, Self.response])
    let skip = roles(.client("CLIENT REPLY SKIP\r\nSET a 1\r\nGET a\r\n"), .server("$1\r\n1\r\n"))
    #expect(roles(.client(redisCommand("REPLCONF", "ACK", "60"))) == [.oneWay])
    #expect(skip == [.oneWay, .oneWay, Self.request, Self.response])
  }

  @Test("replication leaves the exchange of commands")
  func replication() {
    let granted = drive(
      Redis.self,
      [
        .client(redisCommand("PSYNC", "?", "-1")), .server("\n\n+FULLRESYNC 0123456789012345678901234567890123456789 0\r\n$5\r\nREDIS"),
        .client("x"),
      ])
    #expect(granted.hasHandedOver)
    #expect(granted.messages.map(\.role) == [Self.request, Self.response])
    let refused = drive(Redis.self, [.client(redisCommand("PSYNC", "?", "-1")), .server("-NOAUTH no\r\n"), .client(redisCommand("PING"))])
    #expect(!refused.hasHandedOver)
  }
}
