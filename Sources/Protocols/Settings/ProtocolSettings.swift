/// `ProtocolOptions` in the form that parsers use: made once for an analysis, and passed down to every message as one reference. Nothing in it
/// ever changes.
package final class ProtocolSettings: Sendable {
  /// What holds when nothing is said.
  package static let standard = ProtocolSettings(ProtocolOptions())

  private let protocolsByPort: [UInt16: L7Protocol?]
  private let sessionTimeouts: [L7Protocol: Int64]
  private let defaultSessionTimeout: Int64?
  private let obfuscated: [Bool]
  let headers: TraceHeaderTable
  let endpoints: HTTPEndpoints
  let customFields: [CustomFieldText]

  package init(_ options: ProtocolOptions) {
    protocolsByPort = options.protocolsByPort
    sessionTimeouts = options.sessionTimeouts
    defaultSessionTimeout = options.defaultSessionTimeout
    obfuscated = (0...UInt8.max).map { L7Protocol(rawValue: $0).map { options.obfuscatedProtocols.contains($0) } ?? false }
    headers = TraceHeaderTable(options)
    endpoints = HTTPEndpoints(options)
    customFields = options.customFields.map { CustomFieldText($0) }
  }

  /// Whether values of the protocol are masked where its keys are shown. For `summarize`: the masked text is what is interned.
  package func obfuscates(_ l7Protocol: L7Protocol) -> Bool { obfuscated[Int(l7Protocol.rawValue)] }

  var overridesRecognition: Bool { !protocolsByPort.isEmpty }

  /// What the operator says of a port: `nil` for nothing.
  func protocolOverride(at port: UInt16) -> L7Protocol?? { protocolsByPort[port] }

  /// Nanoseconds after which a request without a response has timed out.
  func sessionTimeout(_ facts: ProtocolFacts) -> Int64 {
    if let timeout = sessionTimeouts[facts.identity] { return timeout }
    if let timeout = defaultSessionTimeout, facts.sessionTimeoutSeconds == ProtocolFacts.usualSessionTimeoutSeconds { return timeout }
    return facts.sessionTimeoutSeconds * 1_000_000_000
  }
}
