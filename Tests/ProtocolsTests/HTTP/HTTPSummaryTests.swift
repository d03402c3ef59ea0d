import Testing

@testable import Protocols

/// What the request log shows of HTTP/1 messages.
@Suite("HTTP summaries")
struct HTTPSummaryTests {
  static let requests: [(String, String)] = [
    (
      "GET /a/b/c?d=e HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: curl/8\r\n\r\n",
      "version=1.1 type=GET domain=shop.example:8080 resource=/a/b/c?d=e endpoint=/a/b user_agent=curl/8"
    ),
    ("GET / HTTP/1.0\r\n\r\n", "version=1.0 type=GET resource=/ endpoint=/"),
    ("GET /a/ HTTP/1.1\r\n\r\n", "version=1.1 type=GET resource=/a/ endpoint=/a"),
    ("GET //a//b/c HTTP/1.1\r\n\r\n", "version=1.1 type=GET resource=//a//b/c endpoint=//a//b"),
    ("GET /a?x=/b/c HTTP/1.1\r\n\r\n", "version=1.1 type=GET resource=/a?x=/b/c endpoint=/a"),
    ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "version=1.1 type=OPTIONS domain=a resource=* endpoint=*"),
    (
      "CONNECT a.example:443 HTTP/1.1\r\n\r\n",
      "version=1.1 type=CONNECT domain=a.example:443 resource=a.example:443 endpoint=a.example:443"
    ),
    ("CONNECT a.example:25 / HTTP/1.0\r\n\r\n", "version=1.0 type=CONNECT domain=a.example:25 resource=a.example:25 endpoint=a.example:25"),
    ("GET http://a.example/x/y/z HTTP/1.1\r\n\r\n", "version=1.1 type=GET domain=a.example resource=http://a.example/x/y/z endpoint=/x/y"),
    ("GET http://a.example?q HTTP/1.1\r\n\r\n", "version=1.1 type=GET domain=a.example resource=http://a.example?q endpoint=/"),
    (
      "GET http://user:pa@ss@a.example/x HTTP/1.1\r\nHost: b.example\r\n\r\n",
      "version=1.1 type=GET domain=b.example resource=http://***@a.example/x endpoint=/x"
    ),
    ("GET /two words HTTP/1.1 \r\n\r\n", "version=1.1 type=GET resource=/two words endpoint=/two words"),
    (
      "M-SEARCH /caf\u{e9} HTTP/1.1\r\nno colon here\r\nhost :\t a \r\n\r\n",
      "version=1.1 type=M-SEARCH domain=a resource=/caf\u{e9} endpoint=/caf\u{e9}"
    ),
    (
      "GET / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0\r\nCookie: a=secret\r\nProxy-Authorization: Basic c2VjcmV0\r\nHost:\r\n\r\n",
      "version=1.1 type=GET resource=/ endpoint=/"
    ),
  ]

  @Test("a request's fields", arguments: requests)
  func request(_ text: String, _ expected: String) {
    #expect(drive(HTTP.self, [.client(text)]).messages.map(\.summary) == [expected])
  }

  static let responses: [(String, String, MessageRole)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "version=1.1 status=ok code=200", .response(.inOrder)),
    ("HTTP/1.0 302 Found\r\n\r\n", "version=1.0 status=ok code=302", .response(.inOrder)),
    ("HTTP/1.1 404 nothing here\r\n\r\n", "version=1.1 status=client_error code=404 exception=Not Found", .response(.inOrder)),
    ("HTTP/1.1 503\r\n\r\n", "version=1.1 status=server_error code=503 exception=Service Unavailable", .response(.inOrder)),
    ("HTTP/1.1 599 very odd\r\n\r\n", "version=1.1 status=server_error code=599 exception=very odd", .response(.inOrder)),
    ("HTTP/1.1 520 \r\nX-Request-Id: r1\r\n\r\n", "version=1.1 status=server_error code=520 x_request_id=r1", .response(.inOrder)),
    ("HTTP/1.1 100 Continue\r\n\r\n", "version=1.1 status=ok code=100", .interim),
    ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "version=1.1 status=ok code=101", .response(.inOrder)),
  ]

  @Test("a response's fields and part", arguments: responses)
  func response(_ text: String, _ expected: String, _ role: MessageRole) {
    let messages = drive(HTTP.self, [.server(text)]).messages
    #expect(messages.map(\.summary) == [expected])
    #expect(messages.map(\.role) == [role])
  }
}
