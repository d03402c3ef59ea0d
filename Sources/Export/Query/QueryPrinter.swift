import Analysis
import Capture

/// Prints what a query answers, row by row, in any format.
package struct QueryPrinter {
  package var format: RowFormat
  package var lineWidth = TextRows<[Cell]>.defaultLineWidth
  package var isColored = false

  package init(format: RowFormat) { self.format = format }

  /// - Throws: `QueryError` when the statement fails on the way, `ExportError` when the output does.
  package func print(_ statement: borrowing Statement, to output: inout OutputFile) throws {
    // Text shows the first rows' widths; the others need no more than one row at a time.
    var front: [[Cell]] = []
    let limit = format == .text ? TextRows<[Cell]>.measuredRowLimit : 1
    var hasMore = true
    while hasMore, front.count < limit {
      hasMore = try statement.stepQuery()
      if hasMore { front.append(QueryPrinter.row(statement)) }
    }
    // A statement that is asked again after its last row begins anew.
    func forEachRow(_ body: ([Cell], Bool, inout [UInt8]) -> Void) throws {
      for (index, row) in front.enumerated() { body(row, index == 0, &output.bytes) }
      while hasMore, try statement.stepQuery() {
        body(QueryPrinter.row(statement), false, &output.bytes)
        try output.flushIfFull()
      }
    }
    let texts = TextTable()
    let columns = QueryPrinter.columns(statement, front)
    switch format {
    case .text:
      let shown = columns.map { TextColumn($0) }
      let writer = TextRows(shown, rows: front, order: front.indices, texts, lineWidth: lineWidth, isColored: isColored)
      writer.appendHeader(to: &output.bytes)
      try forEachRow { row, _, bytes in writer.append(row, texts, to: &bytes) }
    case .csv:
      let writer = CSVRows(columns)
      writer.appendHeader(to: &output.bytes)
      try forEachRow { row, _, bytes in writer.append(row, texts, to: &bytes) }
    case .jsonl:
      let writer = JSONRows(columns)
      try forEachRow { row, _, bytes in
        writer.append(row, texts, to: &bytes)
        bytes.append("\n")
      }
    case .json:
      let writer = JSONRows(columns)
      output.bytes.append("[")
      try forEachRow { row, isFirst, bytes in
        bytes.append(isFirst ? "\n" : ",\n")
        writer.append(row, texts, to: &bytes)
      }
      output.bytes.append(front.isEmpty ? "]\n" : "\n]\n")
    }
  }

  private static func row(_ statement: borrowing Statement) -> [Cell] {
    var row: [Cell] = []
    for index in 0..<statement.columnCount { row.append(statement.cell(index)) }
    return row
  }

  /// Columns under the names that the statement gives them. A name that occurs again gets a number, because a JSON object has a key once.
  private static func columns(_ statement: borrowing Statement, _ rows: [[Cell]]) -> [Column<[Cell]>] {
    var names: [String] = []
    for index in 0..<statement.columnCount {
      let name = statement.columnName(index)
      var unique = name
      var number = 1
      while names.contains(unique) {
        unique = "\(name):\(number)"
        number += 1
      }
      names.append(unique)
    }
    return names.enumerated().map { index, name in
      let isText = rows.contains { if case .string = $0[index] { true } else { false } }
      return Column(name, isText ? .text : .real, "") { $0[index] }
    }
  }
}
