import Capture
import Testing

@testable import Protocols

/// Which header names count comes from the operator.
@Suite("Header names")
struct TraceHeaderTableTests {
  /// What HTTP/1 reads from a request with these headers.
  private func summary(_ headers: [(String, String)], _ options: ProtocolOptions) -> String {
    var run = EngineRun(options: options)
    run.client("GET / HTTP/1.1\r\n" + headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n")
    let text = run.exchanges().first?.request ?? ""
    return text.split(separator: " ").filter { !["version", "type", "resource", "endpoint"].contains($0.prefix { $0 != "=" }) }
      .joined(separator: " ")
  }

  @Test("names are compared without case, and underscores are dashes")
  func spelling() {
    var options = ProtocolOptions()
    options.requestIDHeaders = ["X_Correlation_ID"]
    #expect(summary([("x-correlation-id", "7")], options) == "x_request_id=7")
    #expect(summary([("X_CORRELATION_ID", "7")], options) == "x_request_id=7")
    #expect(summary([("X-Request-ID", "7"), ("x-correlation-idx", "8"), ("x-correlation-i", "9")], options) == "")
  }

  @Test("of several names the first of the list wins, wherever it stands")
  func order() {
    var options = ProtocolOptions()
    options.requestIDHeaders = ["X-A", "X-B"]
    options.clientHeaders = ["True-Client-IP", "X-Forwarded-For"]
    let headers = [("X-B", "b"), ("X-A", "a"), ("X-A", "again"), ("X-Forwarded-For", "10.0.0.1"), ("True-Client-IP", "10.0.0.2")]
    #expect(summary(headers, options) == "x_request_id=a client=10.0.0.2")
  }

  @Test("a name without a format of its own carries the identifier as it is; formats that are not named do not count")
  func plain() {
    var options = ProtocolOptions()
    options.traceIDHeaders = ["X-Amzn-Trace-Id"]
    options.spanIDHeaders = ["X-Span"]
    let traceparent = "00-\(TraceTagsTests.trace)-\(TraceTagsTests.span)-01"
    #expect(summary([("X-Span", "s"), ("x-amzn-trace-id", "Root=1-5"), ("traceparent", traceparent)], options) == "trace=Root=1-5 span=s")
  }

  @Test("traces and spans may come from different headers")
  func apart() {
    var options = ProtocolOptions()
    options.traceIDHeaders = ["X-Trace", "traceparent"]
    options.spanIDHeaders = ["traceparent"]
    let traceparent = ("traceparent", "00-\(TraceTagsTests.trace)-\(TraceTagsTests.span)-01")
    #expect(summary([traceparent, ("X-Trace", "t")], options) == "trace=t span=\(TraceTagsTests.span)")
    #expect(summary([traceparent], options) == "trace=\(TraceTagsTests.trace) span=\(TraceTagsTests.span)")
  }

  @Test("one header may be several things")
  func several() {
    var options = ProtocolOptions()
    options.traceIDHeaders = ["X-Request-ID"]
    options.customFields = [CustomHeaderField(name: "x-request-id", isOfHTTP: true, isOfHTTP2: false)]
    #expect(summary([("X-Request-ID", "r")], options) == "trace=r x_request_id=r x_request_id=r")
  }

  @Test("custom fields become attributes; credentials only say that they were there")
  func customFields() {
    var options = ProtocolOptions()
    options.customFields = [
      CustomHeaderField(name: "X-Tenant", isOfHTTP: true, isOfHTTP2: true),
      CustomHeaderField(name: "Authorization", isOfHTTP: true, isOfHTTP2: false),
      CustomHeaderField(name: "X-Other", isOfHTTP: false, isOfHTTP2: true),
    ]
    let headers = [("x-tenant", "blue"), ("Authorization", "Bearer secret"), ("X-Other", "o")]
    #expect(summary(headers, options) == "x_tenant=blue authorization=***")
  }

  @Test("names that are too long or too many are left out")
  func limits() {
    var options = ProtocolOptions()
    options.requestIDHeaders = [String(repeating: "x", count: 500), ""] + (0..<100).map { "X-\($0)" }
    let table = TraceHeaderTable(options)
    func isKnown(_ name: String) -> Bool {
      let bytes = Array(name.utf8)
      return table.header(named: 0..<bytes.count, in: bytes.span.bytes) != nil
    }
    #expect(isKnown("x-0"))
    #expect(!isKnown("x-99"))
    #expect(!isKnown(String(repeating: "x", count: 500)))
    #expect(!isKnown(""))
  }
}
