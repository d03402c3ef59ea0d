package import Analysis
package import Capture

/// Rows as comma-separated values (RFC 4180) with one header line; null cells are empty. Lines end in LF, as every Unix tool expects.
package struct CSVRows<Row>: Sendable {
  private let columns: [Column<Row>]

  package init(_ columns: [Column<Row>]) { self.columns = columns }

  package func appendHeader(to bytes: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(text: column.name)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  package func append(_ row: borrowing Row, _ texts: borrowing TextTable, to bytes: inout [UInt8]) {
    for index in columns.indices {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(columns[index].value(row), texts, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private func append(_ cell: Cell, _ texts: borrowing TextTable, to bytes: inout [UInt8]) {
    switch cell {
    case .null: break
    case .integer(let value), .time(let value), .duration(let value), .code(let value, _): bytes.appendDecimal(value)
    case .real(let value): bytes.append(real: value)
    case .name(let name): bytes.append(name)
    case .hardwareAddress(let address): Cell.hardwareAddressText(address).span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    case .communityID(let name): name.ascii.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    case .address(let address): bytes.append(address)
    case .text(let id):
      let start = bytes.count
      texts.withBytes(id) { bytes.append(terminal: $0) }
      bytes.protectCSVField(from: start)
    case .string(let text):
      let start = bytes.count
      bytes.append(terminal: text)
      bytes.protectCSVField(from: start)
    case .attributes(let pairs):
      let start = bytes.count
      bytes.append(jsonAttributes: pairs, texts)
      bytes.protectCSVField(from: start)
    }
  }
}

extension [UInt8] {
  /// Makes a field of the bytes from `start` on: a text that a spreadsheet would run as a formula gets an apostrophe in front (CWE-1236), and
  /// one with a comma, a quote or blanks at its ends is quoted. Line ends are escapes already.
  fileprivate mutating func protectCSVField(from start: Int) {
    guard start < count else { return }
    switch self[start] {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): insert(UInt8(ascii: "'"), at: start)
    default: break
    }
    let field = self[start...]
    let isQuoted =
      field.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") } || field.first == UInt8(ascii: " ")
      || field.last == UInt8(ascii: " ")
    guard isQuoted else { return }
    let text = Array(field)
    removeSubrange(start...)
    append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") { append(byte) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }
}
