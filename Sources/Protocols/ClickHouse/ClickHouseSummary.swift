import Capture
import Wire

/// What the request log shows of ClickHouse.
enum ClickHouseSummary {
  static func summarize(
    _ message: ClickHouseMessage, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.content {
    case .hello(let hello): self.hello(hello, bytes, into: &summary, &texts)
    case .query(let query): self.query(query, bytes, sql, into: &summary, &texts)
    case .request(let name): summary.requestType = texts.intern(name)
    case .response(let result): response(result, into: &summary, &texts)
    case .hidden: break
    }
  }

  private static func hello(_ hello: ClickHouseHello, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestType = texts.intern("Hello")
    let user = hello.user.prefix(ClickHouseConversation.longestName)
    let database = hello.database.prefix(ClickHouseConversation.longestName)
    var text = SQLSummary.bytes(of: "Login username: ") + bytes.copy(user)
    if !database.isEmpty {
      text += SQLSummary.bytes(of: " db: ") + bytes.copy(database)
      summary.requestDomain = texts.intern(bytes, database)
    }
    summary.requestResource = texts.intern(text)
    summary.add(texts.intern("program"), texts.intern(bytes, hello.program.prefix(256)))
    summary.add(texts.intern("revision"), texts.intern(String(hello.revision)))
  }

  private static func query(
    _ query: ClickHouseQuery, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestType = texts.intern("Query")
    if !query.database.isEmpty { summary.requestDomain = texts.intern(query.database) }
    if let digest = query.digest { sql.describe(digest, query.text, bytes, into: &summary, &texts) }
    func add(_ name: StaticString, _ range: Range<Int>, _ texts: inout TextTable) {
      if !range.isEmpty { summary.add(texts.intern(name), texts.intern(bytes, range.prefix(256))) }
    }
    add("query_id", query.identifier, &texts)
    if !bytes.copy(query.initialIdentifier).elementsEqual(bytes.copy(query.identifier)) {
      add("initial_query_id", query.initialIdentifier, &texts)
    }
    if !query.user.isEmpty { summary.add(texts.intern("user"), texts.intern(query.user)) }
    if let trace = query.trace {
      // Both halves of the trace's identifier, and the span's, lie with their lowest byte first.
      let halves = [trace.trace.prefix(8), trace.trace.dropFirst(8), trace.span]
      let words = halves.map { hexadecimal(bytes.copy($0).reversed()) }
      let text = SQLSummary.bytes(of: "00-") + words[0] + words[1] + [0x2d] + words[2] + SQLSummary.bytes(of: "-01")
      sql.noteTraceParent(0..<text.count, text.span.bytes, into: &summary, &texts)
    }
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let digits = SQLSummary.bytes(of: "0123456789abcdef")
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  private static func response(_ result: ClickHouseResult, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .ok
    summary.isPartial = result.isPartial
    summary.attributes = []
    if !result.version.isEmpty { summary.version = texts.intern(result.version) }
    if let failure = result.failure {
      summary.responseStatus = isClients(failure.code) ? .clientError : .serverError
      summary.responseCode = failure.code
      summary.responseException = texts.intern(message(failure))
      summary.responseResult = texts.intern(failure.name)
    } else if let text = result.text {
      summary.responseResult = texts.intern(text)
    }
    let written = max(result.writtenRowCount, result.sentRowCount)
    if written > 0 { summary.affectedRowCount = written }
    func add(_ name: StaticString, _ value: UInt64, _ texts: inout TextTable) {
      summary.add(texts.intern(name), texts.intern(String(value)))
    }
    if result.hasBlocks, written == 0 { add("rows", max(result.profileRowCount ?? 0, result.blockRowCount), &texts) }
    if result.readRowCount > 0 { add("read_rows", result.readRowCount, &texts) }
    if result.readByteCount > 0 { add("read_bytes", result.readByteCount, &texts) }
  }

  /// Without the exception's name before it.
  private static func message(_ failure: ClickHouseResult.Failure) -> [UInt8] {
    let prefix = failure.name + [0x3a, 0x20]
    return failure.message.starts(with: prefix) ? Array(failure.message.dropFirst(prefix.count)) : failure.message
  }

  /// What is wrong with the statement, or with who sends it. Source: `src/Common/ErrorCodes.cpp`.
  private static let clientCodes: Set<Int32> = [
    6, 9, 10, 12, 13, 15, 16, 19, 20, 24, 26, 27, 35, 36, 38, 39, 41, 42, 43, 44, 45, 46, 47, 50, 51, 52, 53, 57, 60, 62, 63, 66, 67, 69,
    70,
    72, 73, 80, 81, 82, 115, 117, 125, 130, 138, 153, 158, 167, 169, 179, 180, 181, 182, 183, 184, 186, 192, 193, 194, 195, 196, 206, 207,
    215, 223, 291, 307, 318, 321, 352, 353, 386, 394, 396, 403, 407, 441, 452, 456, 457, 469, 497, 516, 524, 531, 552, 570, 611, 636,
  ]

  private static func isClients(_ code: Int32) -> Bool { clientCodes.contains(code) }
}
