import Capture
import Wire

/// What the request log shows of PostgreSQL.
enum PostgreSQLSummary {
  static func summarize(
    _ message: PostgreSQLMessage, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.content {
    case .startup(let startup): self.startup(startup, bytes, into: &summary, &texts)
    case .request(let request): self.request(request, bytes, sql, into: &summary, &texts)
    case .statement(let digest): sql.amend(digest, into: &summary, &texts)
    case .response(let result): response(result, into: &summary, &texts)
    case .notification(let channel, let payload):
      summary.requestType = texts.intern("NotificationResponse")
      summary.requestResource = texts.intern(bytes, channel.prefix(PostgreSQLResult.shownByteCount))
      guard !payload.isEmpty else { break }
      let shown = sql.hidesValues ? texts.intern("?") : texts.intern(bytes, payload.prefix(PostgreSQLResult.shownByteCount))
      summary.add(texts.intern("payload"), shown)
    case .cancel(let process):
      summary.requestType = texts.intern("CancelRequest")
      summary.requestResource = texts.intern(String(process))
    case .aborted(let failure):
      fail(failure, into: &summary, &texts)
      summary.responseException = texts.intern("not executed: a statement before it failed")
    case .lost: summary.responseStatus = .unknown
    case .hidden: break
    }
  }

  private static func startup(
    _ startup: PostgreSQLStartup, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestType = texts.intern("Startup")
    // The same words as for MySQL.
    var text = SQLSummary.bytes(of: "Login username: ") + (startup.user.map { bytes.copy($0.prefix(256)) } ?? [])
    if let database = startup.database ?? startup.user {
      summary.requestDomain = texts.intern(bytes, database.prefix(PostgreSQLClientParser.longestName))
    }
    if let database = startup.database { text += SQLSummary.bytes(of: " db: ") + bytes.copy(database.prefix(256)) }
    summary.requestResource = texts.intern(text)
    if let application = startup.application { summary.add(texts.intern("program"), texts.intern(bytes, application.prefix(256))) }
  }

  /// A message of an extended query adds to what those before it said.
  private static func request(
    _ request: PostgreSQLRequest, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestType = texts.intern(request.kind)
    if !request.database.isEmpty { summary.requestDomain = texts.intern(request.database) }
    if request.isPartial { summary.isPartial = true }
    if let known = request.known {
      sql.describe(prepared: known, request.digest, into: &summary, &texts)
    } else if let text = request.text, let digest = request.digest {
      sql.describe(digest, text, bytes, into: &summary, &texts)
    }
    if !request.name.isEmpty { summary.add(texts.intern("statement_name"), texts.intern(request.name)) }
    if let parameters = request.parameters { sql.noteParameters(parameters, into: &summary, &texts) }
  }

  private static func response(_ result: PostgreSQLResult, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .ok
    summary.isPartial = result.isPartial
    summary.attributes = []
    summary.affectedRowCount = result.affectedRowCount
    if !result.tag.isEmpty { summary.responseResult = texts.intern(result.tag) }
    if let failure = result.failure { fail(failure, into: &summary, &texts) }
    if !result.version.isEmpty { summary.version = texts.intern(result.version) }
    if let authentication = result.authentication { summary.add(texts.intern("authentication"), texts.intern(authentication)) }
    if let rowCount = result.rowCount { summary.add(texts.intern("rows"), texts.intern(String(rowCount))) }
    if result.resultCount > 1 { summary.add(texts.intern("results"), texts.intern(String(result.resultCount))) }
  }

  /// DeepFlow: the SQLSTATE is the result, and the exception what it means.
  private static func fail(_ failure: PostgreSQLResult.Failure, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = failure.isClients ? .clientError : .serverError
    summary.responseResult = texts.intern(failure.state)
    summary.responseException = texts.intern(failure.message)
  }
}
