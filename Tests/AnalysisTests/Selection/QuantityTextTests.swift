import Capture
import Testing

@testable import Analysis

@Suite struct QuantityTextTests {
  @Test(
    "durations are read with their unit",
    arguments: [
      ("500ms", 500_000), ("1.5s", 1_500_000), ("2m", 120_000_000), ("90us", 90), ("90µs", 90), ("1h", 3_600_000_000), ("2500ns", 3),
      ("0s", 0),
      ("5", nil), ("", nil), ("ms", nil), ("-1s", nil), ("1e3s", nil), ("1.2.3s", nil), ("5 s", nil), ("99999999999999999h", nil),
    ] as [(String, Int64?)])
  func durations(text: String, expected: Int64?) { #expect(QuantityText.duration(text) == expected) }

  @Test(
    "times are read as RFC 3339 or as microseconds",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-22T08:12:03Z", 1_795_335_123_000_000), ("2026-11-22T08:12:03.5Z", 1_795_335_123_500_000),
      ("2026-11-22 08:12:03.1234567z", 1_795_335_123_123_456), ("2026-11-22T09:12:03+01:00", 1_795_335_123_000_000),
      ("2026-11-22T00:42:03-07:30", 1_795_335_123_000_000), ("2000-02-29T00:00:00Z", 951_782_400_000_000),
      ("1795335123000000", 1_795_335_123_000_000),
      ("1969-12-31T23:59:59Z", -1_000_000), ("2026-02-29T00:00:00Z", nil), ("2026-13-01T00:00:00Z", nil), ("2026-11-22T24:00:00Z", nil),
      ("2026-11-22T08:12:03", nil), ("2026-11-22", nil), ("2026-11-22T08:12:03.Z", nil), ("2026-11-22T08:12:03Zx", nil), ("", nil),
    ] as [(String, Int64?)])
  func times(text: String, expected: Int64?) { #expect(QuantityText.time(text) == expected) }

  @Test(
    "an address range holds the addresses that share its first bits",
    arguments: [
      ("10.0.3.9", "10.0.3.9", true), ("10.0.3.9", "10.0.3.8", false), ("10.0.0.0/8", "10.255.1.2", true),
      ("10.0.0.0/8", "11.0.0.0", false),
      ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
      ("2001:db8::/32", "2001:db9::1", false), ("::/0", "1.2.3.4", true), ("2001:db8::/127", "2001:db8::1", true),
      ("2001:db8::/127", "2001:db8::2", false),
    ])
  func ranges(range: String, address: String, isInside: Bool) throws {
    #expect(try #require(AddressRange(range)).contains(try #require(IPAddress(address))) == isInside)
  }

  @Test("what is no address range is refused", arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "x", "10.0.0.0/-1"])
  func noRanges(text: String) { #expect(AddressRange(text) == nil) }

  @Test(
    "the nearest known name is suggested only for a slip",
    arguments: [
      ("start_tim", "start_time"), ("strat_time", "start_time"), ("END_TIME", "end_time"), ("nothing_like_it", nil), ("durat", "duration"),
    ] as [(String, String?)])
  func nearest(name: String, expected: String?) {
    #expect(NearestName.of(name, among: ["start_time", "end_time", "duration"]) == expected)
  }
}
