import Analysis
import Capture
import Glibc
import Testing
import Transport

@testable import Export

@Suite struct RowPartsTests {
  private static let rows: [FlowRow] = (0..<5 * RowParts.rowCount + 17).map { number in
    let client = Endpoint(address: IPAddress(v4: 0xc0a8_0000 + UInt32(number)), port: 40_000)
    let server = Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 443)
    return FlowRow(FlowMeter(), flowID: UInt64(number), initiator: client, responder: server, ipProtocol: .tcp, ending: .expired)
  }

  private static func text(_ format: RowFormat, workers: Int, count: Int) throws -> String {
    let texts = TextTable()
    var printer = RowPrinter(format: format, columns: Table.flows.columns, textColumns: Table.flows.textColumns)
    printer.workers = workers
    var output = OutputFile()
    try printer.print(rows, order: Array((0..<count).reversed()), texts, to: &output)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  @Test(
    "rows come out the same with any number of threads", arguments: [RowFormat.json, .jsonl, .csv],
    [0, 1, RowParts.rowCount, RowParts.rowCount + 1, RowPartsTests.rows.count])
  func sameOutput(format: RowFormat, count: Int) throws {
    let expected = try Self.text(format, workers: 1, count: count)
    let lines = expected.split(separator: "\n").count
    #expect(lines == count + (format == .jsonl ? 0 : format == .csv ? 1 : count == 0 ? 1 : 2))
    for workers in 2...4 { #expect(try Self.text(format, workers: workers, count: count) == expected) }
  }

  @Test("a reader that goes away ends the threads, and is an error")
  func closedPipe() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let texts = TextTable()
    var printer = RowPrinter(format: .jsonl, columns: Table.flows.columns, textColumns: Table.flows.textColumns)
    printer.workers = 3
    var output = OutputFile(descriptor: ends[1], place: "a pipe")
    #expect(throws: ExportError.self) { try printer.print(Self.rows, order: Self.rows.indices, texts, to: &output) }
  }
}
