import Protocols
import Testing

@testable import Configuration

@Suite("Configuration files")
struct ConfigurationFileTests {
  private func read(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
    try ConfigurationFile(bytes: Array(text.utf8), path: "agent.yaml")
  }

  /// What stands below `processors.request_log`.
  private func requestLog(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
    var indented = "processors:\n  request_log:\n"
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { indented += "    \(line)\n" }
    return try read(indented)
  }

  @Test("an empty file, a comment and null say nothing", arguments: ["", "# nothing\n", "---\n...\n", "processors:\n", "null\n", "{}"])
  func empty(text: String) throws {
    let file = try read(text)
    #expect(file.unusedKeys == [])
    #expect(file.options.requestIDHeaders == ["X-Request-ID"])
    #expect(file.options.obfuscatedProtocols == [])
  }

  @Test("header names, endpoints, custom fields, timeouts and obfuscation are read")
  func everything() throws {
    let options = try requestLog(
      """
      timeouts:
        session_aggregate_window_duration: 30s
        session_aggregate:
          - protocol: DNS
            timeout: 2s
          - {protocol: redis, timeout: 500ms}
      tag_extraction:
        tracing_tag:
          http_real_client: [True-Client-IP, X_Forwarded_For]
          x_request_id: X-Correlation-ID
          apm_trace_id:
          - traceparent
          - "X-Trace"
          apm_span_id: []
        http_endpoint:
          extraction_disabled: no
          match_rules:
            - url_prefix: /api/
              keep_segments: 3
            - {url_prefix: "", keep_segments: 1}
        custom_fields:
          HTTP: [{field_name: X-Tenant}]
          HTTP2:
            - field_name: x-tenant
            - field_name: X-Other
        obfuscate_protocols: [Redis]
      """
    ).options
    #expect(options.defaultSessionTimeout == 30_000_000_000)
    #expect(options.sessionTimeouts == [.dns: 2_000_000_000, .redis: 500_000_000])
    #expect(options.clientHeaders == ["True-Client-IP", "X_Forwarded_For"])
    #expect(options.requestIDHeaders == ["X-Correlation-ID"])
    #expect(options.traceIDHeaders == ["traceparent", "X-Trace"])
    #expect(options.spanIDHeaders == [])
    #expect(options.hasEndpoints)
    #expect(
      options.endpointRules == [EndpointRule(prefix: "/api/", segmentCount: 3), EndpointRule(prefix: "", segmentCount: 1)])
    #expect(
      options.customFields == [
        CustomHeaderField(name: "X-Tenant", isOfHTTP: true, isOfHTTP2: true),
        CustomHeaderField(name: "X-Other", isOfHTTP: false, isOfHTTP2: true),
      ])
    #expect(options.obfuscatedProtocols == [.redis])
  }

  @Test("keys that an analysis has no use for are passed over, and named")
  func unused() throws {
    let file = try read(
      """
      global:
        limits: {max_memory: 768, max_millicpus: 1000}
      processors:
        request_log:
          application_protocol_inference:
            enabled_protocols: [HTTP]
      plugins:
        wasm_plugins: []
      """)
    #expect(
      file.unusedKeys == [
        "global.limits.max_memory", "global.limits.max_millicpus",
        "processors.request_log.application_protocol_inference.enabled_protocols", "plugins.wasm_plugins",
      ])
  }

  static let mistakes: [(String, Int?, String)] = [
    ("procesors:\n", 1, "unknown key 'procesors'; did you mean 'processors'?"),
    (
      "processors:\n  request_log:\n    tag_extraction:\n      tracing_tag:\n        x_reqest_id: [A]\n", 5,
      "unknown key 'processors.request_log.tag_extraction.tracing_tag.x_reqest_id'; did you mean 'x_request_id'?"
    ),
    ("\nx_request_id: [A]\n", 2, "did you mean 'processors.request_log.tag_extraction.tracing_tag.x_request_id'?"),
    ("processors:\n  zzzz: 1\n", 2, "here may stand packet, request_log, flow_log"),
    ("- a\n", 1, "the file must have keys: global, inputs, processors, outputs, plugins, dev"),
    ("processors: 7\n", 1, "'processors' must have keys"),
    ("a: b: c\n", 1, "this is no YAML"),
    ("a: [b\n", 2, "this is no YAML"),
    ("global: {}\nglobal: {}\n", 2, "'global' was given in line 1 already"),
    ("a: &x 1\nb: *x\n", 2, "an alias; write the value out instead"),
    ("global:\n---\nglobal:\n", 3, "a second document begins here"),
    (String(repeating: "[", count: 5000), 1, "nested too deeply"),
    ("? [a]\n: b\n", 1, "a key must be a word"),
  ]

  @Test("a mistake is told with its line and what to do", arguments: mistakes)
  func mistake(text: String, line: Int?, reason: String) {
    let error = #expect(throws: ConfigurationError.self) { _ = try read(text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.reason.contains(reason) ?? false, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("agent.yaml:") ?? false)
  }

  static let wrongValues: [(String, Int, String)] = [
    ("timeouts: {session_aggregate_window_duration: 30}", 3, "must be a duration with its unit, like 15s, not '30'"),
    ("timeouts: {session_aggregate_window_duration: 0s}", 3, "must be a duration"),
    (
      "timeouts:\n  session_aggregate:\n    - protocol: DNSS\n      timeout: 1s", 5,
      "deepflow knows no protocol 'DNSS'; did you mean 'DNS'?"
    ),
    ("timeouts:\n  session_aggregate:\n    - protocol: DNS", 5, "has no 'timeout'"),
    ("timeouts:\n  session_aggregate: DNS", 4, "must be a list of entries with protocol and timeout"),
    ("timeouts:\n  session_aggregate: [DNS]", 4, "an entry of"),
    ("tag_extraction:\n  obfuscate_protocols: [HTTP]", 4, "HTTP is not a protocol that this applies to"),
    ("tag_extraction:\n  http_endpoint:\n    extraction_disabled: maybe", 5, "must be true or false, not 'maybe'"),
    (
      "tag_extraction:\n  http_endpoint:\n    match_rules:\n      - {url_prefix: /, keep_segments: -1}", 6,
      "must be a number from 0 up, not '-1'"
    ),
    ("tag_extraction:\n  http_endpoint:\n    match_rules:\n      - {prefix: /}", 6, "did you mean 'url_prefix'?"),
    ("tag_extraction:\n  tracing_tag:\n    x_request_id: ['X Y']", 5, "'X Y' is not the name of a header field"),
    ("tag_extraction:\n  tracing_tag:\n    x_request_id: [{a: b}]", 5, "must be one word"),
    ("tag_extraction:\n  custom_fields:\n    HTTP: [{field-name: a}]", 5, "did you mean 'field_name'?"),
  ]

  @Test("a value that cannot be meant is told with its key", arguments: wrongValues)
  func wrongValue(text: String, line: Int, reason: String) {
    let error = #expect(throws: ConfigurationError.self) { _ = try requestLog(text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.reason.contains(reason) ?? false, "\(String(describing: error))")
  }

  @Test("a file that is not there, is a directory or is too large is told without a line", arguments: ["/nonexistent/agent.yaml", "/"])
  func unreadable(path: String) {
    let error = #expect(throws: ConfigurationError.self) { _ = try ConfigurationFile(path: path) }
    #expect(error?.line == nil)
    #expect(error?.description.hasPrefix("\(path): cannot be read: ") ?? false)
  }

  @Test("every key that is used is one of DeepFlow's")
  func usedKeys() {
    for use in ConfigurationUse.allCases { #expect(DeepFlowKeys.all.contains(ConfigurationUse.parent + use.rawValue)) }
    #expect(Set(DeepFlowKeys.all).count == DeepFlowKeys.all.count)
  }

  @Test("damaged files are survived", arguments: [UInt64(1), 2, 3, 4])
  func damaged(seed: UInt64) {
    var state = seed
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let sample = Array("processors:\n  request_log:\n    timeouts:\n      session_aggregate: [{protocol: DNS, timeout: 2s}]\n".utf8)
    for _ in 0..<2000 {
      var bytes = sample
      for _ in 0...random(6) { bytes[random(bytes.count)] = UInt8(random(256)) }
      _ = try? ConfigurationFile(bytes: Array(bytes.prefix(random(bytes.count) + 1)), path: "x")
    }
  }
}
