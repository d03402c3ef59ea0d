import Capture
import Wire

/// What the request log shows of MySQL.
enum MySQLSummary {
  static func summarize(
    _ message: MySQLMessage, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let unpacked = message.unpacked {
      content(message.content, unpacked.span.bytes, sql, into: &summary, &texts)
    } else {
      content(message.content, bytes, sql, into: &summary, &texts)
    }
  }

  private static func content(
    _ content: MySQLMessage.Content, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch content {
    case .command(let request): command(request, bytes, sql, into: &summary, &texts)
    case .login(let login): self.login(login, bytes, into: &summary, &texts)
    case .statement(let digest): sql.amend(digest, into: &summary, &texts)
    case .response(let result): response(result, into: &summary, &texts)
    case .hidden: break
    }
  }

  private static func command(
    _ request: MySQLRequest, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let name = request.command.name { summary.requestType = texts.intern(name) }
    if !request.database.isEmpty { summary.requestDomain = texts.intern(request.database) }
    summary.requestID = request.statementID.map { UInt64($0) }
    // A statement whose preparation was not seen.
    let isExecution = request.command == .execute || request.command == .bulkExecute
    if isExecution, request.prepared == nil { summary.isPartial = true }
    if let prepared = request.prepared {
      sql.describe(prepared: prepared, request.digest, into: &summary, &texts)
    } else if let text = request.text {
      if let digest = request.digest {
        sql.describe(digest, text, bytes, into: &summary, &texts)
      } else {
        summary.requestResource = texts.intern(bytes, text)
      }
    } else if let number = request.number {
      summary.requestResource = texts.intern(String(number))
    }
    if let parameters = request.parameters { sql.noteParameters(parameters, into: &summary, &texts) }
    if let range = request.traceParent { sql.noteTraceParent(range, bytes, into: &summary, &texts) }
  }

  private static func login(_ login: MySQLLogin, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestType = texts.intern(login.isChange ? "COM_CHANGE_USER" : "LOGIN")
    if !login.serverVersion.isEmpty { summary.version = texts.intern(login.serverVersion) }
    // DeepFlow's words.
    var text = SQLSummary.bytes(of: "Login username: ") + bytes.copy(login.user.prefix(256))
    if let database = login.database {
      text += SQLSummary.bytes(of: " db: ") + bytes.copy(database.prefix(256))
      summary.requestDomain = texts.intern(bytes, database.prefix(256))
    }
    summary.requestResource = texts.intern(text)
    if let program = login.program { summary.add(texts.intern("program"), texts.intern(bytes, program.prefix(256))) }
  }

  private static func response(_ result: MySQLResult, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .ok
    summary.isPartial = result.isPartial
    summary.requestID = result.statementID.map { UInt64($0) }
    summary.affectedRowCount = result.affectedRowCount
    summary.attributes = []
    if let failure = result.failure {
      summary.responseStatus = status(failure.code)
      summary.responseCode = Int32(failure.code)
      summary.responseException = texts.intern(failure.message)
      if !failure.state.isEmpty { summary.add(texts.intern("sql_state"), texts.intern(failure.state)) }
    } else if !result.text.isEmpty {
      summary.responseResult = texts.intern(result.text)
    }
    func add(_ name: StaticString, _ value: UInt64, _ texts: inout TextTable) {
      if value > 0 { summary.add(texts.intern(name), texts.intern(String(value))) }
    }
    if let rowCount = result.rowCount { summary.add(texts.intern("rows"), texts.intern(String(rowCount))) }
    add("columns", UInt64(result.columnCount), &texts)
    if result.resultCount > 1 { add("results", UInt64(result.resultCount), &texts) }
    add("insert_id", result.insertID, &texts)
    add("warnings", UInt64(result.warningCount), &texts)
  }

  /// DeepFlow's rule: 2000 to 2999 are the client library's; errors below 1000 are the system's.
  private static func status(_ code: UInt16) -> ResponseStatus {
    (2000...2999).contains(code) ? .clientError : .serverError
  }
}
