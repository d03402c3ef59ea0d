/// What may be said of which protocol.
extension L7Protocol {
  /// The protocols that a port can be given, by name.
  package static var decodable: [L7Protocol] {
    L7Protocol.allCases.filter { $0.carrier != nil }
  }

  /// The protocols whose values can be masked.
  package static var obfuscatable: [L7Protocol] {
    ProtocolRegistry.facts.filter(\.hasObfuscation).map(\.identity)
  }

  /// The protocol of this name, letters compared without case.
  package init?(name: String) {
    guard let found = L7Protocol.allCases.first(where: { "\($0.name)".lowercased() == name.lowercased() }) else { return nil }
    self = found
  }

  /// The registered protocol whose parser reads this one: itself, or the one that it travels in.
  var carrier: L7Protocol? {
    let facts = ProtocolRegistry.facts
    return (facts.first { $0.identity == self } ?? facts.first { $0.carries.contains(self) })?.identity
  }
}

extension ProtocolRegistry {
  fileprivate static var facts: [ProtocolFacts] { protocols.map { $0.facts } }
}
