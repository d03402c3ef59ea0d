/// A text stored once in a `TextTable`. Rows carry these four bytes, not strings (SmartEncoding).
package struct TextID: Hashable, Sendable {
  package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Every distinct text of an analysis, stored once. Parsers intern straight from the capture's bytes, rows carry the
/// identifier, and export writes the table as the dictionary.
///
/// Identifiers are dense from 0, in order of first appearance, and stay valid for the table's life. A text longer than
/// `longestText` bytes is cut there and counted. Bytes need not be UTF-8; `string(_:)` repairs them.
package struct TextTable: ~Copyable, Sendable {
  /// Bytes kept of one text.
  package static let longestText = 65_536

  /// Texts that were cut at `longestText`.
  package private(set) var cutCount = 0

  private var arena: [UInt8] = []
  /// Text `i` is `arena[ends[i - 1] ..< ends[i]]`.
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// Open addressing, a power of two; 0 is free, otherwise identifier + 1.
  private var slots: [UInt32] = Array(repeating: 0, count: 1024)

  package init() {}

  package var count: Int { ends.count }

  /// The identifier of `bytes`, which are stored when they are new.
  package mutating func intern(_ bytes: RawSpan) -> TextID {
    bytes.withUnsafeBytes { internBytes($0) }
  }

  /// The identifier of `bytes[range]`. The range must lie inside the span.
  package mutating func intern(_ bytes: RawSpan, _ range: Range<Int>) -> TextID {
    intern(bytes.extracting(range))
  }

  package mutating func intern(_ text: String) -> TextID {
    var text = text
    return text.withUTF8 { internBytes(UnsafeRawBufferPointer($0)) }
  }

  package mutating func intern(_ text: StaticString) -> TextID {
    internBytes(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The identifier of `bytes` when the table holds them already.
  package func identifier(of bytes: RawSpan) -> TextID? {
    bytes.withUnsafeBytes { bytes in
      let hash = TextTable.hash(bytes)
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 {
        let index = Int(slots[slot] - 1)
        if hashes[index] == hash, isEqual(index, bytes) { return TextID(rawValue: UInt32(index)) }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }
  }

  /// The text as a string; what is not UTF-8 becomes U+FFFD.
  package func string(_ id: TextID) -> String {
    withBytes(id) { String(decoding: $0, as: UTF8.self) }
  }

  /// The text's bytes, as captured.
  package func withBytes<Result>(_ id: TextID, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let index = Int(id.rawValue)
    let start = index == 0 ? 0 : ends[index - 1]
    return try arena.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[index]])) }
  }

  private mutating func internBytes(_ whole: UnsafeRawBufferPointer) -> TextID {
    var bytes = whole
    if whole.count > TextTable.longestText {
      bytes = UnsafeRawBufferPointer(rebasing: whole[0..<TextTable.longestText])
      cutCount += 1
    }
    let hash = TextTable.hash(bytes)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot] - 1)
      if hashes[index] == hash, isEqual(index, bytes) { return TextID(rawValue: UInt32(index)) }
      slot = (slot + 1) & (slots.count - 1)
    }
    precondition(ends.count < Int(UInt32.max) - 1, "a text table holds fewer than 2^32 texts")
    arena.append(contentsOf: bytes)
    ends.append(arena.count)
    hashes.append(hash)
    slots[slot] = UInt32(ends.count)
    if ends.count * 2 > slots.count { grow() }
    return TextID(rawValue: UInt32(ends.count - 1))
  }

  private func isEqual(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == bytes.count else { return false }
    return arena.withUnsafeBytes { $0[start..<ends[index]].elementsEqual(bytes) }
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// Multiply-and-fold over eight bytes at a time. Not keyed: an attacker who makes texts collide slows one analysis down,
  /// and the same bundle must give the same output everywhere.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      state = fold(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
      tail = tail << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return fold(state ^ tail)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}
