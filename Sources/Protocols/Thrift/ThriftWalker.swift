import Wire

/// Steps through the structure of a message without a frame, whose end only its fields tell. What is nested is kept on a stack, so that a message
/// that trickles in is looked at once; texts and rows of numbers of one size pass unseen.
struct ThriftWalker: Sendable {
  /// Structures and containers inside one another; the reference implementation allows 64.
  static let deepest = 64

  private enum Level: Sendable {
    case structure
    case elements(ThriftType, remaining: Int)
    /// `isKey`: the next value is a key.
    case pairs(ThriftType, ThriftType, remaining: Int, isKey: Bool)
  }

  enum Progress: Hashable, Sendable {
    /// So many bytes were read, and so many behind them need not be.
    case read(Int, unseen: Int, isDone: Bool)
    case invalid
  }

  private let encoding: ThriftMessage.Encoding
  private var levels: [Level] = [.structure]

  init(_ encoding: ThriftMessage.Encoding) { self.encoding = encoding }

  mutating func walk(_ bytes: RawSpan) -> Progress {
    var offset = 0
    while let level = levels.last {
      switch value(of: level, bytes, &offset) {
      case .incomplete: return .read(offset, unseen: 0, isDone: false)
      case .invalid: return .invalid
      case .nothing: break
      case .unseen(let count):
        let rest = bytes.byteCount - offset
        if count > rest {
          guard count <= Int(Int32.max) else { return .invalid }
          return .read(bytes.byteCount, unseen: count - rest, isDone: false)
        }
        offset += count
      }
    }
    return .read(offset, unseen: 0, isDone: true)
  }

  private enum Found {
    /// The offset has moved; go on.
    case nothing
    case unseen(Int)
    case incomplete
    case invalid
  }

  private mutating func value(of level: Level, _ bytes: RawSpan, _ offset: inout Int) -> Found {
    let top = levels.count - 1
    switch level {
    case .structure:
      guard let first = bytes.uint8(at: offset) else { return .incomplete }
      if first == 0 {
        offset += 1
        levels.removeLast()
        return .nothing
      }
      var end = offset + 1
      let type: ThriftType?
      switch encoding {
      case .binary:
        guard bytes.bigEndian16(at: end) != nil else { return .incomplete }
        end += 2
        type = ThriftType(binary: first)
      case .compact:
        if first >> 4 == 0, ThriftVariableInteger.read(bytes, &end) == nil { return cut(bytes, offset) }
        type = ThriftType(compact: first & 15)
        // A truth value is in the field's type.
        if type == .bool {
          offset = end
          return .nothing
        }
      }
      guard let type else { return .invalid }
      return enter(type, bytes, &offset, from: end)
    case .elements(let type, let remaining):
      guard remaining > 0 else {
        levels.removeLast()
        return .nothing
      }
      if let size = size(of: type) {
        levels.removeLast()
        return .unseen(size * remaining)
      }
      let before = offset
      levels[top] = .elements(type, remaining: remaining - 1)
      let found = enter(type, bytes, &offset, from: offset)
      if case .incomplete = found, offset == before { levels[top] = level }
      return found
    case .pairs(let key, let element, let remaining, let isKey):
      guard remaining > 0 else {
        levels.removeLast()
        return .nothing
      }
      let before = offset
      levels[top] = .pairs(key, element, remaining: isKey ? remaining : remaining - 1, isKey: !isKey)
      let found = enter(isKey ? key : element, bytes, &offset, from: offset)
      if case .incomplete = found, offset == before { levels[top] = level }
      return found
    }
  }

  /// Reads the beginning of a value at `start`; only then does the offset move.
  private mutating func enter(_ type: ThriftType, _ bytes: RawSpan, _ offset: inout Int, from start: Int) -> Found {
    if let size = size(of: type) {
      offset = start
      return .unseen(size)
    }
    var end = start
    switch type {
    case .i16, .i32, .i64:
      guard ThriftVariableInteger.read(bytes, &end) != nil else { return cut(bytes, start) }
    case .string:
      guard let length = count(bytes, &end) else { return cut(bytes, start) }
      guard length <= Int(Int32.max) else { return .invalid }
      offset = end
      return .unseen(length)
    case .structure: return push(.structure, &offset, end)
    case .set, .list: return list(bytes, &offset, start)
    case .map: return map(bytes, &offset, start)
    case .bool, .byte, .double, .identifier: return .invalid
    }
    offset = end
    return .nothing
  }

  private mutating func list(_ bytes: RawSpan, _ offset: inout Int, _ start: Int) -> Found {
    guard let first = bytes.uint8(at: start) else { return .incomplete }
    var end = start + 1
    var length = Int(first >> 4)
    let type: ThriftType?
    switch encoding {
    case .binary:
      guard let count = count(bytes, &end) else { return .incomplete }
      length = count
      type = ThriftType(binary: first)
    case .compact:
      if length == 15 {
        guard let count = count(bytes, &end) else { return cut(bytes, start + 1) }
        length = count
      }
      type = ThriftType(compact: first & 15)
    }
    guard length <= Int(Int32.max) else { return .invalid }
    guard length > 0 else {
      offset = end
      return .nothing
    }
    guard let type else { return .invalid }
    return push(.elements(type, remaining: length), &offset, end)
  }

  private mutating func map(_ bytes: RawSpan, _ offset: inout Int, _ start: Int) -> Found {
    var end = start
    var types: (UInt8, UInt8) = (0, 0)
    let length: Int
    switch encoding {
    case .binary:
      guard let key = bytes.uint8(at: start), let value = bytes.uint8(at: start + 1) else { return .incomplete }
      end += 2
      guard let count = count(bytes, &end) else { return .incomplete }
      (types, length) = ((key, value), count)
    case .compact:
      guard let count = count(bytes, &end) else { return cut(bytes, start) }
      length = count
      if count > 0 {
        guard let both = bytes.uint8(at: end) else { return .incomplete }
        end += 1
        types = (both >> 4, both & 15)
      }
    }
    guard length <= Int(Int32.max) else { return .invalid }
    guard length > 0 else {
      offset = end
      return .nothing
    }
    let key = encoding == .binary ? ThriftType(binary: types.0) : ThriftType(compact: types.0)
    let value = encoding == .binary ? ThriftType(binary: types.1) : ThriftType(compact: types.1)
    guard let key, let value else { return .invalid }
    return push(.pairs(key, value, remaining: length, isKey: true), &offset, end)
  }

  private mutating func push(_ level: Level, _ offset: inout Int, _ end: Int) -> Found {
    guard levels.count < ThriftWalker.deepest else { return .invalid }
    levels.append(level)
    offset = end
    return .nothing
  }

  /// Bytes of every value of the type; `nil` when they differ.
  private func size(of type: ThriftType) -> Int? {
    switch type {
    case .bool, .byte: 1
    case .double: 8
    case .identifier: 16
    case .i16: encoding == .binary ? 2 : nil
    case .i32: encoding == .binary ? 4 : nil
    case .i64: encoding == .binary ? 8 : nil
    case .string, .structure, .map, .set, .list: nil
    }
  }

  private func count(_ bytes: RawSpan, _ offset: inout Int) -> Int? {
    switch encoding {
    case .binary:
      guard let count = bytes.bigEndian32(at: offset) else { return nil }
      offset += 4
      return Int(count)
    case .compact: return ThriftVariableInteger.read(bytes, &offset).map { Int(min($0, UInt64(Int64.max))) }
    }
  }

  /// A variable integer at `start` that has no end: more may come, or it is none.
  private func cut(_ bytes: RawSpan, _ start: Int) -> Found {
    bytes.byteCount - start < ThriftVariableInteger.longest + 1 ? .incomplete : .invalid
  }
}
