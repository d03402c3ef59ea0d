import Wire

/// Distinguished names as text: "CN=www.example.com,O=Example,C=US". Source: RFC 4514.
enum X509Name {
  /// Relative names of a name, and attributes of a relative name, that are shown.
  static let partLimit = 32
  /// Bytes of one value that are shown.
  static let valueLimit = 256

  /// `nil` when the name is empty or malformed.
  static func text(_ name: Range<Int>, _ bytes: RawSpan) -> [UInt8]? {
    var parts: [DERElement] = []
    var reader = DERReader(name)
    while parts.count < partLimit, let part = reader.next(DERReader.set, bytes) { parts.append(part) }
    guard !parts.isEmpty else { return nil }
    var text: [UInt8] = []
    // RFC 4514 §2.1: the last one first.
    for part in parts.reversed() {
      var attributes = DERReader(part.content)
      var separator = UInt8(ascii: ",")
      var count = 0
      while count < partLimit, let attribute = attributes.next(DERReader.sequence, bytes) {
        count += 1
        var fields = DERReader(attribute.content)
        guard let type = fields.next(DERReader.objectIdentifier, bytes), let value = fields.next(bytes) else { return nil }
        if !text.isEmpty { text.append(separator) }
        text += typeText(type.content, bytes)
        text.append(UInt8(ascii: "="))
        text += escaped(X509String.text(value, bytes, limit: valueLimit))
        separator = UInt8(ascii: "+")
      }
    }
    return text
  }

  /// The short name of an attribute's type, else its number. Source: RFC 4514 §3; "emailAddress" as OpenSSL has it.
  private static func typeText(_ identifier: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    let numbers = bytes.copy(identifier)
    if numbers.count == 3, numbers[0] == 0x55, numbers[1] == 4, let name = shortName(numbers[2]) { return Array("\(name)".utf8) }
    if numbers == [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19] { return Array("DC".utf8) }
    if numbers == [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01] { return Array("UID".utf8) }
    if numbers == [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01] { return Array("emailAddress".utf8) }
    return dotted(numbers)
  }

  /// Attribute types below 2.5.4. Source: RFC 4519 §2.
  private static func shortName(_ number: UInt8) -> StaticString? {
    switch number {
    case 3: "CN"
    case 5: "serialNumber"
    case 6: "C"
    case 7: "L"
    case 8: "ST"
    case 9: "STREET"
    case 10: "O"
    case 11: "OU"
    default: nil
    }
  }

  /// Source: ITU-T X.690 §8.19.
  private static func dotted(_ numbers: [UInt8]) -> [UInt8] {
    var text = ""
    var value: UInt64 = 0
    for number in numbers.prefix(64) {
      value = value << 7 | UInt64(number & 0x7f)
      guard number & 0x80 == 0 else { continue }
      if text.isEmpty {
        let root = min(2, value / 40)
        text = "\(root).\(value - root * 40)"
      } else {
        text += ".\(value)"
      }
      value = 0
    }
    return Array(text.utf8)
  }

  /// Source: RFC 4514 §2.4.
  private static func escaped(_ value: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for (index, byte) in value.enumerated() {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "\\"):
        text += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: " ") where index == 0 || index == value.count - 1: text += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "#") where index == 0: text += [UInt8(ascii: "\\"), byte]
      default: text.append(byte)
      }
    }
    return text
  }
}
