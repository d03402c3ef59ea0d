import Wire

/// Steps over what a packet holds behind its head: a block of columns, plain or packed, or texts. It keeps a stack of what is still to come,
/// which does not grow with the data: counts, not values.
///
/// Source: `src/Formats/NativeReader.cpp`, `src/Core/BlockInfo.cpp`, `src/Compression/CompressedReadBuffer.cpp`.
struct ClickHouseBlockWalker: Sendable {
  /// Rows of a block, and values of a column in it: more are not believed.
  private static let countLimit: UInt64 = 1 << 40
  private static let columnLimit: UInt64 = 100_000
  /// A packed block is cut when so much was written: a shorter piece is its last.
  private static let pieceByteCount = 1 << 20
  /// Check sum, method, two lengths.
  private static let pieceHeadByteCount = 25
  private static let longestPiece: UInt32 = 1 << 30
  /// The last group of a sparse column's positions.
  private static let lastGroup: UInt64 = 1 << 62

  enum Step {
    case done
    /// What comes next is not there as a whole.
    case starved
    /// So many bytes more may pass unseen; then it goes on.
    case skip(Int)
    /// Values of which nobody can tell here how long they are.
    case unsupported(StaticString)
    case invalid(StaticString)
  }

  private enum Task: Sendable {
    case skip(Int)
    /// Texts with their lengths before them.
    case texts(UInt64)
    /// The last of the offsets of texts that follow.
    case textEnd
    case information
    case dimensions
    case columns(UInt64)
    case values(Int, UInt64)
    /// The last offset of a list's elements, which follow.
    case listEnd(Int)
    case dictionary(Int, UInt64)
    case indexes(Int)
    case sparse(Int, UInt64)
    case pieces(isFirst: Bool)
    /// Whether another exception follows.
    case nested
  }

  private var tasks: [Task] = []
  private var type: ClickHouseType?
  private let revision: ClickHouseRevision
  private(set) var rowCount: UInt64 = 0

  /// Nothing is to come but what may pass unseen.
  var isAtEnd: Bool { tasks.isEmpty }

  private init(_ revision: ClickHouseRevision, _ tasks: [Task]) {
    self.revision = revision
    self.tasks = tasks
  }

  /// A table's name and a block.
  static func block(_ revision: ClickHouseRevision, isPacked: Bool) -> ClickHouseBlockWalker {
    ClickHouseBlockWalker(revision, isPacked ? [.pieces(isFirst: true), .texts(1)] : [.dimensions, .information, .texts(1)])
  }

  static func texts(_ count: UInt64, _ revision: ClickHouseRevision, isPacked: Bool = false) -> ClickHouseBlockWalker {
    ClickHouseBlockWalker(revision, isPacked ? [.pieces(isFirst: true)] : [.texts(count)])
  }

  static func bytes(_ count: Int, _ revision: ClickHouseRevision) -> ClickHouseBlockWalker {
    ClickHouseBlockWalker(revision, [.skip(count)])
  }

  /// The rest of an exception: of its text, the stack, exceptions within.
  static func exception(_ restOfText: Int, _ revision: ClickHouseRevision) -> ClickHouseBlockWalker {
    ClickHouseBlockWalker(revision, [.nested, .texts(1), .skip(restOfText)])
  }

  mutating func advance(_ bytes: RawSpan, _ offset: inout Int) -> Step {
    while let task = tasks.popLast() {
      var cursor = ClickHouseCursor(offset)
      if case .skip(let count) = task {
        let present = min(count, bytes.byteCount - offset)
        offset += present
        if present < count { return .skip(count - present) }
        continue
      }
      if case .texts(let count) = task {
        if let step = texts(count, bytes, &offset) { return step }
        continue
      }
      if case .sparse(let node, let count) = task {
        if let step = sparse(node, count, bytes, &offset) { return step }
        continue
      }
      switch perform(task, &cursor, bytes) {
      case .done: offset = cursor.offset
      case .starved:
        tasks.append(task)
        return .starved
      case let step: return step
      }
    }
    return .done
  }

  /// A task whose bytes are few and must be there as a whole.
  private mutating func perform(_ task: Task, _ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Step {
    switch task {
    case .skip, .texts, .sparse: return .done
    case .textEnd:
      guard let end = cursor.littleEndian64(bytes) else { return .starved }
      return push(end, 1)
    case .information: return information(&cursor, bytes)
    case .dimensions:
      guard let columns = cursor.number(bytes), let rows = cursor.number(bytes) else { return missing(cursor) }
      guard columns <= Self.columnLimit, rows <= Self.countLimit else { return .invalid("a block of an impossible size") }
      rowCount = rows
      tasks.append(.columns(columns))
      return .done
    case .columns(let count): return column(count, &cursor, bytes)
    case .values(let node, let count): return values(node, count)
    case .listEnd(let node):
      guard let end = cursor.littleEndian64(bytes) else { return .starved }
      guard end <= Self.countLimit, let type else { return .invalid("a list of an impossible length") }
      for child in type.nodes[node].children.reversed() { tasks.append(.values(child, end)) }
      return .done
    case .dictionary(let node, let count): return dictionary(node, count, &cursor, bytes)
    case .indexes(let width):
      guard let count = cursor.littleEndian64(bytes) else { return .starved }
      return push(count, width)
    case .pieces(let isFirst): return pieces(isFirst, &cursor, bytes)
    case .nested:
      guard let hasMore = cursor.flag(bytes) else { return missing(cursor) }
      if hasMore { tasks += [.nested, .texts(3), .skip(4)] }
      return .done
    }
  }

  private func missing(_ cursor: ClickHouseCursor) -> Step { cursor.isInvalid ? .invalid("a malformed block") : .starved }

  private mutating func push(_ count: UInt64, _ width: Int) -> Step {
    let (product, overflows) = count.multipliedReportingOverflow(by: UInt64(width))
    guard !overflows, product <= Self.countLimit else { return .invalid("a column of an impossible size") }
    if product > 0 { tasks.append(.skip(Int(product))) }
    return .done
  }

  // MARK: Plain blocks

  /// Numbered fields that a zero ends: whether rows overflow, a bucket, and buckets that come later.
  private func information(_ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Step {
    while true {
      guard let field = cursor.number(bytes) else { return missing(cursor) }
      switch field {
      case 0: return .done
      case 1: if cursor.skip(1, bytes) == nil { return .starved }
      case 2: if cursor.skip(4, bytes) == nil { return .starved }
      case 3:
        guard let count = cursor.number(bytes) else { return missing(cursor) }
        guard count <= 4096 else { return .invalid("a malformed block") }
        if cursor.skip(4 * Int(count), bytes) == nil { return .starved }
      default: return .invalid("a malformed block")
      }
    }
  }

  private mutating func column(_ count: UInt64, _ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Step {
    guard count > 0 else { return .done }
    guard cursor.text(bytes) != nil, let name = cursor.text(bytes) else { return missing(cursor) }
    var isCustom = false
    if revision >= .customSerialization {
      guard let flag = cursor.flag(bytes) else { return missing(cursor) }
      isCustom = flag
    }
    guard rowCount > 0 || isCustom else {
      if count > 1 { tasks.append(.columns(count - 1)) }
      return .done
    }
    guard var type = ClickHouseType(name, bytes) else { return .unsupported("a column of a type that is not stepped over") }
    if isCustom, type.readKinds(&cursor, bytes) == nil {
      return cursor.isInvalid ? .unsupported("a column that is written in a way that is not stepped over") : .starved
    }
    self.type = type
    // Nothing stays behind the last values: whoever steps over them sees that they are the last.
    if count > 1 { tasks.append(.columns(count - 1)) }
    guard rowCount > 0 else { return .done }
    tasks.append(.values(type.root, rowCount))
    if type.dictionaryCount > 0 { tasks.append(.skip(8 * type.dictionaryCount)) }
    return .done
  }

  private mutating func values(_ index: Int, _ count: UInt64) -> Step {
    guard let type, count > 0 else { return .done }
    if type.nodes[index].isSparse {
      tasks.append(.sparse(index, 0))
      return .done
    }
    return dense(index, count)
  }

  private mutating func dense(_ index: Int, _ count: UInt64) -> Step {
    guard let type, count > 0 else { return .done }
    let node = type.nodes[index]
    switch node.kind {
    case .fixed(let width): return push(count, width)
    case .plainText: tasks.append(.texts(count))
    case .text:
      guard revision >= .textOffsets else {
        tasks.append(.texts(count))
        return .done
      }
      tasks.append(.textEnd)
      return push(count - 1, 8)
    case .nullable:
      tasks.append(.values(node.children[0], count))
      return push(count, 1)
    case .array, .map:
      tasks.append(.listEnd(index))
      return push(count - 1, 8)
    case .tuple:
      // A tuple without elements has a byte for each.
      guard !node.children.isEmpty else { return push(count, 1) }
      for child in node.children.reversed() { tasks.append(.values(child, count)) }
    case .dictionary: tasks.append(.dictionary(node.children[0], count))
    }
    return .done
  }

  /// How wide its indexes are, its keys, and an index for each value. Source: `SerializationLowCardinality.cpp`.
  private mutating func dictionary(_ keys: Int, _ count: UInt64, _ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Step {
    guard let flags = cursor.littleEndian64(bytes) else { return .starved }
    guard flags & 0xff <= 3, flags >> 11 == 0 else { return .invalid("a malformed dictionary") }
    guard flags & 0x100 == 0 else { return .unsupported("a dictionary that is shared by blocks") }
    let width = 1 << Int(flags & 0xff)
    if flags & 0x200 != 0 {
      guard let keyCount = cursor.littleEndian64(bytes) else { return .starved }
      guard keyCount <= Self.countLimit else { return .invalid("a malformed dictionary") }
      tasks.append(.indexes(width))
      tasks.append(.values(keys, keyCount))
    } else {
      tasks.append(.indexes(width))
    }
    return .done
  }

  private mutating func texts(_ count: UInt64, _ bytes: RawSpan, _ offset: inout Int) -> Step? {
    var left = count
    while left > 0 {
      var cursor = ClickHouseCursor(offset)
      guard let length = cursor.number(bytes) else {
        tasks.append(.texts(left))
        return missing(cursor)
      }
      guard length <= Self.countLimit else { return .invalid("a text of an impossible length") }
      left -= 1
      offset = cursor.offset
      let present = min(Int(length), bytes.byteCount - offset)
      offset += present
      if present < Int(length) {
        if left > 0 { tasks.append(.texts(left)) }
        return .skip(Int(length) - present)
      }
    }
    return nil
  }

  /// Groups of defaults, each with a value behind it but the last. Source: `SerializationSparse.cpp`.
  private mutating func sparse(_ node: Int, _ known: UInt64, _ bytes: RawSpan, _ offset: inout Int) -> Step? {
    var count = known
    while true {
      var cursor = ClickHouseCursor(offset)
      guard let group = cursor.number(bytes) else {
        tasks.append(.sparse(node, count))
        return missing(cursor)
      }
      offset = cursor.offset
      if group & Self.lastGroup != 0 { break }
      count += 1
      guard count <= rowCount else { return .invalid("more values than rows") }
    }
    guard let type, count > 0 else { return nil }
    // What is missing is a default: there is no map of missing values.
    let isNullable = type.nodes[node].kind == .nullable
    let step = dense(isNullable ? type.nodes[node].children[0] : node, count)
    if case .done = step { return nil }
    return step
  }

  // MARK: Packed blocks

  /// Pieces of a packed block, each with a check sum, a method and two lengths before it. Another one follows one that is as long as pieces can
  /// be; a block that ends with such a piece is told by what follows.
  private mutating func pieces(_ isFirst: Bool, _ cursor: inout ClickHouseCursor, _ bytes: RawSpan) -> Step {
    let start = cursor.offset
    guard bytes.byteCount - start >= Self.pieceHeadByteCount else {
      // Too few bytes for a piece: the packets behind a block begin with their small numbers, a piece with a check sum.
      guard !isFirst, let first = bytes.uint8(at: start), (1...19).contains(first) else { return .starved }
      return .done
    }
    guard let piece = Self.piece(bytes, at: start) else { return isFirst ? .invalid("not a packed block") : .done }
    cursor.offset = start + Self.pieceHeadByteCount
    if piece.unpacked >= Self.pieceByteCount { tasks.append(.pieces(isFirst: false)) }
    tasks.append(.skip(piece.packed - 9))
    return .done
  }

  /// The lengths of a piece, its method and the lengths themselves counted in the first, when one stands at `offset`.
  static func piece(_ bytes: RawSpan, at offset: Int) -> (packed: Int, unpacked: Int)? {
    guard let method = bytes.uint8(at: offset + 16), let packed = bytes.littleEndian32(at: offset + 17),
      let unpacked = bytes.littleEndian32(at: offset + 21)
    else { return nil }
    // Not packed, LZ4, ZSTD.
    guard method == 0x02 || method == 0x82 || method == 0x90, packed >= 10, packed <= longestPiece, unpacked > 0, unpacked <= longestPiece
    else { return nil }
    return (Int(packed), Int(unpacked))
  }
}
