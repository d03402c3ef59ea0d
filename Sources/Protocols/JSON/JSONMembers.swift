import Wire

/// Walks the members of one JSON object, not of those inside it: names and values as ranges into the bytes, escapes left as they are.
///
/// Source: RFC 8259.
struct JSONMembers {
  /// A member's name and its value: of a text what stands between the quotes, of anything else all of it.
  struct Member {
    var name: Range<Int>
    var value: Range<Int>
    var isText: Bool
  }

  private var offset: Int
  private let end: Int
  private var isInside = false

  /// The object lies in `range`; what stands behind it is not looked at.
  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next member; `nil` at the object's end, or where it is cut or none.
  mutating func next(_ bytes: RawSpan) -> Member? {
    skipBlanks(bytes)
    guard let opening = byte(bytes) else { return nil }
    if isInside {
      guard opening == UInt8(ascii: ",") else { return nil }
    } else {
      guard opening == UInt8(ascii: "{") else { return nil }
      isInside = true
    }
    offset += 1
    skipBlanks(bytes)
    guard let name = text(bytes) else { return nil }
    skipBlanks(bytes)
    guard byte(bytes) == UInt8(ascii: ":") else { return nil }
    offset += 1
    skipBlanks(bytes)
    if byte(bytes) == UInt8(ascii: "\"") { return text(bytes).map { Member(name: name, value: $0, isText: true) } }
    return value(bytes).map { Member(name: name, value: $0, isText: false) }
  }

  private func byte(_ bytes: RawSpan) -> UInt8? { offset < end ? bytes.uint8(at: offset) : nil }

  private mutating func skipBlanks(_ bytes: RawSpan) {
    while let blank = byte(bytes), blank == 0x20 || (0x09...0x0d).contains(blank) { offset += 1 }
  }

  private mutating func text(_ bytes: RawSpan) -> Range<Int>? {
    guard byte(bytes) == UInt8(ascii: "\"") else { return nil }
    offset += 1
    let start = offset
    while let next = byte(bytes) {
      if next == UInt8(ascii: "\"") {
        offset += 1
        return start..<offset - 1
      }
      offset += next == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// A number, a word, or an object or array with all that is in it.
  private mutating func value(_ bytes: RawSpan) -> Range<Int>? {
    let start = offset
    var depth = 0
    while let next = byte(bytes) {
      switch next {
      case UInt8(ascii: "\""):
        guard text(bytes) != nil else { return nil }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return start < offset ? start..<offset : nil }
        depth -= 1
        if depth == 0 {
          offset += 1
          return start..<offset
        }
      case UInt8(ascii: ","), 0x09...0x0d, 0x20:
        if depth == 0 { return start < offset ? start..<offset : nil }
      default: break
      }
      offset += 1
    }
    return depth == 0 && start < offset ? start..<offset : nil
  }
}

extension RawSpan {
  /// Whether `range` is exactly `text`.
  func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
    range.count == text.utf8CodeUnitCount && hasBytes(text, at: range.lowerBound)
  }
}
