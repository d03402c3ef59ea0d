import Wire

/// The type of a column, as far as it says how many bytes its values take: a tree whose root is its last node.
///
/// Source: ClickHouse documentation, "Data types"; `src/DataTypes/Serializations`.
struct ClickHouseType: Sendable {
  /// Types within one another, and of one column together.
  private static let depthLimit = 16
  private static let nodeLimit = 1024
  private static let longestFixedText: Int = 1 << 24

  enum Kind: Hashable, Sendable {
    /// Values of so many bytes.
    case fixed(Int)
    case text
    /// Texts that stay with their lengths between them: in dictionaries.
    case plainText
    case nullable
    case array
    case map
    case tuple
    case dictionary
  }

  struct Node: Sendable {
    var kind: Kind
    var children: [Int] = []
    /// Only values that are not the default are sent, behind their positions.
    var isSparse = false
  }

  private(set) var nodes: [Node] = []
  /// Dictionaries have a number of their version before the column's values.
  private(set) var dictionaryCount = 0

  var root: Int { nodes.count - 1 }

  /// `nil` for a type whose values cannot be stepped over.
  init?(_ name: Range<Int>, _ bytes: RawSpan) {
    guard parse(name, bytes, 0) != nil else { return nil }
  }

  /// Reads which of the values are sparse: a byte for the column, and where it is a tuple, for each of its elements.
  /// `nil` when the bytes are not there, or say what is not stepped over: `isInvalid` of the cursor is set then.
  mutating func readKinds(_ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Bool? { readKinds(root, &cursor, bytes) }

  private mutating func readKinds(_ node: Int, _ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Bool? {
    guard let isSparse = cursor.flag(bytes) else { return nil }
    nodes[node].isSparse = isSparse
    guard case .tuple = nodes[node].kind else { return true }
    for child in nodes[node].children where readKinds(child, &cursor, bytes) == nil { return nil }
    return true
  }

  // MARK: Names of types

  private mutating func add(_ kind: Kind, _ children: [Int] = []) -> Int? {
    guard nodes.count < ClickHouseType.nodeLimit else { return nil }
    nodes.append(Node(kind: kind, children: children))
    return nodes.count - 1
  }

  private mutating func parse(_ range: Range<Int>, _ bytes: RawSpan, _ depth: Int, isKey: Bool = false) -> Int? {
    guard depth < ClickHouseType.depthLimit else { return nil }
    let range = bytes.trimmingBlanks(range)
    var end = range.lowerBound
    while end < range.upperBound, bytes.load8(at: end) != 0x28 { end += 1 }
    let name = range.lowerBound..<end
    guard end < range.upperBound else { return simple(name, bytes, depth, isKey: isKey) }
    guard bytes.load8(at: range.upperBound - 1) == 0x29 else { return nil }
    let inside = end + 1..<range.upperBound - 1
    func named(_ text: StaticString) -> Bool { bytes.equalsIgnoringCase(text, in: name) }
    if named("DateTime") { return add(.fixed(4)) }
    if named("DateTime64") || named("Time64") { return add(.fixed(8)) }
    if named("Enum8") { return add(.fixed(1)) }
    if named("Enum16") { return add(.fixed(2)) }
    if named("FixedString") {
      guard let width = bytes.decimal(in: bytes.trimmingBlanks(inside)), width <= ClickHouseType.longestFixedText else { return nil }
      return add(.fixed(width))
    }
    if named("Decimal") { return decimal(inside, bytes) }
    if named("Decimal32") { return add(.fixed(4)) }
    if named("Decimal64") { return add(.fixed(8)) }
    if named("Decimal128") { return add(.fixed(16)) }
    if named("Decimal256") { return add(.fixed(32)) }
    if named("Nullable") {
      // A dictionary knows its missing values by their number.
      if isKey { return parse(inside, bytes, depth + 1, isKey: true) }
      return parse(inside, bytes, depth + 1).flatMap { add(.nullable, [$0]) }
    }
    if named("Array") { return parse(inside, bytes, depth + 1).flatMap { add(.array, [$0]) } }
    if named("LowCardinality") {
      dictionaryCount += 1
      return parse(inside, bytes, depth + 1, isKey: true).flatMap { add(.dictionary, [$0]) }
    }
    if named("Tuple") { return elements(inside, bytes, depth).flatMap { add(.tuple, $0) } }
    if named("Nested") { return elements(inside, bytes, depth).flatMap { add(.tuple, $0) }.flatMap { add(.array, [$0]) } }
    if named("Map") { return elements(inside, bytes, depth).flatMap { $0.count == 2 ? add(.map, $0) : nil } }
    if named("SimpleAggregateFunction") {
      guard let comma = firstSeparator(0x2c, inside, bytes) else { return nil }
      return parse(comma + 1..<inside.upperBound, bytes, depth + 1)
    }
    return nil
  }

  private mutating func simple(_ name: Range<Int>, _ bytes: RawSpan, _ depth: Int, isKey: Bool) -> Int? {
    if bytes.equalsIgnoringCase("String", in: name) { return add(isKey ? .plainText : .text) }
    for (text, width) in ClickHouseType.widths where bytes.equalsIgnoringCase(text, in: name) { return add(.fixed(width)) }
    func named(_ text: StaticString) -> Bool { bytes.equalsIgnoringCase(text, in: name) }
    if bytes.hasBytes("Interval", at: name.lowerBound) { return add(.fixed(8)) }
    // Geometry: points, and lists of them, of lists, of lists of lists.
    let levels = named("Point") ? 0 : named("Ring") || named("LineString") ? 1 : named("Polygon") || named("MultiLineString") ? 2 : 3
    guard levels < 3 || named("MultiPolygon") else { return nil }
    guard let latitude = add(.fixed(8)), let longitude = add(.fixed(8)), var node = add(.tuple, [latitude, longitude]) else { return nil }
    for _ in 0..<levels {
      guard let list = add(.array, [node]) else { return nil }
      node = list
    }
    return node
  }

  private static let widths: [(StaticString, Int)] = [
    ("UInt8", 1), ("UInt16", 2), ("UInt32", 4), ("UInt64", 8), ("UInt128", 16), ("UInt256", 32), ("Int8", 1), ("Int16", 2), ("Int32", 4),
    ("Int64", 8), ("Int128", 16), ("Int256", 32), ("Float32", 4), ("Float64", 8), ("BFloat16", 2), ("Bool", 1), ("Date", 2), ("Date32", 4),
    ("DateTime", 4), ("DateTime64", 8), ("Time", 4), ("Time64", 8), ("UUID", 16), ("IPv4", 4), ("IPv6", 16), ("Nothing", 1), ("Enum8", 1),
    ("Enum16", 2),
  ]

  private mutating func decimal(_ inside: Range<Int>, _ bytes: RawSpan) -> Int? {
    let end = firstSeparator(0x2c, inside, bytes) ?? inside.upperBound
    guard let precision = bytes.decimal(in: bytes.trimmingBlanks(inside.lowerBound..<end)), (1...76).contains(precision) else { return nil }
    return add(.fixed(precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32))
  }

  /// Types between commas, with or without a name before each.
  private mutating func elements(_ inside: Range<Int>, _ bytes: RawSpan, _ depth: Int) -> [Int]? {
    var children: [Int] = []
    var start = inside.lowerBound
    while start < inside.upperBound {
      let end = firstSeparator(0x2c, start..<inside.upperBound, bytes) ?? inside.upperBound
      var element = bytes.trimmingBlanks(start..<end)
      if let blank = firstSeparator(0x20, element, bytes) { element = blank + 1..<element.upperBound }
      guard let child = parse(element, bytes, depth + 1) else { return nil }
      children.append(child)
      start = end + 1
    }
    return children
  }

  /// The first such byte outside of parentheses and quotes.
  private func firstSeparator(_ separator: UInt8, _ range: Range<Int>, _ bytes: RawSpan) -> Int? {
    var depth = 0
    var quote: UInt8?
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes.load8(at: index)
      if let open = quote {
        if byte == 0x5c { index += 1 } else if byte == open { quote = nil }
      } else if byte == 0x27 || byte == 0x60 {
        quote = byte
      } else if byte == 0x28 {
        depth += 1
      } else if byte == 0x29 {
        depth -= 1
      } else if byte == separator, depth == 0 {
        return index
      }
      index += 1
    }
    return nil
  }
}
