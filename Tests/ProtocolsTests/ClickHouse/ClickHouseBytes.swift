@testable import Protocols

/// Packets of ClickHouse, written by the documentation.
enum ClickHouseBytes {
  static func number(_ value: Int) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f | 0x80))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func text(_ text: String) -> [UInt8] { number(text.utf8.count) + Array(text.utf8) }

  static func littleEndian(_ value: UInt64, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  static func hello(_ revision: Int, user: String = "app", password: String = "hellosecret") -> [UInt8] {
    [0] + text("ClickHouse client") + number(26) + number(9) + number(revision) + text("shop") + text(user) + text(password)
  }

  /// Fields up to the time zone's, the display's name and the patch, as revisions before 54461 have them.
  static func greeting(_ revision: Int) -> [UInt8] {
    var bytes: [UInt8] = [0] + text("ClickHouse") + number(26) + number(9) + number(revision)
    if revision >= 54_471 { bytes += number(7) }
    bytes += text("UTC") + text("node") + number(2)
    if revision >= 54_470 { bytes += text("notchunked_optional") + text("notchunked_optional") }
    if revision >= 54_461 { bytes += number(1) + text(".{4}") + text("four") }
    if revision >= 54_462 { bytes += littleEndian(7, 8) }
    if revision >= 54_474 { bytes += text("a") + [1] + text("b") + text("") }
    if revision >= 54_477 { bytes += number(1) }
    if revision >= 54_479 { bytes += number(8) }
    return bytes
  }

  static func addendum(_ revision: Int) -> [UInt8] {
    var bytes: [UInt8] = revision >= 54_458 ? text("") : []
    if revision >= 54_470 { bytes += text("notchunked") + text("notchunked") }
    if revision >= 54_471 { bytes += number(7) }
    return bytes
  }

  static func query(
    _ statement: String, _ revision: Int, trace: [UInt8]? = nil, isCompressed: Bool = false, settings: [UInt8] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = [1] + text("query-7") + [1] + text("") + text("first-3") + text("0.0.0.0:0")
    if revision >= 54_449 { bytes += littleEndian(1_700_000_000_000_000, 8) }
    bytes += [1] + text("os") + text("host") + text("ClickHouse client") + number(26) + number(9) + number(revision)
    bytes += text("")
    if revision >= 54_448 { bytes += number(0) }
    bytes += number(2)
    if revision >= 54_442 { bytes += trace.map { [1] + $0 + text("") + [1] } ?? [0] }
    if revision >= 54_453 { bytes += [0, 0, 0] }
    if revision >= 54_475 { bytes += [0, 0] }
    if revision >= 54_476 { bytes += [0] }
    if revision >= 54_485 { bytes += text("") }
    if revision >= 54_486 { bytes += [0] }
    if revision >= 54_488 { bytes += [0] }
    bytes += settings + text("")
    if revision >= 54_472 { bytes += text("") }
    if revision >= 54_441 { bytes += text("") }
    bytes += number(2) + [isCompressed ? 1 : 0] + text(statement)
    if revision >= 54_459 { bytes += text("p") + [2] + text("'5'") + text("") }
    return bytes
  }

  static let blockInformation: [UInt8] = [1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]

  /// A block behind its packet's number: one column, or none.
  static func block(_ type: String? = nil, _ data: [UInt8] = [], rows: Int = 0, revision: Int = 54_468) -> [UInt8] {
    guard let type else { return text("") + blockInformation + [0, 0] }
    let kind: [UInt8] = revision >= 54_454 ? [0] : []
    return text("") + blockInformation + number(1) + number(rows) + text("column") + text(type) + kind + data
  }

  static func exception(_ code: Int32, _ message: String, within: [UInt8] = [0]) -> [UInt8] {
    [2] + littleEndian(UInt64(UInt32(bitPattern: code)), 4) + text("DB::Exception") + text(message) + text("0. a stack") + within
  }

  static let end: [UInt8] = [5]

  /// A connection that has logged in.
  static func connection(_ revision: Int) -> EngineRun {
    var run = EngineRun(serverPort: 9000)
    run.send(hello(revision), from: .client)
    run.send(greeting(revision), from: .server)
    if revision >= 54_458 { run.send(addendum(revision), from: .client) }
    return run
  }
}
