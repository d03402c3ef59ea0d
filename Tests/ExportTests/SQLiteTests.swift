import Analysis
import BundleFormat
import Capture
import Glibc
import Protocols
import Testing

@testable import Export

@Suite struct SQLiteTests {
  private func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/deepflow-export-test.XXXXXX".utf8CString)
    _ = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      for name in files(directory) { unlink(directory + "/" + name) }
      rmdir(directory)
    }
    return try body(directory)
  }

  private func files(_ directory: String) -> [String] {
    guard let handle = opendir(directory) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Compares what a view shows with what the catalog says, cell by cell.
  private struct Comparison: ~Copyable, TableVisitor {
    let database: Database
    var cellCount = 0

    mutating func visit<Row>(_ table: Table<Row>, _ rows: [Row], _ texts: borrowing TextTable) throws(ExportError) {
      let query = try database.prepare("SELECT * FROM \(table.name)")
      let names = (0..<query.columnCount).map { query.columnName($0) }
      #expect(names == table.columns.map(\.name))
      for row in rows {
        let hasRow = try query.step()
        #expect(hasRow)
        for (index, column) in table.columns.enumerated() {
          cellCount += 1
          let cell = column.value(row)
          if case .real(let value) = cell {
            // Asked for text, SQLite gives 15 digits.
            var found: Double?
            if case .real(let stored) = query.cell(index) { found = stored }
            #expect(found == value, "\(table.name).\(column.name)")
          } else {
            let found = query.text(index)
            let expected = Comparison.text(cell, texts)
            #expect(found == expected, "\(table.name).\(column.name)")
          }
        }
      }
      let hasMore = try query.step()
      #expect(!hasMore)
    }

    /// What SQLite gives for a cell when it is asked for text.
    static func text(_ cell: Cell, _ texts: borrowing TextTable) -> String? {
      switch cell {
      case .null, .real: nil
      case .integer(let value), .time(let value), .duration(let value), .code(let value, _): "\(value)"
      case .text(let id): texts.string(id)
      case .name(let name): name.description
      case .address(let address): address.description
      case .hardwareAddress(let address):
        Cell.hardwareAddressText(address).span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      case .communityID(let name): name.text
      case .string(let text): text
      case .attributes(let pairs):
        {
          var bytes: [UInt8] = []
          bytes.append(jsonAttributes: pairs, texts)
          return String(decoding: bytes, as: UTF8.self)
        }()
      }
    }
  }

  @Test("every cell reads back as the catalog says")
  func readBack() throws {
    let result = ShopResult.make()
    try withDirectory { directory in
      try SQLiteDocument.write(result, to: directory + "/out.sqlite")
      var comparison = Comparison(database: try Database(path: directory + "/out.sqlite"))
      try result.visitTables(&comparison)
      #expect(comparison.cellCount > 8 * 50)
      #expect(files(directory) == ["out.sqlite"])
    }
  }

  @Test(
    "every cell of real captures reads back as the catalog says",
    arguments: ["http/nginx-keep-alive.pcap", "http/apache-proxy.pcap", "dns/bind.pcap"])
  func readBack(fixture: String) throws {
    var pipeline = Pipeline()
    var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    var inputs = try CaptureInputs(paths: [parts.joined(separator: "/") + "/fixtures/" + fixture])
    try inputs.read(into: &pipeline)
    var result = pipeline.finish()
    // A database's rows stand in the order of their identifiers.
    result.flows.sort { $0.flowID < $1.flowID }
    result.requests.sort { $0.id < $1.id }
    result.spans.sort { $0.id < $1.id }
    result.traces.sort { $0.id < $1.id }
    #expect(!result.flows.isEmpty && !result.requests.isEmpty && !result.spans.isEmpty)
    try withDirectory { directory in
      try SQLiteDocument.write(result, to: directory + "/out.sqlite")
      var comparison = Comparison(database: try Database(path: directory + "/out.sqlite"))
      try result.visitTables(&comparison)
    }
  }

  @Test("identifiers, sequence numbers and texts that do not fit the usual pattern read back as they are")
  func unusual() throws {
    var result = ShopResult.make()
    // A span far from its trace, with a message number; one without a row of the request log; spans out of order.
    let far: UInt64 = (1 << 53) - 1
    result.requests[1].id = far
    result.spans[1].id = far
    result.spans[1].requestRowID = far
    result.spans[2].parent = far
    result.spans[4].requestRowID = 77
    result.requests.remove(at: 5)
    result.requests.sort { $0.id < $1.id }
    result.spans.sort { $0.id > $1.id }
    // Sequence numbers of one flow on both sides of 2^32, and one that is not known.
    for (index, sequence) in [UInt32.max, 0, 5].enumerated() { result.requests[index].requestTCPSequence = sequence }
    result.requests[0].responseTCPSequence = nil
    result.requests[1].responseTCPSequence = 0x8000_0000
    // Hexadecimal texts are packed; what only looks like one is not.
    let texts = ["00f0a1b2c3d4e5f6", "0123456789", "00F0A1B2C3D4E5F6", "abcdef012", "", "00000000", "4bf92f3577b34da6a3ce929d0e0e473g"]
    for (index, text) in texts.enumerated() { result.requests[index].summary.trace.traceID = result.texts.intern(text) }
    let ordered = result.spans.sorted { $0.id < $1.id }
    try withDirectory { directory in
      try SQLiteDocument.write(result, to: directory + "/out")
      result.spans = ordered
      var comparison = Comparison(database: try Database(path: directory + "/out"))
      try result.visitTables(&comparison)
      #expect(comparison.cellCount > 8 * 50)
      let packed = try comparison.database.prepare(
        "SELECT sum(value = x'00f0a1b2c3d4e5f6'), sum(value = x'00000000'), sum(value = '00F0A1B2C3D4E5F6'), sum(value = 'abcdef012') FROM text_values"
      )
      #expect(try packed.step())
      for column in 0..<4 { #expect(packed.integer(column) == 1) }
    }
  }

  @Test("two exports of one result are the same bytes")
  func deterministic() throws {
    try withDirectory { directory in
      try SQLiteDocument.write(ShopResult.make(), to: directory + "/a")
      try SQLiteDocument.write(ShopResult.make(), to: directory + "/b")
      let isEqual = Golden.read(directory + "/a") == Golden.read(directory + "/b")
      #expect(isEqual)
    }
  }

  @Test("texts are stored once, and none that no row uses")
  func dictionary() throws {
    var result = ShopResult.make()
    _ = result.texts.intern("a text that no row uses")
    try withDirectory { directory in
      try SQLiteDocument.write(result, to: directory + "/out")
      let database = try Database(path: directory + "/out")
      let counts = try database.prepare(
        "SELECT count(*), count(DISTINCT value), sum(value = 'a text that no row uses'), sum(value = 'server_error') FROM text")
      #expect(try counts.step())
      #expect(counts.integer(0) == counts.integer(1))
      #expect(counts.integer(2) == 0)
      #expect(counts.integer(3) == 1)
    }
  }

  @Test("a directory that does not exist is a typed error, and a failure leaves nothing behind")
  func failure() throws {
    let result = ShopResult.make()
    #expect(throws: ExportError.self) { try SQLiteDocument.write(result, to: "/nonexistent/directory/out") }
    try withDirectory { directory in
      mkdir(directory + "/taken", 0o700)
      defer { rmdir(directory + "/taken") }
      #expect(throws: ExportError.self) { try SQLiteDocument.write(result, to: directory + "/taken") }
      #expect(files(directory) == ["taken"])
    }
  }

  @Test("bytes that are not UTF-8 are repaired, NUL included")
  func repair() throws {
    var result = ShopResult.make()
    let bytes: [UInt8] = [0x61, 0xff, 0x00, 0x62]
    result.requests[0].summary.requestResource = bytes.withUnsafeBytes { result.texts.intern($0.bytes) }
    try withDirectory { directory in
      try SQLiteDocument.write(result, to: directory + "/out")
      let query = try Database(path: directory + "/out").prepare("SELECT request_resource FROM l7_flow_log LIMIT 1")
      #expect(try query.step())
      #expect(query.text(0) == "a\u{fffd}\u{fffd}b")
    }
  }
}
