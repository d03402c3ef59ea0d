import Testing
import Wire

@testable import Protocols

/// HPACK against the examples of RFC 7541, appendix C, and against blocks that no encoder sends.
@Suite("HPACK")
struct HPACKTests {
  /// Every field as `name: value`; one that is not known as `?`.
  private struct Listing: HPACKFieldConsumer {
    var fields: [String] = []

    mutating func take(_ name: RawSpan, _ value: RawSpan) {
      fields.append("\(name.text(in: 0..<name.byteCount)): \(value.text(in: 0..<value.byteCount))")
    }

    mutating func takeUnknown() { fields.append("?") }
  }

  private func decode(_ decoder: inout HPACKDecoder, _ block: [UInt8]) -> (fields: [String], outcome: HPACKOutcome) {
    var listing = Listing()
    let outcome = decoder.decode(block.span.bytes, into: &listing)
    return (listing.fields, outcome)
  }

  private func decode(_ hex: String, _ decoder: inout HPACKDecoder) -> [String] {
    let (fields, outcome) = decode(&decoder, bytes(hex))
    #expect(outcome == .whole)
    return fields
  }

  @Test("integers, C.1", arguments: [("0a", 5, 10), ("1f9a0a", 5, 1337), ("2a", 8, 42), ("ff00", 7, 127), ("7f8001", 7, 255)])
  func integers(_ hex: String, _ prefixBitCount: Int, _ value: Int) {
    let encoded = bytes(hex)
    var offset = 0
    #expect(HPACKDecoder.integer(encoded.span.bytes, &offset, prefixBitCount: prefixBitCount) == value)
    #expect(offset == encoded.count)
  }

  @Test("integers that are cut or have no end", arguments: ["", "1f", "1f80", "1f8080808080", "1fffffffffff7f"])
  func badIntegers(_ hex: String) {
    let encoded = bytes(hex)
    var offset = 0
    #expect(HPACKDecoder.integer(encoded.span.bytes, &offset, prefixBitCount: 5) == nil)
  }

  @Test(
    "single fields, C.2",
    arguments: [
      ("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header", 55),
      ("040c2f73616d706c652f70617468", ":path: /sample/path", 0),
      ("100870617373776f726406736563726574", "password: secret", 0),
      ("82", ":method: GET", 0),
    ])
  func singleFields(_ hex: String, _ field: String, _ tableSize: Int) {
    var decoder = HPACKDecoder()
    #expect(decode(hex, &decoder) == [field])
    #expect(decoder.table.byteCount == tableSize)
  }

  private static let firstRequest = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]
  private static let secondRequest = firstRequest + ["cache-control: no-cache"]
  private static let thirdRequest = [
    ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value",
  ]

  @Test(
    "requests on one connection, C.3 and with Huffman codes C.4",
    arguments: [
      [
        "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
      ],
      ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"],
    ])
  func requests(_ blocks: [String]) {
    var decoder = HPACKDecoder()
    #expect(decode(blocks[0], &decoder) == Self.firstRequest)
    #expect(decoder.table.byteCount == 57)
    #expect(decode(blocks[1], &decoder) == Self.secondRequest)
    #expect(decoder.table.byteCount == 110)
    #expect(decode(blocks[2], &decoder) == Self.thirdRequest)
    #expect(decoder.table.byteCount == 164)
  }

  @Test(
    "responses with a table of 256 bytes, from which entries are evicted, C.5 and with Huffman codes C.6",
    arguments: [
      [
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c65"
          + "2e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541"
          + "585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
      ],
      [
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3", "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587"
          + "316065c003ed4ee5b1063d5007",
      ],
    ])
  func responses(_ blocks: [String]) {
    var decoder = HPACKDecoder()
    #expect(decode("3fe101", &decoder).isEmpty)
    let common = ["cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT", "location: https://www.example.com"]
    #expect(decode(blocks[0], &decoder) == [":status: 302"] + common)
    #expect(decoder.table.byteCount == 222)
    #expect(decode(blocks[1], &decoder) == [":status: 307"] + common)
    #expect(decoder.table.byteCount == 222)
    #expect(
      decode(blocks[2], &decoder) == [
        ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT", "location: https://www.example.com",
        "content-encoding: gzip", "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
      ])
    #expect(decoder.table.byteCount == 215)
  }

  /// The code of every byte, one behind the other, as python-hpack 4.2.0 writes it.
  private static let everyCode =
    "ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabffffffdfffffebfffffecfffffedfffffeefffffefffff"
    + "ff0ffffff1ffffff2fffffffbfffffcffffffd3fffffd7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b7"
    + "1d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9cff7ff7fffc3ff9ffe45fff4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffb"
    + "fe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ffff53fffd5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffff"
    + "eeffffc3ffff8bffff1ffffe4fffee7fffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7fffee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1f"
    + "ffdfffff7fffff5ffffecffff07fff87fffe0ffff17fffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1fffebfffe3"
    + "ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8fffffe6fffffc1fffff87ffffe7fffffc5ffffe5fffe4fff"
    + "f2fffffd1fffff4ffffffefffffe3fffffc9fffff97fffb3ffffcffffb7fffcdffff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4fffff5fffffabffff"
    + "a7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fffffff7ffffecfffffdbfffffbbfffff7ffffff0fffffbbf"

  @Test("every byte has its Huffman code")
  func everyByte() {
    var text: [UInt8] = []
    let coded = bytes(Self.everyCode)
    #expect(HPACKHuffman.decode(coded.span.bytes, into: &text))
    #expect(text == Array(0...255))
  }

  @Test(
    "a string that ends with more than seven bits of padding, with other padding, or holds the end symbol, is none",
    arguments: ["ff", "1fff", "18", "fffffffc", "ffffffff", "f1e3c2e5f23a6ba0ab90f4ffff"])
  func badPadding(_ hex: String) {
    var text: [UInt8] = []
    let coded = bytes(hex)
    #expect(!HPACKHuffman.decode(coded.span.bytes, into: &text))
  }

  @Test(
    "blocks that name what cannot be, or end too early, are malformed",
    arguments: ["80", "be", "ffff", "40", "4001", "400161", "7f00", "4081ff00", "3f", "00"])
  func malformed(_ hex: String) {
    var decoder = HPACKDecoder()
    #expect(decode(&decoder, bytes(hex)).outcome == .malformed)
  }

  @Test("joined midway, old entries are unknown and new ones are known by their number")
  func joinedMidway() {
    var decoder = HPACKDecoder()
    decoder.forget()
    #expect(decode("82c0be", &decoder) == [":method: GET", "?", "?"])
    #expect(decode("40016101624001630164", &decoder) == ["a: b", "c: d"])
    #expect(decode("bebfc0", &decoder) == ["c: d", "a: b", "?"])
    // A field under the name of an unknown entry takes a number as well.
    #expect(decode("7f010165bebfc0", &decoder) == ["?", "?", "c: d", "a: b"])
    // The table emptied by the encoder, nothing is unknown any more.
    #expect(decode("20", &decoder).isEmpty)
    #expect(decode(&decoder, bytes("be")).outcome == .malformed)
  }

  @Test("a table of any size the peers may agree on stays within the limit")
  func hostileTable() {
    var decoder = HPACKDecoder()
    // 2^28 - 1 bytes.
    #expect(decode("3fe0ffff7f", &decoder).isEmpty)
    let field: [UInt8] = [0x40, 1, 0x61, 0x7f, 0x81, 0x07] + [UInt8](repeating: 0x62, count: 1024)
    for _ in 0..<200 { #expect(decode(&decoder, field).outcome == .whole) }
    #expect(decoder.table.byteCount <= HPACKDynamicTable.largestByteLimit)
    #expect(decoder.table.text.count <= 2 * HPACKDynamicTable.largestByteLimit)
    // What we gave up may be in the peer's table.
    #expect(decode("ff80808001", &decoder) == ["?"])
  }

  @Test("random blocks end, and leave a table within its limit", arguments: [UInt64(1), 2, 3])
  func randomBlocks(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    var decoder = HPACKDecoder()
    for _ in 0..<5000 {
      let block = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = decode(&decoder, block)
      #expect(decoder.table.byteCount <= HPACKDynamicTable.largestByteLimit, "seed \(seed)")
    }
  }
}
