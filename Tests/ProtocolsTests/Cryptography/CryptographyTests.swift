import Testing

@testable import Protocols

func hexadecimal(_ bytes: [UInt8]) -> String { String(decoding: Hexadecimal.text(bytes), as: UTF8.self) }

@Suite("Cryptography")
struct CryptographyTests {
  /// RFC 1321 appendix A.5, and lengths around a block's end.
  static let md5: [(String, String)] = [
    ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a"),
    (String(repeating: "a", count: 55), "ef1772b6dff9a122358552954ad0df65"),
    (String(repeating: "a", count: 56), "3b0c8ac703f828b04c6c197006d17218"),
    (String(repeating: "a", count: 64), "014842d480b571495a4a0363793f7367"),
  ]

  @Test("MD5 of known texts", arguments: md5)
  func hashesMD5(_ text: String, _ expected: String) {
    #expect(hexadecimal(MD5.hash(Array(text.utf8))) == expected)
  }

  /// FIPS 180-4's examples, and lengths around a block's end.
  static let sha256: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
  ]

  @Test("SHA-256 of known texts", arguments: sha256)
  func hashesSHA256(_ text: String, _ expected: String) {
    #expect(hexadecimal(SHA256.hash(Array(text.utf8))) == expected)
  }

  @Test("HMAC with a short and with a long key: RFC 4231 §4.3, §4.7")
  func hmac() {
    #expect(
      hexadecimal(SHA256.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hexadecimal(
        SHA256.authenticate(
          Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: [UInt8](repeating: 0xaa, count: 131)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("AES-128 of one block: FIPS 197 appendix C.1")
  func aes() {
    let block = AES128(key: bytes("000102030405060708090a0b0c0d0e0f")).encipher((0x0011_2233, 0x4455_6677, 0x8899_aabb, 0xccdd_eeff))
    #expect(block == (0x69c4_e0d8, 0x6a7b_0430, 0xd8cd_b780, 0x70b4_c55a))
  }

  /// Cases 1, 2 and 4 of the submission of GCM to NIST (McGrew and Viega, appendix B).
  static let gcm: [(String, String, String, String, String)] = [
    ("00000000000000000000000000000000", "000000000000000000000000", "", "58e2fccefa7e3061367f1d57a4e7455a", ""),
    (
      "00000000000000000000000000000000", "000000000000000000000000", "",
      "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf", "00000000000000000000000000000000"
    ),
    (
      "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      """
      42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091\
      5bc94fbc3221a5db94fae95ae7121a47
      """,
      """
      d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
      """
    ),
  ]

  @Test("GCM opens what was sealed, and nothing else", arguments: gcm)
  func opens(_ key: String, _ nonce: String, _ associated: String, _ sealed: String, _ expected: String) {
    let cipher = AES128GCM(key: bytes(key))
    let text = bytes(sealed)
    #expect(cipher.open(text[...], nonce: bytes(nonce), associated: bytes(associated)) == bytes(expected))
    for index in text.indices {
      var damaged = text
      damaged[index] ^= 1
      #expect(cipher.open(damaged[...], nonce: bytes(nonce), associated: bytes(associated)) == nil)
    }
    #expect(cipher.open(text[...], nonce: bytes(nonce), associated: bytes(associated) + [0]) == nil)
    #expect(cipher.open(text.prefix(15), nonce: bytes(nonce), associated: bytes(associated)) == nil)
  }
}
