import Analysis
import Protocols

/// A value of the configuration with its key, read as what it must be.
struct ConfigurationValue {
  let path: String
  /// The whole key, with dots.
  let key: String
  let node: YAMLNode

  func failure(_ reason: String, line: Int? = nil) -> ConfigurationError {
    ConfigurationError(path: path, line: line ?? node.line, reason: reason)
  }

  /// - Throws: when the value is a list or has keys of its own.
  func text() throws(ConfigurationError) -> String {
    guard case .scalar(let text, _) = node.content, !node.isNull else { throw failure("'\(key)' must be one word") }
    return text
  }

  /// The same, where nothing means the empty word.
  func textOrNothing() throws(ConfigurationError) -> String { node.isNull ? "" : try text() }

  /// A list of words; one word stands for a list of one, nothing for an empty one.
  func texts() throws(ConfigurationError) -> [String] {
    if node.isNull { return [] }
    guard case .sequence(let elements) = node.content else { return [try text()] }
    var texts: [String] = []
    for element in elements { texts.append(try value(element).text()) }
    return texts
  }

  func truth() throws(ConfigurationError) -> Bool {
    let text = try text()
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw failure("'\(key)' must be true or false, not '\(text)'")
    }
  }

  func count() throws(ConfigurationError) -> Int {
    let text = try text()
    guard let count = Int(text), count >= 0 else { throw failure("'\(key)' must be a number from 0 up, not '\(text)'") }
    return count
  }

  /// Nanoseconds.
  func duration() throws(ConfigurationError) -> Int64 {
    let text = try text()
    guard let microseconds = QuantityText.duration(text), microseconds > 0, microseconds <= Int64.max / 1000 else {
      throw failure("'\(key)' must be a duration with its unit, like 15s, not '\(text)'")
    }
    return microseconds * 1000
  }

  /// The elements of a list of mappings whose keys are among `known`.
  func entries(_ known: [String]) throws(ConfigurationError) -> [ConfigurationEntry] {
    if node.isNull { return [] }
    guard case .sequence(let elements) = node.content else {
      throw failure("'\(key)' must be a list of entries with \(known.joined(separator: " and "))")
    }
    var entries: [ConfigurationEntry] = []
    for element in elements {
      guard case .mapping(let fields) = element.content else {
        throw failure("an entry of '\(key)' must have \(known.joined(separator: " and "))", line: element.line)
      }
      for field in fields where !known.contains(field.key) {
        throw failure(UnknownKey.sentence("\(key).\(field.key)", siblings: known), line: field.line)
      }
      entries.append(ConfigurationEntry(owner: self, line: element.line, fields: fields))
    }
    return entries
  }

  fileprivate func value(_ node: YAMLNode, below name: String? = nil) -> ConfigurationValue {
    ConfigurationValue(path: path, key: name.map { "\(key).\($0)" } ?? key, node: node)
  }
}

/// One entry of a list of mappings.
struct ConfigurationEntry {
  fileprivate let owner: ConfigurationValue
  let line: Int
  fileprivate let fields: [YAMLNode.Entry]

  /// - Throws: when the entry does not have it.
  func required(_ name: String) throws(ConfigurationError) -> ConfigurationValue {
    guard let field = fields.first(where: { $0.key == name }) else {
      throw owner.failure("an entry of '\(owner.key)' has no '\(name)'", line: line)
    }
    return owner.value(field.value, below: name)
  }
}

/// What is said of a key that does not exist.
enum UnknownKey {
  /// - Parameters:
  ///   - key: The whole key.
  ///   - siblings: Names that may stand in its place.
  ///   - all: Whole keys, for a name that belongs elsewhere.
  static func sentence(_ key: String, siblings: [String], all: [String] = []) -> String {
    let name = key.split(separator: ".").last.map { String($0) } ?? key
    let sentence = "unknown key '\(key)'"
    if let near = NearestName.of(name, among: siblings) { return "\(sentence); did you mean '\(near)'?" }
    let names = all.map { $0.split(separator: ".").last.map { String($0) } ?? $0 }
    if let near = NearestName.of(name, among: names), let index = names.firstIndex(of: near) {
      return "\(sentence); did you mean '\(all[index])'?"
    }
    return "\(sentence); here may stand \(siblings.joined(separator: ", "))"
  }
}
