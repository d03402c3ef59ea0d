package import Analysis
package import Capture

/// Everything in one JSON object: a key for each table, with an array of its rows.
package struct JSONDocument: ~Copyable, TableVisitor {
  package private(set) var output: OutputFile
  private var isFirst = true

  package init(output: consuming OutputFile) { self.output = output }

  package mutating func write(_ result: borrowing AnalysisResult) throws(ExportError) {
    try result.visitTables(&self)
    output.bytes.append("\n}\n")
    try output.finish()
  }

  package mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ texts: borrowing TextTable) throws(ExportError) {
    output.bytes.append(isFirst ? "{\n" : ",\n")
    isFirst = false
    output.bytes.append(json: table.name)
    output.bytes.append(":")
    try RowPrinter(format: .json, columns: table.columns, textColumns: []).printArray(rows, order: rows.indices, texts, to: &output)
  }
}
