import Analysis
import Capture

/// The schema for people and for programs.
package enum SchemaText {
  /// The names of the tables, with what a row of each is.
  package static func appendOverview(_ catalog: SchemaCatalog, to bytes: inout [UInt8]) {
    let width = catalog.tables.map(\.name.count).max() ?? 0
    for table in catalog.tables {
      bytes.append(text: table.name)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width - table.name.count + 2))
      bytes.append(text: table.summary)
      bytes.append("\n")
    }
  }

  /// One table with its columns.
  package static func append(_ table: SchemaCatalog.TableSchema, to bytes: inout [UInt8]) {
    bytes.append(text: "\(table.name): \(table.summary)")
    bytes.append("\n")
    let nameWidth = table.fields.map(\.name.count).max() ?? 0
    let unitWidth = table.fields.map { $0.unit?.count ?? 1 }.max() ?? 0
    for field in table.fields {
      let unit = field.unit ?? "-"
      bytes.append("  ")
      bytes.append(text: field.name + String(repeating: " ", count: nameWidth - field.name.count + 2))
      bytes.append(text: field.sqlType + String(repeating: " ", count: 9 - field.sqlType.count))
      bytes.append(text: unit + String(repeating: " ", count: unitWidth - unit.count + 2))
      bytes.append(text: field.summary)
      bytes.append("\n")
    }
  }

  /// One object a table: its name, what a row is, and its columns.
  package static func append(json tables: [SchemaCatalog.TableSchema], isLines: Bool, to bytes: inout [UInt8]) {
    if !isLines { bytes.append("[") }
    for (index, table) in tables.enumerated() {
      if !isLines { bytes.append(index == 0 ? "\n" : ",\n") }
      var object = JSONObject()
      object.string("table", table.name)
      object.string("summary", table.summary)
      object.array("columns", table.fields) { field, object in
        object.string("name", field.name)
        object.string("type", field.sqlType)
        if let unit = field.unit { object.string("unit", unit) }
        object.string("summary", field.summary)
      }
      bytes += object.finished
      if isLines { bytes.append("\n") }
    }
    if !isLines { bytes.append(tables.isEmpty ? "]\n" : "\n]\n") }
  }

  /// One line a column.
  package static func append(csv tables: [SchemaCatalog.TableSchema], to bytes: inout [UInt8]) {
    let columns: [Column<(table: String, field: SchemaCatalog.Field)>] = [
      Column("table", .text, "name of the table") { .string($0.table) },
      Column("name", .text, "name of the column") { .string($0.field.name) },
      Column("type", .text, "type of its values in SQL") { .string($0.field.sqlType) },
      Column("unit", .text, "what they are measured in") { $0.field.unit.map { .string($0) } ?? .null },
      Column("summary", .text, "what they mean") { .string($0.field.summary) },
    ]
    let writer = CSVRows(columns)
    let texts = TextTable()
    writer.appendHeader(to: &bytes)
    for table in tables {
      for field in table.fields { writer.append((table.name, field), texts, to: &bytes) }
    }
  }
}

extension SchemaCatalog.Field {
  /// The type of its values in SQL.
  package var sqlType: String {
    switch kind {
    case .integer, .time, .duration: "INTEGER"
    case .real: "REAL"
    case .text: "TEXT"
    }
  }
}
