import Wire

/// Steps over values of Hessian 2.0 one after the other, without building any of them. Texts are ranges into the bytes.
///
/// Source: Hessian 2.0 Serialization Protocol, §3 (grammar) and §4 (bytecode map).
struct HessianReader {
  /// Values inside one another; deeper ones are given up.
  static let deepest = 32
  /// Class definitions of one message that are remembered.
  static let classLimit = 256

  /// A class's name and the names of its fields, the first of which begins at `fields`.
  private struct ClassDefinition {
    var name: Range<Int>?
    var fields: Int
    var fieldCount: Int
  }

  private(set) var offset: Int
  private let end: Int
  private var classes: [ClassDefinition] = []

  /// The values lie at `range`.
  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }

  // MARK: Values that are looked at

  /// A text that is all in one chunk; `nil`, and nothing read, for anything else.
  mutating func text(_ bytes: RawSpan) -> Range<Int>? {
    let before = offset
    guard let code = next(bytes), code != 0x52, let count = characterCount(code, bytes), let text = characters(count, bytes) else {
      offset = before
      return nil
    }
    return text
  }

  /// An `int`; `nil`, and nothing read, for anything else. Source: §4.3.
  mutating func integer(_ bytes: RawSpan) -> Int? {
    guard offset < end, let code = bytes.uint8(at: offset) else { return nil }
    switch code {
    case 0x80...0xbf: return taking(1, Int(code) - 0x90)
    case 0xc0...0xcf: return bytes.uint8(at: offset + 1).flatMap { taking(2, (Int(code) - 0xc8) << 8 + Int($0)) }
    case 0xd0...0xd7: return bytes.bigEndian16(at: offset + 1).flatMap { taking(3, (Int(code) - 0xd4) << 16 + Int($0)) }
    case 0x49: return bytes.bigEndian32(at: offset + 1).flatMap { taking(5, Int(Int32(bitPattern: $0))) }
    default: return nil
    }
  }

  /// Enters a map; its keys and values follow until `leavesMap`. `false`, and nothing read, for anything else. Source: §4.8.
  mutating func entersMap(_ bytes: RawSpan) -> Bool {
    guard offset < end, let code = bytes.uint8(at: offset) else { return false }
    let before = offset
    offset += 1
    if code == 0x48 || code == 0x4d && skipType(bytes) { return true }
    offset = before
    return false
  }

  /// Whether the map ends here, which is read, or there are no more bytes.
  mutating func leavesMap(_ bytes: RawSpan) -> Bool {
    guard offset < end, let code = bytes.uint8(at: offset) else { return true }
    guard code == 0x5a else { return false }
    offset += 1
    return true
  }

  /// The class of the object here and the text of its field `name`; `nil` when no object is here. Nothing behind the field is read.
  mutating func object(_ bytes: RawSpan, textOf name: StaticString) -> (className: Range<Int>?, field: Range<Int>?)? {
    while offset < end, bytes.uint8(at: offset) == 0x43 { guard define(bytes) else { return nil } }
    guard let code = next(bytes), let definition = definition(code, bytes) else { return nil }
    var names = HessianReader(definition.fields..<end)
    for _ in 0..<definition.fieldCount {
      guard let field = names.text(bytes) else { break }
      if field.count == name.utf8CodeUnitCount, bytes.hasBytes(name, at: field.lowerBound) { return (definition.name, text(bytes)) }
      guard skip(bytes) else { break }
    }
    return (definition.name, nil)
  }

  // MARK: Values that are not

  /// Steps over one value; `false` when it is cut or none.
  mutating func skip(_ bytes: RawSpan, depth: Int = 0) -> Bool {
    guard depth < HessianReader.deepest, offset < end, let code = bytes.uint8(at: offset) else { return false }
    switch code {
    case 0x00...0x1f, 0x30...0x33, 0x52, 0x53: return skipText(bytes)
    case 0x20...0x2f, 0x34...0x37, 0x41, 0x42: return skipBinary(bytes)
    case 0x80...0xd7, 0x49: return integer(bytes) != nil
    case 0x46, 0x4e, 0x54, 0x5b, 0x5c, 0xd8...0xef: return advance(1)
    case 0x5d, 0xf0...0xff: return advance(2)
    case 0x38...0x3f, 0x5e: return advance(3)
    case 0x4b, 0x59, 0x5f: return advance(5)
    case 0x44, 0x4a, 0x4c: return advance(9)
    case 0x51:
      offset += 1
      return integer(bytes) != nil
    case 0x43: return define(bytes) && skip(bytes, depth: depth + 1)
    case 0x4f, 0x60...0x6f:
      offset += 1
      guard let definition = definition(code, bytes) else { return false }
      return skip(definition.fieldCount, bytes, depth)
    default: return skipCollection(code, bytes, depth)
    }
  }

  /// Lists and maps. Source: §4.7, §4.8.
  private mutating func skipCollection(_ code: UInt8, _ bytes: RawSpan, _ depth: Int) -> Bool {
    offset += 1
    switch code {
    case 0x48, 0x57: return skipUntilEnd(bytes, depth)
    case 0x4d, 0x55: return skipType(bytes) && skipUntilEnd(bytes, depth)
    case 0x56:
      guard skipType(bytes), let count = integer(bytes) else { return false }
      return skip(count, bytes, depth)
    case 0x58:
      guard let count = integer(bytes) else { return false }
      return skip(count, bytes, depth)
    case 0x70...0x77: return skipType(bytes) && skip(Int(code - 0x70), bytes, depth)
    case 0x78...0x7f: return skip(Int(code - 0x78), bytes, depth)
    default: return false
    }
  }

  private mutating func skip(_ count: Int, _ bytes: RawSpan, _ depth: Int) -> Bool {
    guard count >= 0 else { return false }
    // Every value takes a byte, so that a count beyond the bytes ends with them.
    for _ in 0..<count { guard skip(bytes, depth: depth + 1) else { return false } }
    return true
  }

  private mutating func skipUntilEnd(_ bytes: RawSpan, _ depth: Int) -> Bool {
    while offset < end {
      if bytes.uint8(at: offset) == 0x5a { return advance(1) }
      guard skip(bytes, depth: depth + 1) else { return false }
    }
    return false
  }

  /// A type is its name, or the number of one that was named before.
  private mutating func skipType(_ bytes: RawSpan) -> Bool { integer(bytes) != nil || skipText(bytes) }

  private mutating func skipText(_ bytes: RawSpan) -> Bool {
    while let code = next(bytes), let count = characterCount(code, bytes), characters(count, bytes) != nil {
      if code != 0x52 { return true }
    }
    return false
  }

  private mutating func skipBinary(_ bytes: RawSpan) -> Bool {
    while let code = next(bytes) {
      switch code {
      case 0x20...0x2f: return advance(Int(code - 0x20))
      case 0x34...0x37: return next(bytes).map { advance(Int(code - 0x34) << 8 + Int($0)) } ?? false
      case 0x41, 0x42:
        guard let count = bytes.bigEndian16(at: offset), advance(2 + Int(count)) else { return false }
        if code == 0x42 { return true }
      default: return false
      }
    }
    return false
  }

  // MARK: Classes

  /// 'C', the class's name, how many fields it has, their names. Source: §4.5.
  private mutating func define(_ bytes: RawSpan) -> Bool {
    guard advance(1), classes.count < HessianReader.classLimit else { return false }
    let name = text(bytes)
    guard name != nil || skipText(bytes), let fieldCount = integer(bytes), fieldCount >= 0 else { return false }
    classes.append(ClassDefinition(name: name, fields: offset, fieldCount: fieldCount))
    for _ in 0..<fieldCount { guard skipText(bytes) else { return false } }
    return true
  }

  /// The definition that an object's first byte, or the number behind it, names.
  private mutating func definition(_ code: UInt8, _ bytes: RawSpan) -> ClassDefinition? {
    let number: Int?
    switch code {
    case 0x60...0x6f: number = Int(code - 0x60)
    case 0x4f: number = integer(bytes)
    default: number = nil
    }
    guard let number, classes.indices.contains(number) else { return nil }
    return classes[number]
  }

  // MARK: Bytes

  private mutating func next(_ bytes: RawSpan) -> UInt8? {
    guard offset < end, let byte = bytes.uint8(at: offset) else { return nil }
    offset += 1
    return byte
  }

  private mutating func advance(_ count: Int) -> Bool {
    guard count <= end - offset else { return false }
    offset += count
    return true
  }

  private mutating func taking(_ count: Int, _ value: Int) -> Int? { advance(count) ? value : nil }

  private mutating func characterCount(_ code: UInt8, _ bytes: RawSpan) -> Int? {
    switch code {
    case 0x00...0x1f: return Int(code)
    case 0x30...0x33: return next(bytes).map { Int(code - 0x30) << 8 + Int($0) }
    case 0x52, 0x53:
      guard let count = bytes.bigEndian16(at: offset), advance(2) else { return nil }
      return Int(count)
    default: return nil
    }
  }

  /// Lengths count UTF-16 code units, of which each takes one to three bytes; a sequence of four bytes stands for two.
  private mutating func characters(_ count: Int, _ bytes: RawSpan) -> Range<Int>? {
    let start = offset
    var remaining = count
    while remaining > 0 {
      guard let first = bytes.uint8(at: offset) else { return nil }
      let size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
      guard advance(size) else { return nil }
      remaining -= size == 4 ? 2 : 1
    }
    return start..<offset
  }
}
