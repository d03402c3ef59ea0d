/// A value of a YAML document.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    /// `isPlain`: without quotes, so that `null` and `true` are what they look like.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  struct Entry: Sendable {
    var key: String
    /// Line of the key, from 1.
    var line: Int
    var value: YAMLNode
  }

  var content: Content
  /// Line that the value begins in, from 1.
  var line: Int

  /// Nothing was written, or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }
}
