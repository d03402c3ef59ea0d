import Wire

/// Where the flags of a tight command are: among the bytes, or, behind a long content, what was kept of them.
enum OpenWireBits: Sendable {
  case none
  /// The next bit, and where they end, counted in bits.
  case bytes(next: Int, end: Int)
  case kept(UInt64, count: Int)

  /// The next flag; `nil` when there are no more.
  mutating func next(_ bytes: RawSpan) -> Bool? {
    switch self {
    case .none: return nil
    case .bytes(let next, let end):
      guard next < end, let byte = bytes.uint8(at: next >> 3) else { return nil }
      self = .bytes(next: next + 1, end: end)
      return byte >> UInt8(next & 7) & 1 == 1
    case .kept(let bits, let count):
      guard count > 0 else { return nil }
      self = .kept(bits >> 1, count: count - 1)
      return bits & 1 == 1
    }
  }

  /// The flags that are left, without the bytes; at most 64.
  func kept(_ bytes: RawSpan) -> OpenWireBits {
    guard case .bytes(let next, let end) = self else { return self }
    var rest = self
    var bits: UInt64 = 0
    let count = min(64, end - next)
    for index in 0..<count where rest.next(bytes) == true { bits |= 1 << UInt64(index) }
    return .kept(bits, count: count)
  }

  /// Whether all flags were read: only filling zeros of the last byte are left.
  func isUsedUp(_ bytes: RawSpan) -> Bool {
    guard case .bytes(let next, let end) = self else { return true }
    guard end - next < 8 else { return false }
    var rest = self
    while let bit = rest.next(bytes) { if bit { return false } }
    return true
  }
}
