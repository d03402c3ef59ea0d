/// An IPv4 or IPv6 address. IPv4 is held as an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) and shown as IPv4, so that a
/// dual-stack socket and its packets have one address.
@usableFromInline package struct IPAddress: Hashable, Comparable, Sendable {
  /// The first and the last eight bytes, in network order read as an integer.
  @usableFromInline package var high: UInt64
  @usableFromInline package var low: UInt64

  @inlinable package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  @inlinable package init(v4 address: UInt32) {
    high = 0
    low = 0x0000_ffff_0000_0000 | UInt64(address)
  }

  @inlinable package var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  /// The IPv4 address in host order, when it is one.
  @inlinable package var v4: UInt32? { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }

  @inlinable package var isUnspecified: Bool { (high == 0 && low == 0) || (isIPv4 && UInt32(truncatingIfNeeded: low) == 0) }

  @inlinable package var isLoopback: Bool {
    if isIPv4 { return UInt32(truncatingIfNeeded: low) >> 24 == 127 }
    return high == 0 && low == 1
  }

  @inlinable package var isMulticast: Bool {
    if isIPv4 { return UInt32(truncatingIfNeeded: low) >> 28 == 0xe }
    return high >> 56 == 0xff
  }

  @inlinable package static func == (left: IPAddress, right: IPAddress) -> Bool { left.low == right.low && left.high == right.high }

  @inlinable package static func < (left: IPAddress, right: IPAddress) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted decimal, or the canonical IPv6 text of RFC 5952.
  @usableFromInline package var description: String {
    if let v4 { return "\(v4 >> 24).\(v4 >> 16 & 0xff).\(v4 >> 8 & 0xff).\(v4 & 0xff)" }
    let groups = (0..<8).map { index in UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index % 4))) }
    // RFC 5952 §4.2: `::` stands for the longest run of two or more zero groups, the first of equals.
    var best = 0..<0
    var index = 0
    while index < 8 {
      var end = index
      while end < 8, groups[end] == 0 { end += 1 }
      if end - index > best.count, end - index >= 2 { best = index..<end }
      index = max(end, index + 1)
    }
    func joined(_ range: Range<Int>) -> String { range.map { String(groups[$0], radix: 16) }.joined(separator: ":") }
    return best.isEmpty ? joined(0..<8) : joined(0..<best.lowerBound) + "::" + joined(best.upperBound..<8)
  }

  /// Reads what `description` writes, and any other valid text of an address. `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    if !text.contains(":") {
      guard let v4 = IPAddress.parseIPv4(text) else { return nil }
      self.init(v4: v4)
      return
    }
    if text == "::" {
      self.init(high: 0, low: 0)
      return
    }
    var groups: [UInt16] = []
    var gap: Int?
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 2, parts[0].isEmpty, parts[1].isEmpty { parts.removeFirst() }
    if parts.count > 2, parts[parts.count - 1].isEmpty, parts[parts.count - 2].isEmpty { parts.removeLast() }
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        guard gap == nil else { return nil }
        gap = groups.count
      } else if part.contains(".") {
        guard index == parts.count - 1, let v4 = IPAddress.parseIPv4(part) else { return nil }
        groups += [UInt16(v4 >> 16), UInt16(v4 & 0xffff)]
      } else {
        guard part.count <= 4, let group = UInt16(part, radix: 16) else { return nil }
        groups.append(group)
      }
    }
    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    self.init(
      high: groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) }, low: groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) })
  }

  private static func parseIPv4(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard part.count <= 3, let byte = UInt8(part) else { return nil }
      value = value << 8 | UInt32(byte)
    }
    return value
  }
}
