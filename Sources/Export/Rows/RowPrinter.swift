package import Analysis
package import Capture

/// The form of a view's output (`--format`).
package enum RowFormat: String, Sendable, CaseIterable {
  case text, json, jsonl, csv
}

/// Writes the rows of one view in any format, with any choice of columns.
package struct RowPrinter<Row>: Sendable {
  package var format: RowFormat
  /// Columns of `json`, `jsonl` and `csv`.
  package var columns: [Column<Row>]
  /// Columns of `text`.
  package var textColumns: [TextColumn<Row>]
  package var lineWidth = TextRows<Row>.defaultLineWidth
  package var isColored = false

  package init(format: RowFormat, columns: [Column<Row>], textColumns: [TextColumn<Row>]) {
    self.format = format
    self.columns = columns
    self.textColumns = textColumns
  }

  /// Writes `rows[i]` for every `i` of `order`.
  package func print(
    _ rows: [Row], order: some Collection<Int>, _ texts: borrowing TextTable, to output: inout OutputFile
  ) throws(ExportError) {
    switch format {
    case .jsonl:
      let writer = JSONRows(columns)
      for index in order {
        writer.append(rows[index], texts, to: &output.bytes)
        output.bytes.append(UInt8(ascii: "\n"))
        try output.flushIfFull()
      }
    case .json:
      try printArray(rows, order: order, texts, to: &output)
      output.bytes.append(UInt8(ascii: "\n"))
    case .csv:
      let writer = CSVRows(columns)
      writer.appendHeader(to: &output.bytes)
      for index in order {
        writer.append(rows[index], texts, to: &output.bytes)
        try output.flushIfFull()
      }
    case .text:
      let writer = TextRows(textColumns, rows: rows, order: order, texts, lineWidth: lineWidth, isColored: isColored)
      writer.appendHeader(to: &output.bytes)
      for index in order {
        writer.append(rows[index], texts, to: &output.bytes)
        try output.flushIfFull()
      }
    }
  }

  /// A JSON array with one row a line, without a line end after it.
  func printArray(
    _ rows: [Row], order: some Collection<Int>, _ texts: borrowing TextTable, to output: inout OutputFile
  ) throws(ExportError) {
    let writer = JSONRows(columns)
    output.bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for index in order {
      output.bytes.append(isFirst ? "\n" : ",\n")
      isFirst = false
      writer.append(rows[index], texts, to: &output.bytes)
      try output.flushIfFull()
    }
    output.bytes.append(isFirst ? "]" : "\n]")
  }
}
