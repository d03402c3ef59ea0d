import Capture
import Testing

@testable import Export

@Suite struct NumberTextTests {
  private func text(_ body: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    body(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "durations have the unit that keeps them short",
    arguments: [
      (0, "0 µs"), (999, "999 µs"), (1000, "1.0 ms"), (1249, "1.2 ms"), (9949, "9.9 ms"), (9950, "10 ms"), (61_000, "61 ms"),
      (812_400, "812 ms"),
      (999_499, "999 ms"), (999_500, "1.00 s"), (1_320_000, "1.32 s"), (9_994_999, "9.99 s"), (9_995_000, "10.0 s"), (59_949_999, "59.9 s"),
      (59_950_000, "0 m 59 s"), (125_000_000, "2 m 05 s"), (3_725_000_000, "1 h 02 m"), (-61_000, "-61 ms"),
    ] as [(Int64, String)])
  func durations(microseconds: Int64, expected: String) {
    #expect(text { $0.append(duration: microseconds) } == expected)
  }

  @Test(
    "times are RFC 3339 in UTC with microseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (1_795_335_123_000_120, "2026-11-22T08:12:03.000120Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
      (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)])
  func times(microseconds: Int64, expected: String) {
    #expect(text { $0.append(time: microseconds) } == expected)
  }

  @Test("the extremes of 64 bits do not trap", arguments: [Int64.min, .max])
  func extremes(value: Int64) {
    #expect(!text { $0.append(time: value) }.isEmpty)
    #expect(!text { $0.append(duration: value) }.isEmpty)
    #expect(text { $0.appendDecimal(value) } == "\(value)")
    #expect(!text { $0.appendFixed(value, fractionDigits: 2) }.isEmpty)
  }

  @Test(
    "groups of three digits are separated",
    arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (1_000_007, "1,000,007")] as [(UInt64, String)])
  func grouped(value: UInt64, expected: String) {
    #expect(text { $0.appendGrouped(value) } == expected)
  }

  @Test("addresses print as their description does", arguments: ["127.0.0.1", "255.0.10.99", "::", "2001:db8::1"])
  func addresses(_ description: String) throws {
    let address = try #require(IPAddress(description))
    #expect(text { $0.append(address) } == address.description)
  }

  @Test("numbers and addresses of a row's scratch memory are written as in an array")
  func scratch() {
    var numbers: [Int64] = [Int64.min, Int64.min + 1, .max, 0, 1, -1]
    var power: Int64 = 1
    for _ in 0..<18 {
      power *= 10
      numbers += [power - 1, power, power + 1, -power]
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RowScratch.capacity) { memory in
      var scratch = RowScratch(memory.baseAddress!)
      var written: [UInt8] = []
      for number in numbers {
        let hasRoom = scratch.hasRoom(RowScratch.shortByteCount)
        #expect(hasRoom)
        scratch.appendDecimal(number)
        scratch.append(UInt8(ascii: " "))
      }
      scratch.appendDecimal(UInt64.max)
      scratch.append(quotedV4: 0xff00_0a63)
      scratch.flush(to: &written)
      let expected = numbers.map { "\($0) " }.joined() + "18446744073709551615\"255.0.10.99\""
      #expect(String(decoding: written, as: UTF8.self) == expected)
      scratch.append(UInt8(ascii: "x"))
      scratch.flush(to: &written)
      #expect(written.last == UInt8(ascii: "x") && written.count == expected.utf8.count + 1)
    }
  }
}
