/// SHA-1 (FIPS 180-4 §6.1), for identifiers whose definition asks for it; it protects nothing.
enum SHA1 {
  /// The digest's five words of a message of at most 55 bytes, which is one block.
  static func digest(ofBlock message: [UInt8]) -> [UInt32] {
    precondition(message.count <= 55, "the message, its end mark and its length are one block")
    var schedule = InlineArray<80, UInt32>(repeating: 0)
    for (index, byte) in message.enumerated() { schedule[index >> 2] |= UInt32(byte) << UInt32(24 - 8 * (index & 3)) }
    schedule[message.count >> 2] |= 0x80 << UInt32(24 - 8 * (message.count & 3))
    schedule[15] = UInt32(message.count * 8)
    for index in 16..<80 {
      let mixed = schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16]
      schedule[index] = mixed << 1 | mixed >> 31
    }
    let initial: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    var (a, b, c, d, e) = (initial[0], initial[1], initial[2], initial[3], initial[4])
    for index in 0..<80 {
      let (function, constant): (UInt32, UInt32) =
        switch index {
        case ..<20: (b & c | ~b & d, 0x5a82_7999)
        case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
        case ..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
      let next = (a << 5 | a >> 27) &+ function &+ e &+ constant &+ schedule[index]
      (a, b, c, d, e) = (next, a, b << 30 | b >> 2, c, d)
    }
    return [initial[0] &+ a, initial[1] &+ b, initial[2] &+ c, initial[3] &+ d, initial[4] &+ e]
  }
}
