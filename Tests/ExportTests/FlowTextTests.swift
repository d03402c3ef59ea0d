import Analysis
import Capture
import Testing
import Transport

@testable import Export

@Suite struct FlowTextTests {
  private static func output(_ width: Int) throws -> [String] {
    var texts = TextTable()
    let rows = (0..<4).map { number in
      let client = Endpoint(address: IPAddress(v4: 0xc0a8_64c8 + UInt32(number)), port: 40_000)
      let server = Endpoint(address: IPAddress(v4: 0xc0a8_6401), port: 8080)
      var row = FlowRow(
        FlowMeter(), flowID: UInt64(number), initiator: client, responder: server, ipProtocol: .tcp, ending: .expired)
      row.startTime = Timestamp(nanoseconds: 1_700_000_000_123_456_789)
      row.endTime = Timestamp(nanoseconds: 1_700_000_100_123_456_789)
      row.closeType = .clientEstablishReset
      row.clientProcess = ProcessReference(processID: 1, name: texts.intern("java-frontend"))
      row.serverProcess = ProcessReference(processID: 2, name: texts.intern("postgres"))
      row.interfaceName = texts.intern("eth0")
      row.toServer.byteCount = 123_456_789
      row.toServer.retransmissionCount = 7
      row.roundTrip = 1234
      return row
    }
    var printer = RowPrinter(format: .text, columns: [], textColumns: Table.flows.textColumns)
    printer.lineWidth = width
    var output = OutputFile()
    try printer.print(rows, order: rows.indices, texts, to: &output)
    return String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
  }

  @Test("no line of the flow log is longer than the line width", arguments: [100, 110, 130, 160, 200, 400])
  func width(width: Int) throws {
    let lines = try Self.output(width)
    #expect(lines.count == 5)
    for line in lines { #expect(line.count <= width) }
  }

  @Test(
    "a short number has three digits and a power of thousand",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1.00k"), (12_345, "12.3k"), (999_999, "999k"), (1_234_567, "1.23M"), (1_009_999, "1.00M"),
      (UInt64.max, "18.4E"),
    ] as [(UInt64, String)])
  func shortNumbers(value: UInt64, expected: String) {
    #expect(ShortNumber.text(value) == expected)
  }

  @Test("a wide line has room for more columns, and a narrow one has those that matter most")
  func extras() throws {
    let headings = try [100, 200].map { width in try Self.output(width)[0].split(separator: " ").map { String($0) } }
    for heading in ["TIME", "CLIENT", "SERVER", "PORT", "PROTO", "CLOSE", "TX", "RX", "LASTED"] {
      #expect(headings[0].contains(heading) && headings[1].contains(heading), "\(heading)")
    }
    for heading in ["CPORT", "RTT", "RETX", "RERX", "CPROCESS", "SPROCESS"] {
      #expect(!headings[0].contains(heading) && headings[1].contains(heading), "\(heading)")
    }
    let wide = try Self.output(200)[1]
    #expect(wide.contains("java-frontend") && wide.contains("postgres") && wide.contains("40000") && wide.contains("1.2 ms"))
  }
}
