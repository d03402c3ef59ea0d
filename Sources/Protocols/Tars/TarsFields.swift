import Wire

/// Walks the fields of a structure in Tars' encoding: a tag (4 bits, or 15 and a byte) and a type (4 bits) before each value.
///
/// Source: TarsDocs, "tars-protocol", chapter 3, "encoding".
struct TarsFields {
  struct Field {
    enum Value {
      case integer(Int64)
      case text(Range<Int>)
      /// Bytes; or the entries of a map, its names and values in turn.
      case range(Range<Int>)
      case other
    }

    var tag: UInt8
    var value: Value

    var text: Range<Int>? {
      if case .text(let range) = value { return range }
      return nil
    }

    var integer: Int64? {
      if case .integer(let number) = value { return number }
      return nil
    }

    var range: Range<Int>? {
      if case .range(let range) = value { return range }
      return nil
    }
  }

  /// Values inside one another.
  static let deepest = 16

  private(set) var offset: Int
  private let end: Int
  /// A field is none, or is cut.
  private(set) var isBroken = false

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field; `nil` at the end, and where the bytes make no sense or are cut: then the offset stays before the field.
  mutating func next(_ bytes: RawSpan) -> Field? {
    guard offset < end, !isBroken else { return nil }
    let start = offset
    guard let field = read(bytes, depth: 0) else {
      offset = start
      isBroken = true
      return nil
    }
    return field
  }

  private mutating func read(_ bytes: RawSpan, depth: Int) -> Field? {
    guard depth < TarsFields.deepest, let head = byte(bytes) else { return nil }
    var tag = head >> 4
    if tag == 15 {
      guard let long = byte(bytes) else { return nil }
      tag = long
    }
    return value(head & 15, bytes, depth).map { Field(tag: tag, value: $0) }
  }

  private mutating func value(_ type: UInt8, _ bytes: RawSpan, _ depth: Int) -> Field.Value? {
    switch type {
    case 0: return byte(bytes).map { .integer(Int64(Int8(bitPattern: $0))) }
    case 1: return bytes.bigEndian16(at: offset).flatMap { taking(2, .integer(Int64(Int16(bitPattern: $0)))) }
    case 2: return bytes.bigEndian32(at: offset).flatMap { taking(4, .integer(Int64(Int32(bitPattern: $0)))) }
    case 3: return bytes.bigEndian64(at: offset).flatMap { taking(8, .integer(Int64(bitPattern: $0))) }
    case 4: return taking(4, .other)
    case 5: return taking(8, .other)
    case 6: return byte(bytes).flatMap { run(Int($0)) }.map { .text($0) }
    case 7:
      guard let length = bytes.bigEndian32(at: offset), taking(4, .other) != nil else { return nil }
      return run(Int(length)).map { .text($0) }
    case 8: return collection(2, bytes, depth)
    case 9: return collection(1, bytes, depth)
    case 10: return structure(bytes, depth)
    case 12: return .integer(0)
    case 13:
      // The type of the elements, which is that of bytes, and how many there are.
      guard byte(bytes) == 0, let count = read(bytes, depth: depth + 1)?.integer, count >= 0, count <= Int64(end - offset) else {
        return nil
      }
      return run(Int(count)).map { .range($0) }
    default: return nil
    }
  }

  /// A number of elements, and so many times `width` values.
  private mutating func collection(_ width: Int, _ bytes: RawSpan, _ depth: Int) -> Field.Value? {
    guard let count = read(bytes, depth: depth + 1)?.integer, count >= 0, count <= Int64(end - offset) else { return nil }
    let start = offset
    for _ in 0..<Int(count) * width { guard read(bytes, depth: depth + 1) != nil else { return nil } }
    return .range(start..<offset)
  }

  private mutating func structure(_ bytes: RawSpan, _ depth: Int) -> Field.Value? {
    while let head = bytes.uint8(at: offset), offset < end {
      if head == 0x0b {
        offset += 1
        return .other
      }
      guard read(bytes, depth: depth + 1) != nil else { return nil }
    }
    return nil
  }

  private mutating func byte(_ bytes: RawSpan) -> UInt8? {
    guard offset < end, let byte = bytes.uint8(at: offset) else { return nil }
    offset += 1
    return byte
  }

  private mutating func taking(_ count: Int, _ value: Field.Value) -> Field.Value? { run(count).map { _ in value } }

  private mutating func run(_ count: Int) -> Range<Int>? {
    guard count >= 0, count <= end - offset else { return nil }
    defer { offset += count }
    return offset..<offset + count
  }
}
