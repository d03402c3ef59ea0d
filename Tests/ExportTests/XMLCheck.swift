/// Tells whether a text is well-formed XML, as far as an SVG of ours uses it: one root, nesting, quoted and unique attributes, known
/// entities, CDATA, no forbidden characters.
enum XMLCheck {
  static func fault(in text: String) -> String? {
    for scalar in text.unicodeScalars where scalar.value < 0x20 && ![0x9, 0xa, 0xd].contains(scalar.value) { return "control character" }
    var rest = Substring(text)
    if rest.hasPrefix("<?xml") { rest = rest[(rest.range(of: "?>")?.upperBound ?? rest.endIndex)...] }
    var open: [Substring] = []
    var rootCount = 0
    while !rest.isEmpty {
      if rest.hasPrefix("<![CDATA[") {
        guard let end = rest.range(of: "]]>") else { return "CDATA without end" }
        rest = rest[end.upperBound...]
      } else if rest.hasPrefix("</") {
        guard let end = rest.firstIndex(of: ">") else { return "tag without end" }
        let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
        guard open.popLast() == name else { return "</\(name)> closes another element" }
        rest = rest[rest.index(after: end)...]
      } else if rest.hasPrefix("<") {
        guard let end = tagEnd(rest) else { return "tag without end" }
        let tag = rest[rest.index(after: rest.startIndex)..<end]
        if open.isEmpty { rootCount += 1 }
        if let fault = attributeFault(tag) { return fault }
        if tag.last != "/" { open.append(tag.prefix { $0 != " " }) }
        rest = rest[rest.index(after: end)...]
      } else {
        let end = rest.firstIndex(of: "<") ?? rest.endIndex
        if let fault = textFault(rest[..<end]) { return fault }
        if open.isEmpty, rest[..<end].contains(where: { !$0.isWhitespace }) { return "text outside the root" }
        rest = rest[end...]
      }
    }
    return open.isEmpty && rootCount == 1 ? nil : "\(rootCount) roots, \(open) left open"
  }

  private static func tagEnd(_ text: Substring) -> Substring.Index? {
    var isQuoted = false
    for index in text.indices {
      if text[index] == "\"" { isQuoted.toggle() }
      if text[index] == ">", !isQuoted { return index }
    }
    return nil
  }

  private static func attributeFault(_ tag: Substring) -> String? {
    var rest = tag.drop { $0 != " " && $0 != "/" }
    var names: Set<Substring> = []
    while true {
      rest = rest.drop { $0 == " " }
      if rest.isEmpty || rest == "/" { return nil }
      guard let equals = rest.firstIndex(of: "=") else { return "attribute without value in <\(tag)>" }
      guard names.insert(rest[..<equals]).inserted else { return "attribute twice in <\(tag)>" }
      rest = rest[rest.index(after: equals)...]
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return "value without quotes in <\(tag)>" }
      let value = rest[rest.index(after: rest.startIndex)..<end]
      if value.contains("<") { return "< in an attribute" }
      if let fault = textFault(value) { return fault }
      rest = rest[rest.index(after: end)...]
    }
  }

  private static func textFault(_ text: Substring) -> String? {
    for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      guard ["amp;", "lt;", "gt;", "quot;", "#39;"].contains(where: { part.hasPrefix($0) }) else {
        return "unknown entity &\(part.prefix(8))"
      }
    }
    return nil
  }
}

extension StringProtocol {
  fileprivate func range(of part: String) -> Range<Index>? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(part) { return index..<self.index(index, offsetBy: part.count) }
      index = self.index(after: index)
    }
    return nil
  }
}

extension String {
  /// The pieces between occurrences of `separator`.
  func components(separatedBy separator: String) -> [Substring] {
    var pieces: [Substring] = []
    var rest = self[...]
    while let index = rest.indices.first(where: { rest[$0...].hasPrefix(separator) }) {
      pieces.append(rest[..<index])
      rest = rest[rest.index(index, offsetBy: separator.count)...]
    }
    return pieces + [rest]
  }
}
