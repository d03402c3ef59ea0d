import Wire

/// Steps over the elements of nested aggregates without keeping any: all that is remembered is how many elements of each level are
/// still to come.
struct RESPWalker: Sendable {
  /// Levels of aggregates within one another. Replies of Redis have eight at most (COMMAND DOCS).
  static let deepestNesting = 32

  private var remaining = [32 of UInt32](repeating: 0)
  private var depth = 0
  /// The bytes of a bulk string have passed, its line end has not.
  private(set) var lineEndIsDue = false
  /// Errors among the elements that have passed.
  private(set) var errorCount = 0

  var isDone: Bool { depth == 0 && !lineEndIsDue }

  enum Progress {
    /// All elements have passed; the offset behind the last.
    case done(Int)
    /// The elements before the offset have passed, and so many bytes after it may pass unseen.
    case paused(Int, skippedByteCount: Int)
    /// The element at the offset is not there as a whole.
    case starved(Int)
    case invalid(StaticString)
  }

  mutating func reset() {
    depth = 0
    lineEndIsDue = false
    errorCount = 0
  }

  /// Expects `count` more elements. `false` when that nests too deep.
  mutating func enter(_ count: Int) -> Bool {
    guard count > 0 else { return true }
    guard depth < RESPWalker.deepestNesting, let count = UInt32(exactly: count) else { return false }
    remaining[depth] = count
    depth += 1
    return true
  }

  /// Expects the line end of a bulk string, which is an element of the innermost aggregate when there is one.
  mutating func expectLineEnd() { lineEndIsDue = true }

  /// Steps over the elements that are there. Where `onlyBulks`, as in a command, no other type is valid.
  mutating func advance(_ bytes: RawSpan, from start: Int, scanned: Int, onlyBulks: Bool) -> Progress {
    var offset = start
    while true {
      if lineEndIsDue {
        switch (bytes.uint8(at: offset), bytes.uint8(at: offset + 1)) {
        case (0x0d, 0x0a): offset += 2
        case (nil, _), (0x0d, nil): return .starved(offset)
        default: return .invalid("a bulk string does not end where its length says")
        }
        lineEndIsDue = false
        endElement()
      }
      guard depth > 0 else { return .done(offset) }
      let element: RESPElement
      switch RESPElement.read(bytes, offset, scanned: scanned) {
      case .incomplete: return .starved(offset)
      case .invalid(let reason): return .invalid(reason)
      case .element(let read): element = read
      }
      guard !onlyBulks || element.type == RESPType.bulkString else { return .invalid("an argument that is not a bulk string") }
      offset = element.end
      if element.type == RESPType.simpleError || element.type == RESPType.bulkError { errorCount += 1 }
      switch element.kind {
      case .line: endElement()
      case .bulk(let length):
        lineEndIsDue = true
        guard bytes.byteCount - offset >= length else { return .paused(offset, skippedByteCount: length) }
        offset += length
      case .aggregate(let count):
        if count == 0 { endElement() } else if !enter(count) { return .invalid("values nested too deep") }
      case .attribute(let count):
        // The value that the attribute describes is the element; the attribute itself is one more.
        if count > 0 {
          remaining[depth - 1] &+= 1
          guard enter(count) else { return .invalid("values nested too deep") }
        }
      }
    }
  }

  private mutating func endElement() {
    while depth > 0 {
      remaining[depth - 1] -= 1
      if remaining[depth - 1] > 0 { return }
      depth -= 1
    }
  }
}
