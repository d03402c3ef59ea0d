import Capture
import Testing

@testable import Protocols

/// Tracing tags in header fields, in all the formats there are.
@Suite("Tracing tags")
struct TraceTagsTests {
  static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  static let span = "00f067aa0ba902b7"

  static let cases: [([(String, String)], String)] = [
    ([("traceparent", "00-\(trace)-\(span)-01")], "trace=\(trace) span=\(span)"),
    ([("Traceparent", "cc-\(trace)-\(span)-01-what-comes-next")], "trace=\(trace) span=\(span)"),
    ([("traceparent", "ff-\(trace)-\(span)-01")], ""),
    ([("traceparent", "00-00000000000000000000000000000000-\(span)-01")], ""),
    ([("traceparent", "00-\(trace)-0000000000000000-01")], ""),
    ([("traceparent", "00-\(trace)-\(span)")], ""),
    ([("traceparent", "00-\(trace)-short")], ""),
    // "trace-1", "segment.2" and index 3.
    ([("sw8", "1-dHJhY2UtMQ==-c2VnbWVudC4y-3-c2VydmljZQ==-aQ==-L2U=-YTo4MA==")], "trace=trace-1 span=segment.2-3"),
    ([("SW6", "1-dHJhY2UtMQ==-c2VnbWVudC4y-3-1-1-x-x-x")], "trace=trace-1 span=segment.2-3"),
    ([("sw8", "1-!!!-c2VnbWVudC4y-3")], ""),
    ([("sw8", "0")], ""),
    ([("sw3", "1.2.3|4|1|1|#a|#b|#c|5.6.7|1")], "trace=5.6.7 span=1.2.3-4"),
    ([("sw3", "1.2.3|4|1")], ""),
    ([("b3", "\(trace)-\(span)-1-05e3ac9a4f6e3b90")], "trace=\(trace) span=\(span) parent=05e3ac9a4f6e3b90"),
    ([("b3", "\(trace)-\(span)")], "trace=\(trace) span=\(span)"),
    ([("b3", "0")], ""),
    (
      [("X-B3-SpanId", span), ("X-B3-TraceId", trace), ("X-B3-ParentSpanId", "05e3ac9a4f6e3b90"), ("X-B3-Sampled", "1")],
      "trace=\(trace) span=\(span) parent=05e3ac9a4f6e3b90"
    ),
    ([("uber-trace-id", "abc:def:0:1")], "trace=abc span=def"),
    ([("uber-trace-id", "abc%3Adef%3a12%3A1")], "trace=abc span=def parent=12"),
    ([("uber-trace-id", "nonsense")], ""),
    // The first format of DeepFlow's order wins, wherever it stands; a malformed one does not hide another.
    (
      [("b3", "\(trace)-\(span)-1-05e3ac9a4f6e3b90"), ("traceparent", "00-\(trace)-1111111111111111-01")],
      "trace=\(trace) span=1111111111111111"
    ),
    ([("traceparent", "nonsense"), ("uber-trace-id", "abc:def:0:1")], "trace=abc span=def"),
    ([("X-Request-ID", "r-1"), ("x-request-id", "r-2")], "x_request_id=r-1"),
    ([("X-Forwarded-For", "10.0.0.1, 10.0.0.2")], "client=10.0.0.1, 10.0.0.2"),
    ([("X-Request-ID", String(repeating: "x", count: 2000))], ""),
  ]

  @Test("tags are read from every propagation format", arguments: cases)
  func tags(_ headers: [(String, String)], _ expected: String) {
    var texts = TextTable()
    var summary = MessageSummary()
    var tags = TraceTags()
    for (name, value) in headers {
      let bytes = Array((name + value).utf8)
      let nameLength = name.utf8.count
      guard let header = ProtocolSettings.standard.headers.header(named: 0..<nameLength, in: bytes.span.bytes) else { continue }
      tags.take(header, nameLength..<bytes.count, bytes.span.bytes, into: &summary, &texts)
    }
    #expect(describe(summary, texts) == expected)
  }

  @Test("Base64 is decoded with and without padding, and refused when it is none")
  func base64() {
    func decode(_ text: String) -> String? {
      let bytes = Array(text.utf8)
      return Base64.decode(0..<bytes.count, bytes.span.bytes).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(decode("aGVsbG8=") == "hello")
    #expect(decode("aGVsbG8") == "hello")
    #expect(decode("aGVsbG8h") == "hello!")
    #expect(decode("") == nil)
    #expect(decode("a") == nil)
    #expect(decode("=") == nil)
    #expect(decode("a*b=") == nil)
  }
}
