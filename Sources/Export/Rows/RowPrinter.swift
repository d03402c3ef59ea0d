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
  /// Threads that render rows; the output is the same with any number.
  package var workers = 1

  package init(format: RowFormat, columns: [Column<Row>], textColumns: [TextColumn<Row>]) {
    self.format = format
    self.columns = columns
    self.textColumns = textColumns
  }

  /// Writes `rows[i]` for every `i` of `order`.
  package func print(
    _ rows: [Row], order: some RandomAccessCollection<Int>, _ texts: borrowing TextTable, to output: inout OutputFile
  ) throws(ExportError) {
    switch format {
    case .jsonl:
      let writer = JSONRows(columns)
      try render(rows, order, texts, to: &output) { _, row, texts, bytes in
        writer.append(row, texts, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
      }
    case .json:
      try printArray(rows, order: order, texts, to: &output)
      output.bytes.append(UInt8(ascii: "\n"))
    case .csv:
      let writer = CSVRows(columns)
      writer.appendHeader(to: &output.bytes)
      try render(rows, order, texts, to: &output) { _, row, texts, bytes in writer.append(row, texts, to: &bytes) }
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
    _ rows: [Row], order: some RandomAccessCollection<Int>, _ texts: borrowing TextTable, to output: inout OutputFile
  ) throws(ExportError) {
    let writer = JSONRows(columns)
    output.bytes.append(UInt8(ascii: "["))
    try render(rows, order, texts, to: &output) { position, row, texts, bytes in
      bytes.append(position == 0 ? "\n" : ",\n")
      writer.append(row, texts, to: &bytes)
    }
    output.bytes.append(order.isEmpty ? "]" : "\n]")
  }

  /// Calls `append` for every row of `order`, with its position there, so that the bytes come in that order.
  private func render(
    _ rows: [Row], _ order: some RandomAccessCollection<Int>, _ texts: borrowing TextTable, to output: inout OutputFile,
    _ append: (Int, borrowing Row, borrowing TextTable, inout [UInt8]) -> Void
  ) throws(ExportError) {
    let indices = Array(order)
    try withUnsafePointer(to: texts) { texts throws(ExportError) in
      try RowParts.deliver(
        rowCount: indices.count, workers: workers,
        render: { range, bytes in
          for position in range { append(position, rows[indices[position]], texts.pointee, &bytes) }
        }, to: &output)
    }
  }
}
