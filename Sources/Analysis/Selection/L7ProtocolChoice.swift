package import Protocols

/// A protocol that an operator named, which is not one that can be meant.
package struct L7ProtocolNameError: Error, Hashable, CustomStringConvertible {
  package let description: String
}

extension L7Protocol {
  /// The protocol that an operator names, letters compared without case.
  ///
  /// - Parameter more: Further words that would have been understood.
  /// - Throws: `L7ProtocolNameError` when it is none of `known`, with the nearest that is.
  package static func chosen(_ name: String, among known: [L7Protocol], _ more: [String] = []) throws(L7ProtocolNameError) -> L7Protocol {
    let meant = L7Protocol(name: name)
    if let meant, known.contains(meant) { return meant }
    let names = known.map { "\($0.name)" } + more
    let all = "there \(names.count == 1 ? "is" : "are") \(names.joined(separator: ", "))"
    if let meant { throw L7ProtocolNameError(description: "\(meant.name) is not a protocol that this applies to; \(all)") }
    let hint = NearestName.of(name, among: names).map { "did you mean '\($0)'?" } ?? all
    throw L7ProtocolNameError(description: "deepflow knows no protocol '\(name)'; \(hint)")
  }
}
