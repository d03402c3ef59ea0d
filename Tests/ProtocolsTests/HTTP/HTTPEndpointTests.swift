import Capture
import Testing

@testable import Protocols

@Suite("HTTP endpoints")
struct HTTPEndpointTests {
  private func endpoint(_ path: String, _ rules: [EndpointRule] = [], folds: Bool = false) -> String? {
    var options = ProtocolOptions()
    options.endpointRules = rules
    options.foldsIdentifiers = folds
    var texts = TextTable()
    let bytes = Array(path.utf8)
    return HTTPEndpoints(options).endpoint(0..<bytes.count, bytes.span.bytes, &texts).map { texts.string($0) }
  }

  @Test(
    "without a rule the first two segments are kept",
    arguments: [
      ("/", "/"), ("", "/"), ("/a", "/a"), ("/a/b", "/a/b"), ("/a/b/c", "/a/b"), ("/a/", "/a"), ("//a//b//c", "//a//b"),
      ("/./a/b/c", "/./a/b"),
      ("*", "*"), ("example.org:443", "example.org:443"),
    ])
  func standard(path: String, expected: String) {
    #expect(endpoint(path) == expected)
  }

  @Test("the rule with the longest prefix counts, and of equal ones the last")
  func rules() {
    let rules = [
      EndpointRule(prefix: "/api/", segmentCount: 3), EndpointRule(prefix: "", segmentCount: 1),
      EndpointRule(prefix: "/api/raw", segmentCount: .max),
      EndpointRule(prefix: "/internal", segmentCount: 0), EndpointRule(prefix: "/api/", segmentCount: 4),
    ]
    #expect(endpoint("/api/v1/users/7/orders", rules) == "/api/v1/users/7")
    #expect(endpoint("/shop/cart", rules) == "/shop")
    #expect(endpoint("/api/raw/a/b/c/d/e", rules) == "/api/raw/a/b/c/d/e")
    #expect(endpoint("/internal/health", rules) == nil)
    #expect(endpoint("/api", rules) == "/api")
  }

  @Test("a path that no rule names keeps two segments")
  func otherPaths() {
    #expect(endpoint("/a/b/c", [EndpointRule(prefix: "/x", segmentCount: 5)]) == "/a/b")
  }

  @Test("without endpoints there are none")
  func disabled() {
    var options = ProtocolOptions()
    options.hasEndpoints = false
    var texts = TextTable()
    #expect(HTTPEndpoints(options).endpoint(0..<0, [UInt8]().span.bytes, &texts) == nil)
  }

  @Test(
    "identifiers fold, words do not",
    arguments: [
      ("/user/4711", "/user/{}"), ("/4711/orders", "/{}/orders"), ("/v1/users", "/v1/users"), ("/a/b", "/a/b"), ("/", "/"),
      ("/f/550e8400-e29b-41d4-a716-446655440000", "/f/{}"), ("/f/{550e8400-e29b-41d4-a716-446655440000}", "/f/{}"),
      ("/c/d41d8cd98f00b204e9800998ecf8427e", "/c/{}"), ("/o/507f1f77bcf86cd799439011", "/o/{}"), ("/c/deadbeef", "/c/deadbeef"),
      ("/c/deadbee1", "/c/{}"), ("/u/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/u/{}"), ("/d/2026-11-22", "/d/{}"), ("/h/10.0.0.1:80", "/h/{}"),
      ("/p/release-notes-2024-11", "/p/release-notes-2024-11"), ("/p/oauth2", "/p/oauth2"), ("/n/-1.5", "/n/{}"), ("/n/-", "/n/-"),
      ("/p/a%20b", "/p/a%20b"), ("/7/8/9", "/{}/{}"),
    ])
  func folding(path: String, expected: String) {
    #expect(endpoint(path, folds: true) == expected)
  }
}
