/// Numbers for combinations of integers, in order of first appearance from 1.
struct TupleDictionary: ~Copyable {
  /// Integers of one combination.
  let width: Int
  /// Combination i is `values[i * width ..< (i + 1) * width]`.
  private(set) var values: [Int64] = []
  private var hashes: [UInt64] = []
  /// Open addressing, a power of two; 0 is free, otherwise number of a combination.
  private var slots: [UInt32] = Array(repeating: 0, count: 256)

  init(width: Int) { self.width = width }

  var count: Int { hashes.count }

  /// The number of `tuple`, which is stored when it is new.
  mutating func number(of tuple: [Int64]) -> Int64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    for value in tuple {
      let product = (hash ^ UInt64(bitPattern: value)).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
      hash = product.high ^ product.low
    }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot] - 1)
      if hashes[index] == hash, isEqual(index, tuple) { return Int64(index + 1) }
      slot = (slot + 1) & (slots.count - 1)
    }
    values.append(contentsOf: tuple)
    hashes.append(hash)
    slots[slot] = UInt32(hashes.count)
    if hashes.count * 2 > slots.count { grow() }
    return Int64(hashes.count)
  }

  private func isEqual(_ index: Int, _ tuple: [Int64]) -> Bool {
    let start = index * width
    for position in 0..<width where values[start + position] != tuple[position] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }
}
