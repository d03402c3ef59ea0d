/// What an operator may say about how protocols are read, at the command line or in a configuration file. The defaults are DeepFlow's,
/// except that more header names count and nothing is obfuscated.
package struct ProtocolOptions: Sendable {
  /// The propagation formats that are read unless something else is said, in their order of precedence: DeepFlow's own default, then the
  /// others that are common.
  package static let traceIDHeaders = ["traceparent", "sw8", "sw6", "sw3", "b3", "X-B3-TraceId", "uber-trace-id"]
  /// The same for identifiers of spans.
  package static let spanIDHeaders = ["traceparent", "sw8", "sw6", "sw3", "b3", "X-B3-SpanId", "uber-trace-id"]

  /// What is spoken on a port, whatever its bytes look like; with `nil` nothing that is parsed.
  package var protocolsByPort: [UInt16: L7Protocol?] = [:]
  /// Nanoseconds after which a request without a response has timed out, for protocols that are named; for the others `defaultSessionTimeout`.
  package var sessionTimeouts: [L7Protocol: Int64] = [:]
  /// Takes the place of 120 s; protocols whose own time differs from that (DNS, TLS, Ping) keep theirs.
  package var defaultSessionTimeout: Int64?

  /// Header names, the first that is there wins. Letters are compared without case; `_` and `-` are the same.
  package var requestIDHeaders = ["X-Request-ID"]
  package var clientHeaders = ["X-Forwarded-For"]
  package var traceIDHeaders = ProtocolOptions.traceIDHeaders
  package var spanIDHeaders = ProtocolOptions.spanIDHeaders
  package var customFields: [CustomHeaderField] = []

  package var endpointRules: [EndpointRule] = []
  /// Without endpoints, `endpoint` of HTTP's rows is null.
  package var hasEndpoints = true
  /// Numbers, hashes and identifiers in a path become `{}` in its endpoint.
  package var foldsIdentifiers = false

  /// Protocols whose values are masked where their keys are shown.
  package var obfuscatedProtocols: Set<L7Protocol> = []

  package init() {}
}

/// How many segments of a path are its endpoint. Of several rules the one with the longest prefix counts.
package struct EndpointRule: Hashable, Sendable {
  /// Segments kept of a path that no rule names. Source: DeepFlow, `http_endpoint.match_rules`.
  package static let defaultSegmentCount = 2

  /// The beginning of the path; any path begins with the empty prefix.
  package var prefix: String
  /// `Int.max` keeps the whole path; with 0 such paths have no endpoint.
  package var segmentCount: Int

  package init(prefix: String, segmentCount: Int) {
    self.prefix = prefix
    self.segmentCount = segmentCount
  }
}

/// A header field that becomes an attribute of the row.
package struct CustomHeaderField: Hashable, Sendable {
  package var name: String
  /// Read from HTTP/1 and FastCGI.
  package var isOfHTTP: Bool
  /// Read from HTTP/2 and what it carries.
  package var isOfHTTP2: Bool

  package init(name: String, isOfHTTP: Bool, isOfHTTP2: Bool) {
    self.name = name
    self.isOfHTTP = isOfHTTP
    self.isOfHTTP2 = isOfHTTP2
  }
}
