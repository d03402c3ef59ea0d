/// AES-128 in Galois/counter mode: opening what was sealed.
///
/// Source: NIST SP 800-38D.
struct AES128GCM: Sendable {
  static let tagByteCount = 16
  static let nonceByteCount = 12

  private let cipher: AES128
  /// Products of the hash key with each value of four bits, highest power first.
  private let products: [Element]

  /// An element of GF(2^128): the coefficient of x^0 is the highest bit.
  private struct Element {
    var high: UInt64
    var low: UInt64

    static func ^ (left: Element, right: Element) -> Element { Element(high: left.high ^ right.high, low: left.low ^ right.low) }

    /// Times x. Source: NIST SP 800-38D §6.3.
    var timesX: Element {
      Element(high: high >> 1 ^ (low & 1 == 0 ? 0 : 0xe100_0000_0000_0000), low: low >> 1 | high << 63)
    }
  }

  init(key: [UInt8]) {
    cipher = AES128(key: key)
    let zero = cipher.encipher((0, 0, 0, 0))
    var element = Element(high: UInt64(zero.0) << 32 | UInt64(zero.1), low: UInt64(zero.2) << 32 | UInt64(zero.3))
    var table = [Element](repeating: Element(high: 0, low: 0), count: 16)
    for bit in [8, 4, 2, 1] {
      table[bit] = element
      element = element.timesX
    }
    for value in 1..<16 where value & (value - 1) != 0 {
      let lowest = value & -value
      table[value] = table[lowest] ^ table[value ^ lowest]
    }
    products = table
  }

  /// The text of `sealed`, which ends with the tag; `nil` when the tag is not that of the key, nonce and associated bytes.
  func open(_ sealed: ArraySlice<UInt8>, nonce: [UInt8], associated: [UInt8]) -> [UInt8]? {
    guard sealed.count >= AES128GCM.tagByteCount, nonce.count == AES128GCM.nonceByteCount else { return nil }
    let text = sealed.dropLast(AES128GCM.tagByteCount)
    guard tag(text, nonce, associated).elementsEqual(sealed.suffix(AES128GCM.tagByteCount)) else { return nil }
    var opened: [UInt8] = []
    opened.reserveCapacity(text.count)
    var counter: UInt32 = 2
    var mask: [UInt8] = []
    for (index, byte) in text.enumerated() {
      if index % 16 == 0 {
        mask = keyStream(nonce, counter)
        counter &+= 1
      }
      opened.append(byte ^ mask[index % 16])
    }
    return opened
  }

  private func keyStream(_ nonce: [UInt8], _ counter: UInt32) -> [UInt8] {
    let words = (0..<3).map { word in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(nonce[word * 4 + $1]) } }
    let block = cipher.encipher((words[0], words[1], words[2], counter))
    return [block.0, block.1, block.2, block.3].flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - $0 * 8)) } }
  }

  private func tag(_ text: ArraySlice<UInt8>, _ nonce: [UInt8], _ associated: [UInt8]) -> [UInt8] {
    var sum = Element(high: 0, low: 0)
    add(associated[...], to: &sum)
    add(text, to: &sum)
    sum = multiplied(sum ^ Element(high: UInt64(associated.count) &* 8, low: UInt64(text.count) &* 8))
    let bytes = [sum.high, sum.low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - $0 * 8)) } }
    return zip(bytes, keyStream(nonce, 1)).map { $0 ^ $1 }
  }

  private func add(_ bytes: ArraySlice<UInt8>, to sum: inout Element) {
    var element = Element(high: 0, low: 0)
    var count = 0
    for byte in bytes {
      if count < 8 {
        element.high |= UInt64(byte) << UInt64(56 - count * 8)
      } else {
        element.low |= UInt64(byte) << UInt64(120 - count * 8)
      }
      count += 1
      guard count == 16 else { continue }
      sum = multiplied(sum ^ element)
      element = Element(high: 0, low: 0)
      count = 0
    }
    if count > 0 { sum = multiplied(sum ^ element) }
  }

  /// Times the hash key, four bits at a time from the highest power down.
  private func multiplied(_ element: Element) -> Element {
    var product = Element(high: 0, low: 0)
    for word in [element.low, element.high] {
      for shift in stride(from: UInt64(0), to: 64, by: 4) {
        let dropped = Int(product.low & 15)
        product = Element(high: product.high >> 4 ^ AES128GCM.reductions[dropped], low: product.low >> 4 | product.high << 60)
        product = product ^ products[Int(word >> shift & 15)]
      }
    }
    return product
  }

  /// What the four coefficients that leave an element come back as, by their bits.
  private static let reductions: [UInt64] = (0..<16).map { dropped in
    var element = Element(high: 0, low: UInt64(dropped))
    for _ in 0..<4 { element = element.timesX }
    return element.high
  }
}
