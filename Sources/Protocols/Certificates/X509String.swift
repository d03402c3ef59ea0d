import Wire

/// The character strings of names as UTF-8. Source: RFC 5280 §4.1.2.4.
enum X509String {
  static func text(_ element: DERElement, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    let content = bytes.copy(element.content.lowerBound..<min(element.content.upperBound, element.content.lowerBound + limit))
    switch element.tag {
    case 0x14: return Array(String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) })).utf8)  // Taken as Latin-1, as all do.
    case 0x1e:
      let units = stride(from: 0, to: content.count - 1, by: 2).map { UInt16(content[$0]) << 8 | UInt16(content[$0 + 1]) }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default: return content
    }
  }
}
