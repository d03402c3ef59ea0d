import BundleFormat
import Testing
import Wire

/// RFC 3720 appendix B.4, and the check value of the CRC catalogues.
@Suite struct CRC32CTests {
  @Test(
    "the checksums of RFC 3720 come out",
    arguments: [
      (Array("123456789".utf8), 0xe306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
      ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      ([UInt8](0..<32), 0x46dd_794e),
      ([UInt8]((0..<32).reversed()), 0x113f_db5c),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func vectors(bytes: [UInt8], expected: UInt32) {
    var crc = CRC32C()
    crc.update(bytes.span.bytes)
    #expect(crc.value == expected)
  }

  @Test("a checksum does not depend on how the bytes are cut, and agrees with the bit-by-bit definition", arguments: 0..<40)
  func pieces(length: Int) {
    var generator = SeededGenerator(seed: UInt64(length))
    let bytes = (0..<length * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var oracle: UInt32 = 0xffff_ffff
    for byte in bytes {
      oracle ^= UInt32(byte)
      for _ in 0..<8 { oracle = oracle & 1 == 1 ? (oracle >> 1) ^ 0x82f6_3b78 : oracle >> 1 }
    }
    let cut = bytes.isEmpty ? 0 : Int.random(in: 0...bytes.count, using: &generator)
    var crc = CRC32C()
    crc.update(bytes.span.bytes.extracting(0..<cut))
    crc.update(bytes.span.bytes.extracting(cut..<bytes.count))
    #expect(crc.value == ~oracle)
  }
}
