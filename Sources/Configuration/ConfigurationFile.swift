package import Protocols

/// An operator's configuration: DeepFlow's agent configuration, of which the keys are used that say how requests are read.
///
/// Keys that DeepFlow knows and an analysis has no use for are passed over and named, so that a configuration that agents run with can be
/// given as it is. A key that DeepFlow does not know is an error: it would have been meant to do something.
package struct ConfigurationFile: Sendable {
  /// Bytes of the largest file that is read.
  static let largestFile = 1 << 20

  /// What the file says, the defaults for what it does not say.
  package private(set) var options = ProtocolOptions()
  /// The keys that were passed over, in the file's order.
  package private(set) var unusedKeys: [String] = []

  private let path: String

  /// - Throws: `ConfigurationError`.
  package init(path: String) throws(ConfigurationError) {
    try self.init(bytes: FileContents.read(path, limit: ConfigurationFile.largestFile), path: path)
  }

  /// - Parameter path: For what is said of errors.
  package init(bytes: [UInt8], path: String) throws(ConfigurationError) {
    self.path = path
    guard let root = try YAMLReader.read(bytes, path: path), !root.isNull else { return }
    try read(root, below: "")
  }

  /// Looks at what stands below a key that has keys below it.
  private mutating func read(_ node: YAMLNode, below parent: String) throws(ConfigurationError) {
    if node.isNull { return }
    let siblings = ConfigurationFile.children(of: parent)
    guard case .mapping(let entries) = node.content else {
      let place = parent.isEmpty ? "the file" : "'\(parent)'"
      throw ConfigurationError(path: path, line: node.line, reason: "\(place) must have keys: \(siblings.joined(separator: ", "))")
    }
    for entry in entries {
      let key = parent.isEmpty ? entry.key : "\(parent).\(entry.key)"
      guard siblings.contains(entry.key) else {
        throw ConfigurationError(
          path: path, line: entry.line, reason: UnknownKey.sentence(key, siblings: siblings, all: DeepFlowKeys.all))
      }
      guard DeepFlowKeys.all.contains(key) else {
        try read(entry.value, below: key)
        continue
      }
      if let use = ConfigurationUse(key: key) {
        try use.apply(ConfigurationValue(path: path, key: key, node: entry.value), to: &options)
      } else {
        unusedKeys.append(key)
      }
    }
  }

  /// The names that may stand below a key, in DeepFlow's order.
  private static func children(of parent: String) -> [String] {
    var names: [String] = []
    for key in DeepFlowKeys.all where parent.isEmpty || key.hasPrefix(parent + ".") {
      let rest = key.dropFirst(parent.isEmpty ? 0 : parent.count + 1)
      let name = String(rest.prefix { $0 != "." })
      if names.last != name, !names.contains(name) { names.append(name) }
    }
    return names
  }
}
