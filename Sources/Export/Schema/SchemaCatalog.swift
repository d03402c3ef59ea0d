package import Analysis
import Capture

/// The tables of a result as data: for `deepflow schema`, its manual page, and hints about names.
package struct SchemaCatalog: Sendable {
  package struct Field: Sendable {
    package let name: String
    package let kind: ColumnKind
    /// What its values are measured in; `nil` for what has no unit.
    package let unit: String?
    package let summary: String
  }

  package struct TableSchema: Sendable {
    package let name: String
    package let summary: String
    package let fields: [Field]
  }

  package let tables: [TableSchema]

  /// The catalog is what an analysis of nothing yields.
  package init() {
    var collector = Collector()
    let empty = Pipeline().finish()
    empty.visitTables(&collector)
    tables = collector.tables
  }

  package func table(_ name: String) -> TableSchema? { tables.first { $0.name == name } }

  private struct Collector: TableVisitor {
    var tables: [TableSchema] = []

    mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ texts: borrowing TextTable) {
      tables.append(
        TableSchema(
          name: table.name, summary: table.summary,
          fields: table.columns.map { Field(name: $0.name, kind: $0.kind, unit: unit(of: $0), summary: meaning($0.summary)) }))
    }

    /// The summary without the unit, which stands beside it.
    private func meaning(_ summary: String) -> String {
      for end in [", µs since the epoch", ", %", ", ns"] where summary.hasSuffix(end) { return String(summary.dropLast(end.count)) }
      if summary == "µs" { return "how long it took" }
      if summary == "µs since the epoch" { return "when it was" }
      return summary.hasPrefix("µs ") ? String(summary.dropFirst(3)) : summary
    }

    private func unit<Row>(of column: Column<Row>) -> String? {
      switch column.kind {
      case .time: "µs since the epoch"
      case .duration: "µs"
      case .text: nil
      case .integer, .real:
        if column.name.hasSuffix("_ratio") {
          "%"
        } else if column.name.hasSuffix("_rate") {
          column.name.contains("byte") ? "bytes/s" : "1/s"
        } else if column.name.hasSuffix("_ns") {
          "ns"
        } else if ["byte", "length", "in_flight", "mss"].contains(where: { column.name.contains($0) }) {
          "bytes"
        } else {
          nil
        }
      }
    }
  }
}
