import Testing

@testable import Protocols

@Suite("Decompressed prefixes")
struct DecompressedPrefixTests {
  enum Format: String, CaseIterable, Sendable { case zlib, gzip, zstd, snappy, snappyFramed, lz4 }

  static let text = String(repeating: "the quick brown fox jumps over the lazy dog; ", count: 4) + "and then it sleeps."

  /// What python-snappy 0.7.3, lz4 4.4, zstandard 0.25 and Python's zlib and gzip make of the text.
  static func compressed(_ format: Format) -> [UInt8] {
    switch format {
    case .zlib:
      bytes(
        """
        789c2bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d5228014ae72456552aa4e4a75b8379834071625e0a48244f
        21b344a1382735b5a0580f005e9f482a
        """)
    case .gzip:
      bytes(
        """
        1f8b08000000000002032bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d5228014ae72456552aa4e4a75b837983
        4071625e0a48244f21b344a1382735b5a0580f005ec46de7c7000000
        """)
    case .zstd:
      bytes(
        """
        28b52ffd20c74d0200b40374686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f673b61
        6e646e20697420736c656570732e03000e130c002a028c769601
        """)
    case .snappy:
      bytes(
        """
        c7017874686520717569636b2062726f776e20666f78206a756d7073206f76657220011f206c617a7920646f673b050efe2d00ee2d000d2d
        08616e64018b2c6e20697420736c656570732e
        """)
    case .snappyFramed:
      bytes(
        """
        82534e4150505900000000010000000100000032637874686520717569636b2062726f776e20666f78206a756d7073206f76657220011f20
        6c617a7920646f673b050ec62d000000004364882062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f673b05
        0e10717569636b8e2d0008616e6401312c6e20697420736c656570732e
        """)
    case .lz4:
      bytes(
        """
        04224d186840c7000000000000005c46000000f01074686520717569636b2062726f776e20666f78206a756d7073206f766572201f00916c
        617a7920646f673b0e000f2d007030616e648b00c06e20697420736c656570732e00000000
        """)
    }
  }

  private func decompress(_ format: Format, _ data: [UInt8], limit: Int) -> String {
    let span = data.span.bytes
    let range = 0..<data.count
    let output =
      switch format {
      case .zlib, .gzip: DecompressedPrefix.zlib(range, span, limit: limit)
      case .zstd: DecompressedPrefix.zstd(range, span, limit: limit)
      case .snappy: DecompressedPrefix.snappy(range, span, limit: limit)
      case .snappyFramed: DecompressedPrefix.snappyFramed(range, span, limit: limit)
      case .lz4: DecompressedPrefix.lz4(range, span, limit: limit)
      }
    return String(decoding: output, as: UTF8.self)
  }

  @Test("the whole, and no more than the limit", arguments: Format.allCases)
  func whole(_ format: Format) {
    let data = Self.compressed(format)
    #expect(decompress(format, data, limit: 4096) == Self.text)
    for limit in [1, 10, 44, 45, 46, 100] { #expect(decompress(format, data, limit: limit) == String(Self.text.prefix(limit))) }
    #expect(decompress(format, data, limit: 0) == "")
  }

  @Test("of a beginning, what it holds; never anything else", arguments: Format.allCases)
  func prefixes(_ format: Format) {
    let data = Self.compressed(format)
    for length in 0..<data.count { #expect(Self.text.hasPrefix(decompress(format, Array(data[0..<length]), limit: 4096))) }
  }

  @Test("damaged bytes are survived, and stay within the limit", arguments: Format.allCases, [UInt64(1), 2])
  func damaged(_ format: Format, _ seed: UInt64) {
    var random = SeededGenerator(seed)
    for _ in 0..<2000 {
      var data = Self.compressed(format)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        data[Int.random(in: 0..<data.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let span = data.span.bytes
      let output =
        switch format {
        case .zlib, .gzip: DecompressedPrefix.zlib(0..<data.count, span, limit: 300)
        case .zstd: DecompressedPrefix.zstd(0..<data.count, span, limit: 300)
        case .snappy: DecompressedPrefix.snappy(0..<data.count, span, limit: 300)
        case .snappyFramed: DecompressedPrefix.snappyFramed(0..<data.count, span, limit: 300)
        case .lz4: DecompressedPrefix.lz4(0..<data.count, span, limit: 300)
        }
      #expect(output.count <= 300, "seed \(seed)")
    }
  }
}
