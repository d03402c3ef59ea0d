import Capture
import Testing

@testable import Protocols

@Suite("TLS fingerprints")
struct TLSFingerprintTests {
  private typealias Bytes = TLSBytes

  private struct Unreadable: Error {}

  private func fingerprints(_ hello: [UInt8], isDatagram: Bool = false) throws -> (ja3: String, ja4: String) {
    let span = hello.span.bytes
    guard let parsed = TLSClientHello(span, 4..<hello.count) else { throw Unreadable() }
    return (
      String(decoding: TLSFingerprint.ja3(parsed, span), as: UTF8.self),
      String(decoding: TLSFingerprint.ja4(parsed, span, isDatagram: isDatagram), as: UTF8.self)
    )
  }

  /// The example of JA4's technical details: a browser's hello, in the order of the wire with GREASE among it.
  private static let browser: [UInt8] = {
    let suites = [
      0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
    ]
    let algorithms = Bytes.vector16(Bytes.numbers([0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]))
    let empty = [0x0005, 0x000a, 0x0012, 0x0015, 0x0017, 0x001b, 0x0023, 0x002d, 0x0033, 0x4469, 0xff01]
    let extensions =
      Bytes.fieldExtension(0x1a1a, []) + Bytes.serverName("a.test") + Bytes.protocols(["h2", "http/1.1"])
      + Bytes.fieldExtension(0x000d, algorithms) + Bytes.fieldExtension(0x000b, [1, 0])
      + Bytes.fieldExtension(0x002b, Bytes.vector8(Bytes.numbers([0x3a3a, 0x0304, 0x0303])))
      + empty.reversed().flatMap { Bytes.fieldExtension($0, []) }
    return Bytes.clientHello(suites: suites, extensions: extensions)
  }()

  @Test("JA4's own example")
  func ja4() throws {
    #expect(try fingerprints(Self.browser).ja4 == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    #expect(try fingerprints(Self.browser, isDatagram: true).ja4 == "q13d1516h2_8daaf6152771_e5627efa2ab1")
  }

  static let codes: [(String, [UInt8], String)] = [
    ("no extensions", Bytes.clientHello(suites: [0x002f], extensions: nil), "t12i010000_"),
    ("no name", Bytes.clientHello(version: 0x0301, suites: [0x002f], extensions: Bytes.fieldExtension(23, [])), "t10i010100_"),
    ("a protocol of one letter", Bytes.clientHello(suites: [0x002f], extensions: Bytes.protocols(["x"])), "t12i0101xx_"),
    ("a protocol that is no text", Bytes.clientHello(suites: [0x002f], extensions: Bytes.protocols(["\u{1}h"])), "t12i010108_"),
    ("many suites", Bytes.clientHello(suites: Array(1...150), extensions: nil), "t12i990000_"),
    ("SSL 3.0", Bytes.clientHello(version: 0x0300, suites: [0x002f], extensions: nil), "ts3i010000_"),
  ]

  @Test("JA4's first part", arguments: codes)
  func firstPart(_ name: String, _ hello: [UInt8], _ expected: String) throws {
    #expect(try fingerprints(hello).ja4.hasPrefix(expected))
  }

  @Test("nothing to hash is twelve zeros")
  func zeros() throws {
    #expect(try fingerprints(Bytes.clientHello(suites: [0x0a0a], extensions: nil)).ja4 == "t12i000000_000000000000_000000000000")
  }

  /// The strings hashed, by hand: "771,4865-49199,0,," and "769,47,10-11,29-23,0".
  static let ja3: [([UInt8], String)] = [
    (Bytes.clientHello(), "771,4865-49199,0,,"),
    (
      Bytes.clientHello(
        version: 0x0301, suites: [0x0a0a, 47],
        extensions: Bytes.fieldExtension(10, Bytes.vector16(Bytes.numbers([0xaaaa, 29, 23]))) + Bytes.fieldExtension(11, [1, 0])
          + Bytes.fieldExtension(0x4a4a, [])),
      "769,47,10-11,29-23,0"
    ),
    (Bytes.clientHello(suites: [47], extensions: nil), "771,47,,,"),
  ]

  @Test("JA3 is the MD5 of its string", arguments: ja3)
  func isMD5(_ hello: [UInt8], _ text: String) throws {
    #expect(try fingerprints(hello).ja3 == hexadecimal(MD5.hash(Array(text.utf8))))
  }
}
