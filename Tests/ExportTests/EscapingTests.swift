import Testing

@testable import Export

@Suite struct EscapingTests {
  private static let terminalCases: [(String, String)] = [
    ("plain /path?a=1", "plain /path?a=1"), ("line\nend\ttab\r", "line\\nend\\ttab\\r"), ("\u{1b}[31mred", "\\x1b[31mred"),
    ("\u{0}\u{7f}\u{9b}", "\\x00\\x7f\\x9b"), ("a\u{202e}b", "a\\u{202e}b"), ("\u{200b}\u{feff}", "\\u{200b}\\u{feff}"),
    ("\u{e0041}", "\\u{e0041}"), ("é 日本 🙂", "é 日本 🙂"),
  ]

  @Test("text for a terminal has no character that controls it", arguments: terminalCases)
  func terminal(input: String, expected: String) {
    var bytes: [UInt8] = []
    bytes.append(terminal: input)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  private static let jsonCases: [(String, String)] = [
    ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t\u{8}", #""\n\r\t\u0008""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("\u{7f}", #""\u007f""#),
    ("\u{e0041}", #""\udb40\udc41""#), ("é日🙂", "\"é日🙂\""), ("", "\"\""),
  ]

  @Test("JSON strings escape what JSON demands and what a terminal must not see", arguments: jsonCases)
  func json(input: String, expected: String) {
    var bytes: [UInt8] = []
    bytes.append(json: input)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test("markup is escaped in XML, and what XML forbids does not occur")
  func xml() {
    var bytes: [UInt8] = []
    bytes.append(xml: "<a href=\"x\">&'\u{1}\u{ffff}")
    #expect(String(decoding: bytes, as: UTF8.self) == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\\x01\u{fffd}")
  }

  @Test("bytes that are not UTF-8 are repaired as the standard library repairs them")
  func repair() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<5000 {
      let pool: [UInt8] = [0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff]
      let input = (0..<Int.random(in: 0...8, using: &generator)).map { _ in pool.randomElement(using: &generator) ?? 0 }
      var scalars = String.UnicodeScalarView()
      input.withUnsafeBytes { raw in
        CapturedText.forEachScalar(raw) { value in scalars.append(Unicode.Scalar(value) ?? "?") }
      }
      #expect(Array(scalars) == Array(String(decoding: input, as: UTF8.self).unicodeScalars), "\(input)")
    }
  }

  private static let csvCases: [(String, String)] = [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"),
    ("@x", "'@x"),
    (" x", "\" x\""), ("a\nb", "a\\nb"), ("", ""),
  ]

  @Test("CSV fields are quoted where they must be, and none is a formula", arguments: csvCases)
  func csv(input: String, expected: String) {
    #expect(CSVSample.field(input) == expected)
  }
}

/// A reproducible source of random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
