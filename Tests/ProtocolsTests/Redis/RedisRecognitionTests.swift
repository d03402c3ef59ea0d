import Testing

@testable import Protocols

@Suite("Redis recognition")
struct RedisRecognitionTests {
  struct Case: Sendable, CustomStringConvertible {
    var text: String
    var source: UInt16
    var destination: UInt16
    var expected: Recognition

    var description: String { "\(source) to \(destination): \(text.debugDescription)" }

    init(_ text: String, _ expected: Recognition, from source: UInt16 = 40_000, to destination: UInt16 = 40_001) {
      self.text = text
      self.source = source
      self.destination = destination
      self.expected = expected
    }
  }

  static let cases = [
    Case(redisCommand("GET", "k"), .certain(.client)),
    Case(redisCommand("ft.search", "k"), .certain(.client)),
    Case(redisCommand("MYCOMMAND", "k"), .likely(.client)),
    Case("*2\r\n$3\r\nGET\r\n$1", .certain(.client)),
    Case("*2\r\n$3\r\nGE", .needsMore),
    Case("*2", .needsMore),
    Case("*", .needsMore),
    Case("* LIST (\\HasNoChildren)\r\n", .no),
    Case("*2\r\nhello", .no),
    Case("*1\r\n$3\r\n\u{1}\u{2}\u{3}\r\n", .no),
    Case("*2\r\n$1\r\na\r\n$1\r\nb\r\n", .likely(.server), from: 6379),
    Case("*2\r\n:1\r\n:2\r\n", .likely(.server)),
    Case("$5\r\nhello\r\n", .likely(.server)),
    Case("$5\r\nhello\r\nx", .no),
    Case("$5\r\nhello\r\n", .likely(.server), from: 6379),
    Case("$50", .needsMore, from: 6379),
    Case("$-1\r\n", .likely(.server)),
    Case("+OK\r\n", .likely(.server), from: 6379),
    Case("-NOAUTH x\r\n", .likely(.server), from: 6379),
    Case(":1\r\n", .likely(.server), from: 6379),
    // POP3, NATS, IRC, IMAP, SMTP: the same marks.
    Case("+OK\r\n", .no),
    Case("+OK POP3 ready\r\n", .no),
    Case("-ERR 'Unknown'\r\n", .no),
    Case(":server 001 nick\r\n", .no),
    Case("PING\r\n", .no),
    Case("PING\r\n", .likely(.client), to: 6379),
    Case("GET k\r\n", .likely(.client), to: 6379),
    Case("GET / HTTP/1.1\r\n", .no, to: 6379),
    Case("HELO mail\r\n", .no, to: 6379),
    Case("PIN", .needsMore, to: 6379),
    Case("\u{16}\u{3}\u{1}", .no, to: 6379),
    Case("$GPGGA,1\r\n", .no),
    Case("> command\r\n", .no),
    Case("%!PS-Adobe-3.0\r\n", .no),
  ]

  @Test("RESP and its neighbours are told apart", arguments: cases)
  func verdict(_ example: Case) {
    #expect(recognize(Redis.self, example.text, from: example.source, to: example.destination) == example.expected)
  }

  @Test("an array whose sender is settled is the server's")
  func settledSender() {
    let bytes = Array(redisCommand("GET", "k").utf8)
    let context = RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false, likelySender: .server)
    #expect(Redis.recognize(bytes.span.bytes, context) == .likely(.server))
  }

  static let resynchronized: [(String, MessageSender, Recognition)] = [
    ("+OK\r\n:1\r\n", .server, .likely(.server)),
    ("+OK\r\nrest of a value", .server, .no),
    ("$100\r\nabc", .server, .likely(.server)),
    ("+OK\r\n$100\r\nabc", .server, .likely(.server)),
    ("$1", .server, .needsMore),
    ("K\r\n+OK\r\n", .server, .no),
    ("*1\r\n$4\r\nPING\r\n", .client, .certain(.client)),
    ("PING\r\n", .client, .no),
    ("G\r\n", .client, .no),
    ("GET\r\n$1\r\nk\r\n", .client, .no),
  ]

  @Test("behind a loss, where the protocol is known, less is asked", arguments: resynchronized)
  func resynchronization(_ text: String, _ sender: MessageSender, _ expected: Recognition) {
    let bytes = Array(text.utf8)
    let context = RecognitionContext(
      sourcePort: 40_000, destinationPort: 40_001, isDatagram: false, likelySender: sender, isResynchronizing: true)
    #expect(Redis.recognize(bytes.span.bytes, context) == expected)
  }
}
