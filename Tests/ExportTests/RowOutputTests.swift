import Analysis
import Capture
import Testing

@testable import Export

@Suite struct RowOutputTests {
  private func printed<Row>(_ printer: RowPrinter<Row>, _ rows: [Row], _ texts: borrowing TextTable) throws -> [UInt8] {
    var output = OutputFile()
    try printer.print(rows, order: rows.indices, texts, to: &output)
    return output.bytes
  }

  @Test("requests print the same in every format as the golden files", arguments: RowFormat.allCases)
  func requests(format: RowFormat) throws {
    let result = ShopResult.make()
    let printer = RowPrinter(format: format, columns: Table.requests.columns, textColumns: Table.requests.textColumns)
    Golden.check(try printed(printer, result.requests, result.texts), "requests.\(format.rawValue)")
  }

  @Test("traces print the same in every format as the golden files", arguments: RowFormat.allCases)
  func traces(format: RowFormat) throws {
    let result = ShopResult.make()
    let printer = RowPrinter(format: format, columns: Table.traces.columns, textColumns: Table.traces.textColumns)
    Golden.check(try printed(printer, result.traces, result.texts), "traces.\(format.rawValue)")
  }

  @Test("no line of text output is longer than the line width, at any width that the fixed columns allow", arguments: [100, 120, 200])
  func width(_ width: Int) throws {
    let result = ShopResult.make()
    var printer = RowPrinter(format: .text, columns: [], textColumns: Table.requests.textColumns)
    printer.lineWidth = width
    let lines = try printed(printer, result.requests, result.texts).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == result.requests.count + 1)
    for line in lines { #expect(Array(line).displayWidth <= width) }
  }

  @Test("an empty table prints its header, an empty array, or nothing")
  func empty() throws {
    let texts = TextTable()
    func text(_ format: RowFormat) throws -> String {
      let printer = RowPrinter<TraceRow>(format: format, columns: Table.traces.columns, textColumns: Table.traces.textColumns)
      return String(decoding: try printed(printer, [], texts), as: UTF8.self)
    }
    #expect(try text(.json) == "[]\n")
    #expect(try text(.jsonl) == "")
    #expect(try text(.csv).split(separator: "\n").count == 1)
    #expect(try text(.text) == "TIME ID DURATION STATUS NAME SERVICES SPANS\n")
  }

  @Test("all tables are one JSON document")
  func document() throws {
    let result = ShopResult.make()
    var document = JSONDocument(output: OutputFile())
    try document.write(result)
    Golden.check(document.output.bytes, "document.json")
  }

  @Test("a name that occurs twice among attributes has an array of its values")
  func repeatedAttributes() {
    var texts = TextTable()
    let pairs = ["a", "1", "b", "2", "a", "3"].map { texts.intern($0) }
    var bytes: [UInt8] = []
    bytes.append(jsonAttributes: pairs, texts)
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":["1","3"],"b":"2"}"#)
  }

  @Test("a trace prints as a tree, with and without reasons", arguments: [false, true])
  func tree(isExplained: Bool) {
    let result = ShopResult.make()
    var tree = TraceTreeText()
    tree.isExplained = isExplained
    var bytes: [UInt8] = []
    tree.append(result.traces[0], result, to: &bytes)
    Golden.check(bytes, isExplained ? "trace-explained.text" : "trace.text")
  }

  @Test("the report counts exchanges, follows what slow ones wait for, and names the commands")
  func report() {
    let report = Report(ShopResult.make())
    // Eight rows are four exchanges.
    #expect(report.endpoints.reduce(0) { $0 + $1.exchangeCount } == 4)
    var text: [UInt8] = []
    ReportText(files: ["shop 1.pcapng"]).append(report, to: &text)
    Golden.check(text, "report.text")
    var json: [UInt8] = []
    ReportJSON(files: ["shop 1.pcapng"]).append(report, to: &json)
    Golden.check(json, "report.json")
  }
}
