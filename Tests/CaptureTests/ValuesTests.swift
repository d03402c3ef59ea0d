import Testing

@testable import Capture

@Suite struct IPAddressTests {
  @Test(
    "addresses print in their canonical form (RFC 5952) and read back",
    arguments: [
      "0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "fe80::",
      "1:2:3:4:5:6:7:8", "ff02::fb",
    ])
  func canonical(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == text)
  }

  @Test(
    "other valid spellings are read",
    arguments: [("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("0:0:0:0:0:0:0:0", "::"), ("1::", "1::")])
  func spelling(text: String, canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
  }

  @Test(
    "what is no address is refused",
    arguments: ["", ":", "1.2.3", "256.1.1.1", "1.2.3.4.5", ":::", "1::2::3", "12345::", "g::", "1:2:3", "::1.2.3"])
  func refused(text: String) { #expect(IPAddress(text) == nil) }
}

@Suite struct TimestampTests {
  @Test(
    "microseconds are rounded down, before 1970 too",
    arguments: [(1999, 1), (2000, 2), (-1, -1), (-1000, -1), (-1001, -2)] as [(Int64, Int64)])
  func floor(nanoseconds: Int64, microseconds: Int64) {
    #expect(Timestamp(nanoseconds: nanoseconds).microseconds == microseconds)
  }

  @Test("a distance beyond what is representable saturates") func saturate() {
    let first = Timestamp(nanoseconds: Int64.min)
    let last = Timestamp(nanoseconds: Int64.max)
    #expect(last.nanoseconds(since: first) == Int64.max)
    #expect(first.nanoseconds(since: last) == Int64.min)
  }
}

@Suite struct TextTableTests {
  @Test("equal texts have one identifier, in order of first appearance") func identity() {
    var table = TextTable()
    let first = table.intern("GET")
    let second = table.intern("POST" as String)
    let bytes = Array("xGETx".utf8)
    let third = table.intern(bytes.span.bytes, 1..<4)
    #expect(third == first)
    #expect(first.rawValue == 0)
    #expect(second.rawValue == 1)
    let count = table.count
    #expect(count == 2)
  }

  @Test("ten thousand texts survive growth") func growth() {
    var table = TextTable()
    let identifiers = (0..<10_000).map { table.intern("text \($0)" as String) }
    let count = table.count
    #expect(count == 10_000)
    for (number, identifier) in identifiers.enumerated() {
      let text = table.string(identifier)
      #expect(text == "text \(number)")
      let again = table.intern("text \(number)" as String)
      #expect(again == identifier)
    }
  }

  @Test("a text beyond the limit is cut and counted") func limit() {
    var table = TextTable()
    let long = [UInt8](repeating: 0x61, count: TextTable.longestText + 1)
    let identifier = table.intern(long.span.bytes)
    let (kept, cut) = (table.withBytes(identifier) { $0.count }, table.cutCount)
    #expect(kept == TextTable.longestText)
    #expect(cut == 1)
  }

  @Test("bytes that are not UTF-8 are kept and repaired when shown") func repair() {
    var table = TextTable()
    let bytes: [UInt8] = [0x61, 0xff, 0x62]
    let identifier = table.intern(bytes.span.bytes)
    let (kept, text) = (table.withBytes(identifier) { Array($0) }, table.string(identifier))
    #expect(kept == bytes)
    #expect(text == "a\u{fffd}b")
  }
}

@Suite struct CommandNameTests {
  @Test(
    "a name is cut at fifteen bytes, as the kernel cuts it",
    arguments: [("nginx", "nginx"), ("", ""), ("a-very-long-process-name", "a-very-long-pro")])
  func cut(text: String, expected: String) { #expect(CommandName(text).description == expected) }
}
