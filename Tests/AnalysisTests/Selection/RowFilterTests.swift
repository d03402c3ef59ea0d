import Capture
import Testing

@testable import Analysis

@Suite struct RowFilterTests {
  /// A row with the columns that conditions look at.
  private struct Row {
    var path: TextID?
    var service: TextID
    var duration: Int64?
    var address: IPAddress
    var status: StaticString
    var code: Int64?
  }

  private let table = Table<Row>(
    "sample", "rows of the test",
    [
      Column("request_resource", .text, "") { Cell(text: $0.path) }, Column("service_1", .text, "") { .text($0.service) },
      Column("response_duration", .duration, "") { Cell(duration: $0.duration) }, Column("ip_1", .text, "") { .address($0.address) },
      Column("response_status", .text, "") { .name($0.status) }, Column("response_code", .integer, "") { Cell($0.code) },
      Column("services", .text, "") { .text($0.service) },
    ])

  private func rows(_ texts: inout TextTable) -> [Row] {
    func row(_ path: String?, _ service: String, _ duration: Int64?, _ address: UInt32, _ status: StaticString, _ code: Int64?) -> Row {
      Row(
        path: path.map { texts.intern($0) }, service: texts.intern(service), duration: duration, address: IPAddress(v4: address),
        status: status, code: code)
    }
    return [
      row("/buy", "shop", 100, 0x0a00_0001, "ok", 200), row("/buy/7?x=1", "shop", 900, 0x0a00_0002, "server_error", 500),
      row("/buyer", "nginx, shop", 50, 0x0b00_0001, "timeout", nil), row(nil, "other", nil, 0x0a00_0001, "unknown", nil),
    ]
  }

  private func selected(_ change: (inout RowSelection) throws -> Void) throws -> [Int] {
    var texts = TextTable()
    let rows = rows(&texts)
    var selection = RowSelection()
    try change(&selection)
    return try RowOrder.select(rows, table, selection, texts)
  }

  @Test("no condition selects everything")
  func everything() throws { #expect(try selected { _ in } == [0, 1, 2, 3]) }

  @Test("a path selects itself and what lies below it, a prefix with * everything that begins like it")
  func paths() throws {
    #expect(try selected { $0.paths = ["/buy"] } == [0, 1])
    #expect(try selected { $0.paths = ["/buy*"] } == [0, 1, 2])
    #expect(try selected { $0.paths = ["/"] } == [0, 1, 2])
    #expect(try selected { $0.resources = ["uyer", "?x"] } == [1, 2])
  }

  @Test("values of one flag are alternatives, flags must all hold")
  func combination() throws {
    #expect(try selected { $0.statuses = ["OK", "timeout"] } == [0, 2])
    #expect(try selected { $0.statuses = ["error"] } == [1, 2])
    #expect(try selected { $0.statuses = ["500"] } == [1])
    #expect(try selected { $0.statuses = ["200", "timeout"] } == [0, 2])
    #expect(
      try selected {
        $0.statuses = ["error"]
        $0.minimumDuration = 60
      } == [1])
  }

  @Test("services are compared whole, also in a list")
  func services() throws {
    #expect(try selected { $0.services = ["shop"] } == [0, 1, 2])
    #expect(try selected { $0.services = ["nginx"] } == [2])
    #expect(try selected { $0.services = ["sho"] } == [])
  }

  @Test("addresses and durations select by value; null meets no condition")
  func values() throws {
    #expect(try selected { $0.addresses = [try #require(AddressRange("10.0.0.0/8"))] } == [0, 1, 3])
    #expect(try selected { $0.minimumDuration = 0 } == [0, 1, 2])
  }

  @Test("rows are sorted by several fields, null last in either direction, and cut to the limit")
  func order() throws {
    #expect(try selected { $0.sort = [.init("response_duration")] } == [2, 0, 1, 3])
    #expect(try selected { $0.sort = [.init("-response_duration")] } == [1, 0, 2, 3])
    #expect(try selected { $0.sort = [.init("-ip_1"), .init("request_resource")] } == [2, 1, 0, 3])
    #expect(
      try selected {
        $0.sort = [.init("-response_duration")]
        $0.limit = 1
      } == [1])
    #expect(try selected { $0.limit = 2 } == [0, 1])
  }

  @Test("a flag that the table cannot answer and a field that it does not have are refused")
  func errors() {
    #expect(throws: SelectionError.notApplicable(flag: "--pid", table: "sample")) { try selected { $0.processIDs = [1] } }
    #expect(throws: SelectionError.unknownField("ip_2", table: "sample", nearest: "ip_1")) { try selected { $0.sort = [.init("ip_2")] } }
  }
}
