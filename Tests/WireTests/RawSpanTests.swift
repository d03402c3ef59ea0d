import Testing

@testable import Wire

/// What `body` makes of the bytes: a span itself cannot be an operand of an expectation.
private func reading<Value>(_ bytes: [UInt8], _ body: (RawSpan) -> Value) -> Value { body(bytes.span.bytes) }

@Suite struct RawSpanTests {
  private let bytes: [UInt8] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]

  @Test("integers are read in both orders at any offset") func integers() {
    #expect(reading(bytes) { $0.bigEndian16(at: 1) } == 0x0203)
    #expect(reading(bytes) { $0.littleEndian16(at: 1) } == 0x0302)
    #expect(reading(bytes) { $0.bigEndian24(at: 0) } == 0x010203)
    #expect(reading(bytes) { $0.littleEndian24(at: 5) } == 0x080706)
    #expect(reading(bytes) { $0.bigEndian32(at: 3) } == 0x0405_0607)
    #expect(reading(bytes) { $0.littleEndian64(at: 0) } == 0x0807_0605_0403_0201)
  }

  @Test("reading outside the span gives nothing", arguments: [-1, 5, 8, Int.max, Int.min]) func outside(offset: Int) {
    #expect(reading(bytes) { $0.bigEndian32(at: offset) } == nil)
    #expect(reading(bytes) { $0.littleEndian64(at: offset) } == nil)
  }

  @Test(
    "decimal numbers fill their range or are none",
    arguments: [("0", 0), ("42", 42), ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("", nil), ("-1", nil), ("1 ", nil)]
      as [(String, Int?)])
  func decimal(text: String, expected: Int?) {
    let bytes = Array(text.utf8)
    #expect(reading(bytes) { $0.decimal(in: 0..<bytes.count) } == expected)
  }

  @Test("a byte is found between bounds only") func find() {
    let bytes = Array("a,b,c".utf8)
    #expect(reading(bytes) { $0.firstIndex(of: UInt8(ascii: ",")) } == 1)
    #expect(reading(bytes) { $0.firstIndex(of: UInt8(ascii: ","), from: 2) } == 3)
    #expect(reading(bytes) { $0.firstIndex(of: UInt8(ascii: ","), from: 2, to: 3) } == nil)
    #expect(reading(bytes) { $0.firstIndex(of: UInt8(ascii: "x")) } == nil)
    #expect(reading(bytes) { $0.firstIndex(of: UInt8(ascii: "a"), from: 9) } == nil)
  }

  @Test("texts are compared with and without case") func compare() {
    let bytes = Array("Content-Length: 5".utf8)
    #expect(reading(bytes) { $0.hasBytes("Content", at: 0) })
    #expect(!reading(bytes) { $0.hasBytes("content", at: 0) })
    #expect(!reading(bytes) { $0.hasBytes("Content", at: 12) })
    #expect(reading(bytes) { $0.equalsIgnoringCase("content-length", in: 0..<14) })
    #expect(!reading(bytes) { $0.equalsIgnoringCase("content-lengtx", in: 0..<14) })
    #expect(reading(bytes) { $0.trimmingBlanks(15..<17) } == 16..<17)
  }

  @Test(
    "escapes by percent signs are undone, and what is none stays",
    arguments: [("a%20b", "a b"), ("%2f%2F", "//"), ("%", "%"), ("%4", "%4"), ("%4g", "%4g"), ("100%25", "100%"), ("", "")])
  func percentDecoding(_ text: String, _ expected: String) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.bytes.percentDecoded(0..<bytes.count) == Array(expected.utf8))
  }
}

@Suite struct ByteWriterTests {
  @Test("what is written reads back") func roundTrip() {
    var writer = ByteWriter()
    writer.appendLittleEndian(UInt32(0))
    writer.appendBigEndian(UInt16(0x0102))
    writer.appendText("häuser")
    writer.pad(toMultipleOf: 4)
    writer.replaceLittleEndian32(at: 0, with: 7)
    let bytes = writer.bytes
    #expect(reading(bytes) { $0.littleEndian32(at: 0) } == 7)
    #expect(reading(bytes) { $0.bigEndian16(at: 4) } == 0x0102)
    #expect(reading(bytes) { $0.littleEndian16(at: 6) } == 7)
    #expect(reading(bytes) { $0.text(in: 8..<15) } == "häuser")
    #expect(writer.count % 4 == 0)
  }
}
