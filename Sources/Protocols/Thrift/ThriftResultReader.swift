import Wire

/// Reads what a reply or an exception begins with: which field of the result is set, and what went wrong.
enum ThriftResultReader {
  /// Adds to `message` what stands at `start`; `false` when more bytes are needed and can come. Nothing lies behind `limit`.
  static func read(_ message: inout ThriftMessage, _ bytes: RawSpan, at start: Int, limit: Int) -> Bool {
    switch message.kind {
    case .call, .oneWay: return true
    case .reply:
      var fields = ThriftFieldCursor(message.encoding, start)
      switch fields.next(bytes) {
      case .field(let identifier, _): message.resultField = identifier
      case .stop, .invalid: break
      case .incomplete: return bytes.byteCount >= limit
      }
      return true
    case .exception:
      var fields = ThriftFieldCursor(message.encoding, start)
      while case .field(let identifier, let type) = fields.next(bytes) {
        if identifier == 1, type == .string {
          guard let length = fields.length(bytes) else { return isAllThere(bytes, start, limit) }
          let end = fields.offset + min(length, ThriftHeadReader.longestException)
          guard end <= bytes.byteCount, end <= limit else { return isAllThere(bytes, start, limit) }
          message.exception.message = fields.offset..<end
          guard length <= ThriftHeadReader.longestException else { return true }
          fields.offset = end
        } else if identifier == 2, type == .i32 {
          guard let value = fields.i32(bytes) else { return isAllThere(bytes, start, limit) }
          message.exception.type = value
        } else {
          return true
        }
      }
      return message.exception.type != nil || isAllThere(bytes, start, limit) || fields.isOver
    }
  }

  private static func isAllThere(_ bytes: RawSpan, _ start: Int, _ limit: Int) -> Bool {
    bytes.byteCount >= min(limit, start + 2 * ThriftHeadReader.longestException)
  }
}

/// Types of values, whatever numbers a protocol has for them.
enum ThriftType: Hashable, Sendable {
  case bool, byte, i16, i32, i64, double, string, structure, map, set, list, identifier

  init?(binary code: UInt8) {
    switch code {
    case 2: self = .bool
    case 3: self = .byte
    case 4: self = .double
    case 6: self = .i16
    case 8: self = .i32
    case 10: self = .i64
    case 11: self = .string
    case 12: self = .structure
    case 13: self = .map
    case 14: self = .set
    case 15: self = .list
    case 16: self = .identifier
    default: return nil
    }
  }

  init?(compact code: UInt8) {
    switch code {
    case 1, 2: self = .bool
    case 3: self = .byte
    case 4: self = .i16
    case 5: self = .i32
    case 6: self = .i64
    case 7: self = .double
    case 8: self = .string
    case 9: self = .list
    case 10: self = .set
    case 11: self = .map
    case 12: self = .structure
    case 13: self = .identifier
    default: return nil
    }
  }
}

/// Reads field headers of one structure, one after the other; the caller moves `offset` behind each value.
struct ThriftFieldCursor {
  enum Step {
    case field(Int, ThriftType)
    case stop
    case incomplete
    case invalid
  }

  var offset: Int
  /// The structure's end was seen, or it makes no sense.
  private(set) var isOver = false
  private let encoding: ThriftMessage.Encoding
  private var last: Int64 = 0

  init(_ encoding: ThriftMessage.Encoding, _ offset: Int) {
    self.encoding = encoding
    self.offset = offset
  }

  mutating func next(_ bytes: RawSpan) -> Step {
    guard let first = bytes.uint8(at: offset) else { return .incomplete }
    if first == 0 {
      isOver = true
      return .stop
    }
    switch encoding {
    case .binary:
      guard let identifier = bytes.bigEndian16(at: offset + 1) else { return .incomplete }
      guard let type = ThriftType(binary: first) else { break }
      offset += 3
      return .field(Int(Int16(bitPattern: identifier)), type)
    case .compact:
      guard let type = ThriftType(compact: first & 15) else { break }
      var end = offset + 1
      if first >> 4 == 0 {
        guard let identifier = ThriftVariableInteger.read(bytes, &end) else { return .incomplete }
        last = ThriftVariableInteger.signed(identifier)
      } else {
        last = last &+ Int64(first >> 4)
      }
      offset = end
      return .field(Int(truncatingIfNeeded: last), type)
    }
    isOver = true
    return .invalid
  }

  /// The length of a string; `nil` when it is not there or beyond what a message holds.
  mutating func length(_ bytes: RawSpan) -> Int? {
    switch encoding {
    case .binary:
      guard let length = bytes.bigEndian32(at: offset), length <= UInt32(Int32.max) else { return nil }
      offset += 4
      return Int(length)
    case .compact: return ThriftVariableInteger.read(bytes, &offset).flatMap { $0 <= UInt64(Int32.max) ? Int($0) : nil }
    }
  }

  mutating func i32(_ bytes: RawSpan) -> Int32? {
    switch encoding {
    case .binary:
      defer { offset += 4 }
      return bytes.bigEndian32(at: offset).map { Int32(bitPattern: $0) }
    case .compact: return ThriftVariableInteger.read(bytes, &offset).map { Int32(truncatingIfNeeded: ThriftVariableInteger.signed($0)) }
    }
  }
}
