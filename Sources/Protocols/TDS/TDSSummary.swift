import Capture

/// What the request log shows of TDS.
enum TDSSummary {
  static func summarize(_ message: TDSMessage, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable) {
    switch message.content {
    case .request(let request): self.request(request, sql, into: &summary, &texts)
    case .statement(let digest): sql.amend(digest, into: &summary, &texts)
    case .response(let result): response(result, into: &summary, &texts)
    case .hidden: break
    }
  }

  private static func request(_ request: TDSRequest, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestType = texts.intern(request.type.name)
    if let version = request.version { summary.version = texts.intern(version) }
    if !request.database.isEmpty { summary.requestDomain = texts.intern(request.database) }
    if let digest = request.digest {
      sql.describe(digest, 0..<request.text.count, request.text.span.bytes, into: &summary, &texts)
    } else if !request.text.isEmpty {
      summary.requestResource = texts.intern(request.text)
    }
    summary.requestID = request.handle.map { UInt64($0) }
    if request.digest == nil, !request.procedure.isEmpty { summary.endpoint = texts.intern(request.procedure) }
    if !request.procedure.isEmpty { summary.add(texts.intern("procedure"), texts.intern(request.procedure)) }
    if !request.program.isEmpty { summary.add(texts.intern("program"), texts.intern(request.program)) }
  }

  private static func response(_ result: TDSResult, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .ok
    summary.attributes = []
    summary.requestID = result.handle.map { UInt64($0) }
    summary.affectedRowCount = result.affectedRowCount
    if let failure = result.failure {
      // What the user can correct has a severity of 16 at most.
      summary.responseStatus = failure.severity <= 16 ? .clientError : .serverError
      summary.responseCode = failure.number
      summary.responseException = texts.intern(failure.message)
    } else if result.isFailure {
      summary.responseStatus = .serverError
    }
    if !result.server.isEmpty { summary.responseResult = texts.intern(result.server) }
    if let rowCount = result.rowCount { summary.add(texts.intern("rows"), texts.intern(String(rowCount))) }
  }
}
