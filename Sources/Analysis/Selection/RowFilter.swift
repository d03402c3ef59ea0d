package import Capture

/// A selection made ready for one table: the conditions with the columns they look at.
package struct RowFilter<Row>: Sendable {
  private enum Test: Sendable {
    case equals([String])
    /// The same without regard to ASCII case: names of the program's own.
    case named([String])
    case contains([String])
    case path([String])
    /// An element of a list that is separated by commas.
    case element([String])
    case number([Int64])
    case address([AddressRange])
    case range(Range<Int64>)
  }

  private struct Condition: Sendable {
    /// Alternatives: the condition holds when one of them does.
    var tests: [(column: Column<Row>, test: Test)]
  }

  private var conditions: [Condition] = []

  /// - Throws: `notApplicable` when the table lacks the columns of a flag that is set.
  package init(_ selection: RowSelection, _ table: Table<Row>) throws(SelectionError) {
    func add(_ flag: String, isSet: Bool, _ alternatives: [([String], Test)]) throws(SelectionError) {
      guard isSet else { return }
      let tests = alternatives.flatMap { names, test in
        names.compactMap { name in table.columns.first { $0.name == name }.map { (column: $0, test: test) } }
      }
      guard !tests.isEmpty else { throw .notApplicable(flag: flag, table: table.name) }
      conditions.append(Condition(tests: tests))
    }
    func addText(_ flag: String, _ values: [String], _ names: [String], _ test: Test) throws(SelectionError) {
      try add(flag, isSet: !values.isEmpty, [(names, test)])
    }
    try addText("--protocol", selection.protocols, ["l7_protocol_str", "protocol"], .named(selection.protocols))
    let codes = selection.statuses.compactMap { Int64($0) }
    let failures = ["client_error", "server_error", "timeout", "parse_failed"]
    let names = selection.statuses.flatMap { $0.lowercased() == "error" ? failures : [$0] }.filter { Int64($0) == nil }
    try add(
      "--status", isSet: !selection.statuses.isEmpty,
      [(["response_status", "status"], .named(names)), (codes.isEmpty ? [] : ["response_code"], .number(codes))])
    try add(
      "--service", isSet: !selection.services.isEmpty,
      [(["service_0", "service_1", "service"], .equals(selection.services)), (["services"], .element(selection.services))])
    try addText("--process", selection.processes, ["process_kname_0", "process_kname_1", "process_kname"], .equals(selection.processes))
    try add(
      "--pid", isSet: !selection.processIDs.isEmpty, [(["process_id_0", "process_id_1", "process_id"], .number(selection.processIDs))])
    try add("--ip", isSet: !selection.addresses.isEmpty, [(["ip_0", "ip_1"], .address(selection.addresses))])
    try add("--port", isSet: !selection.ports.isEmpty, [(["client_port", "server_port"], .number(selection.ports))])
    try addText("--path", selection.paths, ["request_resource", "endpoint"], .path(selection.paths))
    try addText("--resource", selection.resources, ["request_resource"], .contains(selection.resources))
    try addText("--trace-id", selection.traceIDs, ["trace_id"], .equals(selection.traceIDs))
    try addText("--span-id", selection.spanIDs, ["span_id"], .equals(selection.spanIDs))
    try add(
      "--request-id", isSet: !selection.requestIDs.isEmpty,
      [
        (["x_request_id_0", "x_request_id_1"], .equals(selection.requestIDs)),
        (["request_id"], .number(selection.requestIDs.compactMap { Int64($0) })),
      ])
    try addText("--close-type", selection.closeTypes, ["close_type"], .named(selection.closeTypes))
    if let minimum = selection.minimumDuration {
      try add("--min-duration", isSet: true, [(["response_duration", "duration"], .range(minimum..<Int64.max))])
    }
    if let since = selection.since { try add("--since", isSet: true, [(["start_time", "time"], .range(since..<Int64.max))]) }
    if let until = selection.until { try add("--until", isSet: true, [(["start_time", "time"], .range(Int64.min..<until))]) }
  }

  package var isEmpty: Bool { conditions.isEmpty }

  package func matches(_ row: borrowing Row, _ texts: borrowing TextTable) -> Bool {
    for condition in conditions {
      var holds = false
      for (column, test) in condition.tests where RowFilter.holds(test, column.value(row), texts) {
        holds = true
        break
      }
      if !holds { return false }
    }
    return true
  }

  private static func holds(_ test: Test, _ cell: Cell, _ texts: borrowing TextTable) -> Bool {
    switch test {
    case .equals(let values):
      return cell.withText(texts) { text in values.contains { text.elementsEqual($0.utf8) } } ?? false
    case .named(let values):
      return cell.withText(texts) { text in
        values.contains { $0.utf8.count == text.count && zip($0.utf8, text).allSatisfy(equalIgnoringCase) }
      }
        ?? false
    case .contains(let values):
      return cell.withText(texts) { text in values.contains { contains(text, Array($0.utf8)) } } ?? false
    case .path(let values):
      return cell.withText(texts) { text in values.contains { isPath(text, below: Array($0.utf8)) } } ?? false
    case .element(let values):
      return cell.withText(texts) { text in
        text.split(separator: UInt8(ascii: ",")).contains { element in
          let trimmed = element.drop { $0 == UInt8(ascii: " ") }
          return values.contains { trimmed.elementsEqual($0.utf8) }
        }
      } ?? false
    case .number(let values): return cell.number.map { values.contains($0) } ?? false
    case .range(let range): return cell.number.map { range.contains($0) } ?? false
    case .address(let ranges):
      guard case .address(let address) = cell else { return false }
      return ranges.contains { $0.contains(address) }
    }
  }

  private static func equalIgnoringCase(_ left: UInt8, _ right: UInt8) -> Bool {
    func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }
    return lowercased(left) == lowercased(right)
  }

  private static func contains(_ text: UnsafeRawBufferPointer, _ part: [UInt8]) -> Bool {
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
  }

  /// Whether `text` is the path itself or lies below it; a query does not count. A path that ends in `*` is a plain prefix.
  private static func isPath(_ text: UnsafeRawBufferPointer, below path: [UInt8]) -> Bool {
    if path.last == UInt8(ascii: "*") { return text.starts(with: path.dropLast()) }
    guard text.starts(with: path) else { return false }
    if text.count == path.count || path.last == UInt8(ascii: "/") { return true }
    return [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains(text[path.count])
  }
}
