package import Analysis
package import Capture

/// Rows as JSON objects: one key a column, absent when the cell is null, integers exact.
package struct JSONRows<Row>: Sendable {
  private let fields: JSONFields

  package init(_ columns: [Column<Row>]) { fields = JSONFields(columns) }

  /// One object, without a line end.
  package func append(_ row: borrowing Row, _ texts: borrowing TextTable, to bytes: inout [UInt8]) {
    withUnsafePointer(to: row) { fields.append(rowAt: UnsafeRawPointer($0), texts, to: &bytes) }
  }
}

/// The keys of an object and where their values come from, for rows of any type.
private struct JSONFields: Sendable {
  /// `,"name":` of each column, one after the other, and where each ends.
  private var keys: [UInt8] = []
  private var ends: [Int] = []
  private let readers: [CellReader]

  init<Row>(_ columns: [Column<Row>]) {
    readers = columns.map(\.read)
    for column in columns {
      precondition(column.name.utf8.count <= 256, "a column's name, with a short value, fits into a row's scratch memory")
      keys.append(UInt8(ascii: ","))
      keys.append(json: column.name)
      keys.append(UInt8(ascii: ":"))
      ends.append(keys.count)
    }
  }

  func append(rowAt row: UnsafeRawPointer, _ texts: borrowing TextTable, to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RowScratch.capacity) { memory in
      guard let start = memory.baseAddress else { preconditionFailure("a buffer of fixed size has an address") }
      var scratch = RowScratch(start)
      append(rowAt: row, texts, &scratch, to: &bytes)
      scratch.flush(to: &bytes)
    }
  }

  private func append(rowAt row: UnsafeRawPointer, _ texts: borrowing TextTable, _ scratch: inout RowScratch, to bytes: inout [UInt8]) {
    scratch.append(UInt8(ascii: "{"))
    var isFirst = true
    var start = 0
    for index in readers.indices {
      let end = ends[index]
      let cell = readers[index](row)
      if !cell.isAbsent {
        if !scratch.hasRoom(end - start + RowScratch.shortByteCount) { scratch.flush(to: &bytes) }
        keys.withUnsafeBufferPointer { scratch.append(UnsafeBufferPointer(rebasing: $0[(isFirst ? start + 1 : start)..<end])) }
        isFirst = false
        if !scratch.append(shortJSON: cell) {
          scratch.flush(to: &bytes)
          bytes.append(json: cell, texts)
        }
      }
      start = end
    }
    if !scratch.hasRoom(1) { scratch.flush(to: &bytes) }
    scratch.append(UInt8(ascii: "}"))
  }
}

extension RowScratch {
  /// Appends a cell as a JSON value, when it is one that takes few bytes: at most `shortByteCount`. Returns whether it was.
  @inline(__always)
  fileprivate mutating func append(shortJSON cell: Cell) -> Bool {
    switch cell {
    case .integer(let value), .time(let value), .duration(let value), .code(let value, _): appendDecimal(value)
    case .name(let name):
      if name.utf8CodeUnitCount + 2 > RowScratch.shortByteCount { return false }
      append(quoted: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    case .address(let address):
      guard let v4 = address.v4 else { return false }
      append(quotedV4: v4)
    case .hardwareAddress(let address): Cell.hardwareAddressText(address).span.withUnsafeBufferPointer { append(quoted: $0) }
    case .communityID(let name): name.ascii.span.withUnsafeBufferPointer { append(quoted: $0) }
    case .null, .real, .text, .string, .attributes: return false
    }
    return true
  }
}

extension Cell {
  /// Null, or a number that JSON and SQL cannot hold.
  @inline(__always)
  var isAbsent: Bool {
    switch self {
    case .null: true
    case .real(let value): !value.isFinite
    default: false
    }
  }
}

extension [UInt8] {
  /// A cell as a JSON value.
  mutating func append(json cell: Cell, _ texts: borrowing TextTable) {
    switch cell {
    case .null: append("null")
    case .integer(let value), .time(let value), .duration(let value), .code(let value, _): appendDecimal(value)
    case .real(let value): append(real: value)
    case .text(let id): texts.withBytes(id) { append(json: $0) }
    case .name(let name): append(json: name)
    case .string(let text): append(json: text)
    case .address(let address):
      append(UInt8(ascii: "\""))
      append(address)
      append(UInt8(ascii: "\""))
    case .hardwareAddress(let address): append(quoted: Cell.hardwareAddressText(address).span)
    case .communityID(let name): append(quoted: name.ascii.span)
    case .attributes(let pairs): append(jsonAttributes: pairs, texts)
    }
  }

  /// Text that needs no escapes.
  private mutating func append(quoted ascii: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    ascii.withUnsafeBufferPointer { append(contentsOf: $0) }
    append(UInt8(ascii: "\""))
  }

  /// Name and value pairs as an object. A name that occurs more than once has an array of its values: RFC 8259 §4 wants
  /// names to be unique.
  mutating func append(jsonAttributes pairs: [TextID], _ texts: borrowing TextTable) {
    append(UInt8(ascii: "{"))
    var isFirst = true
    for index in stride(from: 0, to: pairs.count - 1, by: 2) {
      let name = pairs[index]
      let isRepeated = stride(from: 0, to: index, by: 2).contains { pairs[$0] == name }
      if isRepeated { continue }
      let values = stride(from: index, to: pairs.count - 1, by: 2).filter { pairs[$0] == name }.map { pairs[$0 + 1] }
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      texts.withBytes(name) { append(json: $0) }
      append(UInt8(ascii: ":"))
      if values.count > 1 { append(UInt8(ascii: "[")) }
      for (position, value) in values.enumerated() {
        if position > 0 { append(UInt8(ascii: ",")) }
        texts.withBytes(value) { append(json: $0) }
      }
      if values.count > 1 { append(UInt8(ascii: "]")) }
    }
    append(UInt8(ascii: "}"))
  }
}
