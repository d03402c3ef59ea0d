/// Numbers for combinations of integers, in order of first appearance from 1.
struct TupleDictionary: ~Copyable {
  /// Integers of one combination.
  let width: Int
  /// Combination i is `values[i * width ..< (i + 1) * width]`.
  private var values: [Int64] = []
  private var hashes: [UInt64] = []
  /// Open addressing, a power of two; 0 is free, otherwise number of a combination.
  private var slots: [UInt32] = Array(repeating: 0, count: 256)
  /// The combination of the latest call: neighbouring rows often have the same.
  private var latest = 0

  init(width: Int) { self.width = width }

  var count: Int { hashes.count }

  /// An integer of a combination; both are counted from 0.
  func value(_ combination: Int, _ position: Int) -> Int64 { values[combination * width + position] }

  /// The number of the combination of `width` integers at `tuple`, which is stored when it is new.
  mutating func number(of tuple: UnsafePointer<Int64>) -> Int64 {
    if latest < hashes.count, isEqual(latest, tuple) { return Int64(latest + 1) }
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    for position in 0..<width {
      let product = (hash ^ UInt64(bitPattern: tuple[position])).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
      hash = product.high ^ product.low
    }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      latest = Int(slots[slot] - 1)
      if hashes[latest] == hash, isEqual(latest, tuple) { return Int64(latest + 1) }
      slot = (slot + 1) & (slots.count - 1)
    }
    latest = hashes.count
    values.append(contentsOf: UnsafeBufferPointer(start: tuple, count: width))
    hashes.append(hash)
    slots[slot] = UInt32(hashes.count)
    if hashes.count * 2 > slots.count { grow() }
    return Int64(hashes.count)
  }

  private func isEqual(_ index: Int, _ tuple: UnsafePointer<Int64>) -> Bool {
    values.withUnsafeBufferPointer { values in
      let start = index * width
      for position in 0..<width where values[start + position] != tuple[position] { return false }
      return true
    }
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
