/// SHA-1 (FIPS 180-4 §6.1), for identifiers whose definition asks for it; it protects nothing.
enum SHA1 {
  /// One block of sixteen big-endian words: the message, the bit after it, zeros, and the message's length in bits.
  typealias Block = InlineArray<16, UInt32>
  typealias Digest = InlineArray<5, UInt32>

  /// The digest of a message that is one block with its end mark and its length (at most 55 bytes).
  static func digest(of block: Block) -> Digest {
    // The sixteen words of the schedule that are still needed (FIPS 180-4 §6.1.3).
    var schedule = block
    let initial: Digest = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    var state = initial
    for index in 0..<20 { round(index, &schedule, &state, state[1] & state[2] | ~state[1] & state[3], 0x5a82_7999) }
    for index in 20..<40 { round(index, &schedule, &state, state[1] ^ state[2] ^ state[3], 0x6ed9_eba1) }
    for index in 40..<60 {
      round(index, &schedule, &state, state[1] & state[2] | state[1] & state[3] | state[2] & state[3], 0x8f1b_bcdc)
    }
    for index in 60..<80 { round(index, &schedule, &state, state[1] ^ state[2] ^ state[3], 0xca62_c1d6) }
    for index in 0..<5 { state[index] &+= initial[index] }
    return state
  }

  @inline(__always)
  private static func round(_ index: Int, _ schedule: inout Block, _ state: inout Digest, _ function: UInt32, _ constant: UInt32) {
    let position = index & 15
    if index >= 16 {
      let mixed = schedule[(index + 13) & 15] ^ schedule[(index + 8) & 15] ^ schedule[(index + 2) & 15] ^ schedule[position]
      schedule[position] = mixed << 1 | mixed >> 31
    }
    let next = (state[0] << 5 | state[0] >> 27) &+ function &+ state[4] &+ constant &+ schedule[position]
    state = [next, state[0], state[1] << 30 | state[1] >> 2, state[2], state[3]]
  }
}
