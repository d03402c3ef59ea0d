import Wire

/// A search's filter as text: "(&(objectClass=person)(cn=a*))". Source: RFC 4511 §4.5.1.7, RFC 4515.
struct LDAPFilterText {
  /// How deep filters within filters are followed.
  private static let depthLimit = 16

  private(set) var bytes: [UInt8] = []
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func append(_ filter: DERElement, _ span: RawSpan, depth: Int) {
    guard depth < LDAPFilterText.depthLimit, bytes.count < limit else { return add("…") }
    add("(")
    switch filter.tag {
    case 0xa0: inner("&", filter, span, depth)
    case 0xa1: inner("|", filter, span, depth)
    case 0xa2: inner("!", filter, span, depth)
    case 0xa3: comparison("=", filter, span)
    case 0xa4: substrings(filter, span)
    case 0xa5: comparison(">=", filter, span)
    case 0xa6: comparison("<=", filter, span)
    case 0x87:
      value(filter.content, span)
      add("=*")
    case 0xa8: comparison("~=", filter, span)
    case 0xa9: add("extensible")
    default: add("?")
    }
    add(")")
  }

  private mutating func inner(_ sign: StaticString, _ filter: DERElement, _ span: RawSpan, _ depth: Int) {
    add(sign)
    var filters = DERReader(filter.content)
    while bytes.count < limit, let next = filters.next(span) { append(next, span, depth: depth + 1) }
  }

  private mutating func comparison(_ sign: StaticString, _ filter: DERElement, _ span: RawSpan) {
    var fields = DERReader(filter.content)
    guard let attribute = fields.next(span), let asserted = fields.next(span) else { return }
    value(attribute.content, span)
    add(sign)
    value(asserted.content, span)
  }

  /// The attribute, then its initial (0), any (1) and final (2) parts.
  private mutating func substrings(_ filter: DERElement, _ span: RawSpan) {
    var fields = DERReader(filter.content)
    guard let attribute = fields.next(span), let list = fields.next(span) else { return }
    value(attribute.content, span)
    add("=")
    var parts = DERReader(list.content)
    var endsOpen = true
    while bytes.count < limit, let part = parts.next(span) {
      if part.tag != 0x80 { add("*") }
      value(part.content, span)
      endsOpen = part.tag != 0x82
    }
    if endsOpen { add("*") }
  }

  /// Source: RFC 4515 §3: parentheses, asterisk, backslash and control bytes are escaped.
  private mutating func value(_ range: Range<Int>, _ span: RawSpan) {
    for index in range {
      guard bytes.count < limit else { return }
      let byte = span.load8(at: index)
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "\\"), 0..<0x20:
        bytes += [UInt8(ascii: "\\")] + Hexadecimal.text([byte])
      default: bytes.append(byte)
      }
    }
  }

  private mutating func add(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }
}
