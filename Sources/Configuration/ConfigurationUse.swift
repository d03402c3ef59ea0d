import Analysis
import Protocols

/// The keys that deepflow uses, and what each does.
enum ConfigurationUse: String, CaseIterable {
  case sessionTimeout = "timeouts.session_aggregate_window_duration"
  case sessionTimeouts = "timeouts.session_aggregate"
  case realClient = "tag_extraction.tracing_tag.http_real_client"
  case requestID = "tag_extraction.tracing_tag.x_request_id"
  case traceID = "tag_extraction.tracing_tag.apm_trace_id"
  case spanID = "tag_extraction.tracing_tag.apm_span_id"
  case endpointsDisabled = "tag_extraction.http_endpoint.extraction_disabled"
  case endpointRules = "tag_extraction.http_endpoint.match_rules"
  case fieldsOfHTTP = "tag_extraction.custom_fields.HTTP"
  case fieldsOfHTTP2 = "tag_extraction.custom_fields.HTTP2"
  case obfuscation = "tag_extraction.obfuscate_protocols"

  /// All of them lie below this key.
  static let parent = "processors.request_log."

  init?(key: String) {
    guard key.hasPrefix(ConfigurationUse.parent) else { return nil }
    self.init(rawValue: String(key.dropFirst(ConfigurationUse.parent.count)))
  }

  func apply(_ value: ConfigurationValue, to options: inout ProtocolOptions) throws(ConfigurationError) {
    switch self {
    case .sessionTimeout: options.defaultSessionTimeout = try value.duration()
    case .sessionTimeouts:
      for entry in try value.entries(["protocol", "timeout"]) {
        let l7Protocol = try entry.required("protocol").l7Protocol(among: L7Protocol.allCases)
        options.sessionTimeouts[l7Protocol] = try entry.required("timeout").duration()
      }
    case .realClient: options.clientHeaders = try value.headerNames()
    case .requestID: options.requestIDHeaders = try value.headerNames()
    case .traceID: options.traceIDHeaders = try value.headerNames()
    case .spanID: options.spanIDHeaders = try value.headerNames()
    case .endpointsDisabled: options.hasEndpoints = !(try value.truth())
    case .endpointRules:
      options.endpointRules = []
      for entry in try value.entries(["url_prefix", "keep_segments"]) {
        options.endpointRules.append(
          EndpointRule(prefix: try entry.required("url_prefix").textOrNothing(), segmentCount: try entry.required("keep_segments").count()))
      }
    case .fieldsOfHTTP: try addFields(value, to: &options) { $0.isOfHTTP = true }
    case .fieldsOfHTTP2: try addFields(value, to: &options) { $0.isOfHTTP2 = true }
    case .obfuscation:
      options.obfuscatedProtocols = []
      for name in try value.texts() {
        options.obfuscatedProtocols.insert(try value.l7Protocol(name, among: L7Protocol.obfuscatable))
      }
    }
  }

  private func addFields(
    _ value: ConfigurationValue, to options: inout ProtocolOptions, _ mark: (inout CustomHeaderField) -> Void
  ) throws(ConfigurationError) {
    for entry in try value.entries(["field_name"]) {
      let name = try entry.required("field_name").headerName()
      if let index = options.customFields.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
        mark(&options.customFields[index])
        continue
      }
      guard options.customFields.count < CustomHeaderField.limit else {
        throw value.failure("more than \(CustomHeaderField.limit) custom fields", line: entry.line)
      }
      var field = CustomHeaderField(name: name, isOfHTTP: false, isOfHTTP2: false)
      mark(&field)
      options.customFields.append(field)
    }
  }
}

extension CustomHeaderField {
  /// Fields that a file may ask for, and names in one of its lists.
  fileprivate static let limit = 64

  /// Source: RFC 9110 §5.1, §5.6.2.
  fileprivate static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}

extension ConfigurationValue {
  fileprivate func headerNames() throws(ConfigurationError) -> [String] {
    let names = try texts()
    guard names.count <= CustomHeaderField.limit else { throw failure("'\(key)' has more than \(CustomHeaderField.limit) names") }
    for name in names { try check(name) }
    return names
  }

  fileprivate func headerName() throws(ConfigurationError) -> String {
    let name = try text()
    try check(name)
    return name
  }

  private func check(_ name: String) throws(ConfigurationError) {
    guard CustomHeaderField.isName(name) else { throw failure("'\(name)' is not the name of a header field") }
  }

  fileprivate func l7Protocol(among known: [L7Protocol]) throws(ConfigurationError) -> L7Protocol { try l7Protocol(text(), among: known) }

  fileprivate func l7Protocol(_ name: String, among known: [L7Protocol]) throws(ConfigurationError) -> L7Protocol {
    do throws(L7ProtocolNameError) {
      return try L7Protocol.chosen(name, among: known)
    } catch {
      throw failure("'\(key)': \(error.description)")
    }
  }
}
