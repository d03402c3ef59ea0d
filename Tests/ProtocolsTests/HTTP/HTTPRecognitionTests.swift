import Testing

@testable import Protocols

@Suite("HTTP recognition")
struct HTTPRecognitionTests {
  static let verdicts: [(String, Recognition)] = [
    ("GET / HTTP/1.1\r\n", .certain(.client)),
    ("GET / HTTP/1.0\n", .certain(.client)),
    ("FROBNICATE /x HTTP/1.1\r\n", .certain(.client)),
    ("get / HTTP/1.1\r\n", .certain(.client)),
    ("HTTP/1.1 200 OK\r\n", .certain(.server)),
    ("HTTP/1.0 404\r\n", .certain(.server)),
    ("HTTP/1.1 200", .needsMore),
    ("HTTP/1", .needsMore),
    ("H", .needsMore),
    ("GE", .needsMore),
    ("GET", .needsMore),
    ("GET /index", .needsMore),
    ("GET /" + String(repeating: "a", count: 200), .likely(.client)),
    // Neighbours that look alike.
    ("GET /\r\n", .no),
    ("ET / HTTP/1.1\r\n", .no),
    ("OST / HTTP/1.1\r\n", .no),
    ("LOCK / HTTP/1.1\r\n", .certain(.client)),
    ("GET key\r\n", .no),
    ("get key\r\n", .no),
    ("PING\r\n", .no),
    ("OPTIONS rtsp://a/b RTSP/1.0\r\n", .no),
    ("OPTIONS sip:a@b SIP/2.0\r\n", .no),
    ("RTSP/1.0 200 OK\r\n", .no),
    ("SIP/2.0 200 OK\r\n", .no),
    ("ICY 200 OK\r\n", .no),
    ("HTTP/2.0 200 OK\r\n", .no),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .no),
    ("HTTP/1.1 2x0 OK\r\n", .no),
    ("EHLO mail.example\r\n", .no),
    ("220 mail.example ESMTP\r\n", .no),
    ("\u{16}\u{3}\u{1}", .no),
    ("POST \u{0}", .no),
  ]

  @Test("start lines and their neighbours are told apart", arguments: verdicts)
  func verdict(_ text: String, _ expected: Recognition) {
    #expect(recognize(HTTP.self, text) == expected)
  }
}
