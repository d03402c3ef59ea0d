import Analysis
import ArgumentParser
import Configuration
import Protocols

/// How protocols are recognized and read: the same on every command that analyses.
struct ReadingOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "A YAML file with DeepFlow's keys that say how requests are read: header names, endpoints, timeouts; see deepflow-config(5).",
      valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var configurationPath: String?

  @Option(
    name: .customLong("decode-as"),
    help: ArgumentHelp(
      "Read what is sent to or from this port as this protocol, whatever it looks like; 'none' leaves it alone.",
      valueName: "port=protocol"),
    completion: .list(L7Protocol.decodable.map { "\($0.name)" }), transform: PortOverride.init)
  var portOverrides: [PortOverride] = []

  @Option(
    name: .customLong("endpoint-rule"),
    help: ArgumentHelp(
      "Of HTTP paths that begin with this prefix keep so many segments as the endpoint, or 'all'; of others 2.",
      valueName: "prefix=segments"),
    transform: EndpointRule.init(argument:))
  var endpointRules: [EndpointRule] = []

  @Flag(
    name: .customLong("fold-ids"),
    help: "Replace numbers, hashes and identifiers in endpoints by {}, so that requests for all of them are one.")
  var foldsIdentifiers = false

  @Option(
    name: .customLong("obfuscate"),
    help: ArgumentHelp(
      "Show ? for values of this protocol, and its keys as they are: \(L7Protocol.obfuscatable.map { "\($0.name)" }.joined(separator: ", ")).",
      valueName: "protocol"),
    completion: .list(L7Protocol.obfuscatable.map { "\($0.name)" }), transform: obfuscated)
  var obfuscatedProtocols: [L7Protocol] = []

  func validate() throws {
    var seen: [UInt16: PortOverride] = [:]
    for override in portOverrides {
      if let other = seen[override.port], other != override {
        throw ValidationError("--decode-as gives port \(override.port) two protocols; leave one of them out")
      }
      seen[override.port] = override
    }
  }

  /// What the file and the flags say; flags go before the file. Keys that the file has in vain are named on standard error.
  func protocolOptions() throws -> ProtocolOptions {
    var options = ProtocolOptions()
    if let path = configurationPath {
      let file = try ConfigurationFile(path: path)
      options = file.options
      if !file.unusedKeys.isEmpty { Failure.say(ReadingOptions.sentence(file.unusedKeys, path)) }
    }
    for override in portOverrides { options.protocolsByPort.updateValue(override.l7Protocol, forKey: override.port) }
    options.endpointRules += endpointRules
    options.foldsIdentifiers = foldsIdentifiers
    options.obfuscatedProtocols.formUnion(obfuscatedProtocols)
    return options
  }

  /// Keys that are named; further ones are counted.
  private static let namedKeyLimit = 4

  private static func sentence(_ unusedKeys: [String], _ path: String) -> String {
    let named = unusedKeys.prefix(namedKeyLimit).joined(separator: ", ")
    let rest = unusedKeys.count > namedKeyLimit ? " and \(unusedKeys.count - namedKeyLimit) more" : ""
    return "\(path): passed over, because an analysis has no use for it: \(named)\(rest)"
  }
}

/// One `--decode-as`.
struct PortOverride: Hashable, Sendable {
  var port: UInt16
  /// `nil`: nothing that is parsed.
  var l7Protocol: L7Protocol?

  @Sendable init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
    guard parts.count == 2, let port = UInt16(parts[0]), port > 0 else {
      throw ValidationError("'\(text)' is not a port and a protocol; write it like 8443=HTTP2")
    }
    self.port = port
    if parts[1].lowercased() != "none" { l7Protocol = try chosen(parts[1], among: L7Protocol.decodable, ["none"]) }
  }
}

extension EndpointRule {
  @Sendable fileprivate init(argument text: String) throws {
    // The last sign counts: a path may hold one.
    guard let sign = text.lastIndex(of: "=") else {
      throw ValidationError("'\(text)' is not a prefix and a number of segments; write it like /api/=3")
    }
    let count = String(text[text.index(after: sign)...])
    guard let segmentCount = count.lowercased() == "all" ? Int.max : Int(count), segmentCount >= 0 else {
      throw ValidationError("'\(count)' in '\(text)' is not a number of segments; write it like /api/=3, or /api/=all")
    }
    self.init(prefix: String(text[..<sign]), segmentCount: segmentCount)
  }
}

@Sendable private func obfuscated(_ text: String) throws -> L7Protocol { try chosen(text, among: L7Protocol.obfuscatable) }

private func chosen(_ text: String, among known: [L7Protocol], _ more: [String] = []) throws -> L7Protocol {
  do throws(L7ProtocolNameError) {
    return try L7Protocol.chosen(text, among: known, more)
  } catch {
    throw ValidationError(error.description)
  }
}
