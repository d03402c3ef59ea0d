import Capture
import Glibc

/// What a recording says of its node, and what it calls itself.
enum NodeIdentity {
  struct System {
    var host: String
    /// `Linux 6.18.0`
    var kernel: String
    var machine: String
  }

  static func system() -> System {
    var name = utsname()
    uname(&name)
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return System(host: text(name.nodename), kernel: "\(text(name.sysname)) \(text(name.release))", machine: text(name.machine))
  }

  /// A random (version 4) UUID as 32 hexadecimal digits.
  static func newRecordingID() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & ~0xf000 | 0x4000
    let low = generator.next() & ~(3 << 62) | 1 << 63
    return [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// `deepflow-HOST-YYYYMMDDTHHMMSSZ.pcapng`; what a file name should not hold in the host's name becomes `_`.
  static func defaultFileName(host: String, time: Timestamp) -> String {
    let host = String(host.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "_" })
    var seconds = time_t(time.nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ value: Int32, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
    let clock = digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
    return "deepflow-\(host.isEmpty ? "node" : host)-\(date)T\(clock)Z.pcapng"
  }
}
