package import Capture

/// One value of a table: what JSON, CSV, SQLite and text print, each in its way.
package enum Cell: Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(TextID)
  /// A name from the program itself (`packet`, `ok`).
  case name(StaticString)
  case address(IPAddress)
  /// Six bytes, written in hexadecimal with colons.
  case hardwareAddress(UInt64)
  case communityID(CommunityID)
  /// A number in JSON and SQL, a name in text output where it has one.
  case code(Int64, StaticString?)
  /// Microseconds since the epoch; RFC 3339 in text output.
  case time(Int64)
  /// Microseconds; with a unit in text output.
  case duration(Int64)
  /// Name and value pairs: a JSON object.
  case attributes([TextID])
  case string(String)
}

extension Cell {
  package init(_ value: (some BinaryInteger)?) { self = value.map { .integer(Int64(clamping: $0)) } ?? .null }
  package init(text: TextID?) { self = text.map { .text($0) } ?? .null }
  package init(duration: Int64?) { self = duration.map { .duration($0) } ?? .null }
  package init(address: IPAddress?) { self = address.map { .address($0) } ?? .null }
}

/// What the values of a column are, whatever its rows.
package enum ColumnKind: String, Sendable {
  case integer, real, text, time, duration
}

/// A column of a table: the one definition behind JSON keys, CSV and SQLite columns, `--fields` and the schema.
package struct Column<Row>: Sendable {
  package typealias Kind = ColumnKind

  package let name: String
  package let kind: Kind
  /// What it means, with its unit: one sentence for `deepflow schema` and the man page.
  package let summary: String
  /// The cell of the row at an address. Printers keep only this of a column, so that their loops over the cells of a row need not be
  /// compiled for each type of row: generic code of another module would copy a row for each of its cells.
  package let read: CellReader

  @inline(__always)
  package init(_ name: String, _ kind: Kind, _ summary: String, _ value: @escaping @Sendable (borrowing Row) -> Cell) {
    self.name = name
    self.kind = kind
    self.summary = summary
    read = CellReader { value($0.assumingMemoryBound(to: Row.self).pointee) }
  }

  package func value(_ row: borrowing Row) -> Cell { withUnsafePointer(to: row) { read(UnsafeRawPointer($0)) } }
}

/// From the address of a row to one of its cells. The row must be of the type that the reader's column was made for.
///
/// A structure, because a function in an array of functions would be called through two conversions of its form, with a copy of the cell
/// between.
package struct CellReader: Sendable {
  private let function: @Sendable (UnsafeRawPointer) -> Cell

  @inline(__always)
  init(_ function: @escaping @Sendable (UnsafeRawPointer) -> Cell) { self.function = function }

  package func callAsFunction(_ row: UnsafeRawPointer) -> Cell { function(row) }
}

/// A table: its name and its columns in order.
package struct Table<Row>: Sendable {
  package let name: String
  package let summary: String
  package let columns: [Column<Row>]

  package init(_ name: String, _ summary: String, _ columns: [Column<Row>]) {
    self.name = name
    self.summary = summary
    self.columns = columns
  }
}
