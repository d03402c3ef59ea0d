/// One block of AES under a key of 128 bits; enciphering only, which is all that counter mode needs.
///
/// Its tables are looked up by secret bytes, which an attacker on the same machine could time: the keys it is used with are derived
/// from bytes on the wire and keep nothing from anybody.
///
/// Source: FIPS 197.
struct AES128: Sendable {
  typealias Block = (UInt32, UInt32, UInt32, UInt32)

  private static let roundCount = 10

  private let roundKeys: [UInt32]

  init(key: [UInt8]) {
    precondition(key.count == 16, "a key of AES-128 has 16 bytes")
    var words = (0..<4).map { word in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(key[word * 4 + $1]) } }
    var constant: UInt32 = 1
    for index in 4..<4 * (AES128.roundCount + 1) {
      var word = words[index - 1]
      if index % 4 == 0 {
        word = AES128.substituted(word << 8 | word >> 24) ^ constant << 24
        constant = UInt32(AES128.doubled(UInt8(constant)))
      }
      words.append(words[index - 4] ^ word)
    }
    roundKeys = words
  }

  /// Source: FIPS 197 §5.1, with SubBytes, ShiftRows and MixColumns of a column in one table.
  func encipher(_ block: Block) -> Block {
    var (a, b, c, d) = (block.0 ^ roundKeys[0], block.1 ^ roundKeys[1], block.2 ^ roundKeys[2], block.3 ^ roundKeys[3])
    var key = 4
    for _ in 1..<AES128.roundCount {
      (a, b, c, d) = (
        AES128.mixed(a, b, c, d) ^ roundKeys[key], AES128.mixed(b, c, d, a) ^ roundKeys[key + 1],
        AES128.mixed(c, d, a, b) ^ roundKeys[key + 2], AES128.mixed(d, a, b, c) ^ roundKeys[key + 3]
      )
      key += 4
    }
    return (
      AES128.shifted(a, b, c, d) ^ roundKeys[key], AES128.shifted(b, c, d, a) ^ roundKeys[key + 1],
      AES128.shifted(c, d, a, b) ^ roundKeys[key + 2], AES128.shifted(d, a, b, c) ^ roundKeys[key + 3]
    )
  }

  private static func mixed(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    let second = columns[Int(b >> 16 & 255)]
    let third = columns[Int(c >> 8 & 255)]
    let fourth = columns[Int(d & 255)]
    return columns[Int(a >> 24)] ^ (second >> 8 | second << 24) ^ (third >> 16 | third << 16) ^ (fourth >> 24 | fourth << 8)
  }

  /// The last round has no MixColumns.
  private static func shifted(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    UInt32(substitutes[Int(a >> 24)]) << 24 | UInt32(substitutes[Int(b >> 16 & 255)]) << 16
      | UInt32(substitutes[Int(c >> 8 & 255)]) << 8 | UInt32(substitutes[Int(d & 255)])
  }

  private static func substituted(_ word: UInt32) -> UInt32 { shifted(word, word, word, word) }

  /// Multiplication by x in GF(2^8). Source: FIPS 197 §4.2.1.
  private static func doubled(_ byte: UInt8) -> UInt8 { byte << 1 ^ (byte & 0x80 == 0 ? 0 : 0x1b) }

  /// MixColumns of a substituted byte in the first row; the other rows are rotations of it.
  private static let columns: [UInt32] = substitutes.map { byte in
    let twice = doubled(byte)
    return UInt32(twice) << 24 | UInt32(byte) << 16 | UInt32(byte) << 8 | UInt32(twice ^ byte)
  }

  /// The S-box: inverses in GF(2^8), then an affine map. Source: FIPS 197 §5.1.1.
  private static let substitutes: [UInt8] = {
    var table = [UInt8](repeating: 0x63, count: 256)
    // Powers of the generator 3 one way, of its inverse the other: their product is always 1.
    var power: UInt8 = 1
    var inverse: UInt8 = 1
    repeat {
      power ^= doubled(power)
      inverse ^= inverse << 1
      inverse ^= inverse << 2
      inverse ^= inverse << 4
      if inverse & 0x80 != 0 { inverse ^= 0x09 }
      let spread = [1, 2, 3, 4].reduce(inverse) { $0 ^ (inverse << UInt8($1) | inverse >> UInt8(8 - $1)) }
      table[Int(power)] = spread ^ 0x63
    } while power != 1
    return table
  }()
}
