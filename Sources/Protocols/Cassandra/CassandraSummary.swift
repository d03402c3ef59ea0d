import Capture
import Wire

/// What the request log shows of CQL.
enum CassandraSummary {
  static func summarize(
    _ message: CassandraMessage, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let unpacked = message.unpacked {
      describe(message, unpacked.span.bytes, sql, into: &summary, &texts)
    } else {
      describe(message, bytes, sql, into: &summary, &texts)
    }
  }

  private static func describe(
    _ message: CassandraMessage, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestID = UInt64(UInt16(bitPattern: message.stream))
    if message.frame.isResponse, message.frame != .event {
      summary.responseStatus = .ok
      if let failure = message.failure {
        summary.responseStatus = isClients(failure.code) ? .clientError : .serverError
        summary.responseCode = Int32(bitPattern: failure.code)
        summary.responseException = texts.intern(bytes, failure.text.prefix(512))
        summary.responseResult = texts.intern(name(failure.code))
      } else {
        summary.responseResult = texts.intern(message.result ?? message.frame.name)
        if let count = message.rowCount { summary.add(texts.intern("rows"), texts.intern(String(count))) }
      }
      return
    }
    summary.version = texts.intern(String(message.version))
    summary.requestType = texts.intern(message.frame.name)
    if !message.keyspace.isEmpty { summary.requestDomain = texts.intern(message.keyspace) }
    if let count = message.statementCount { summary.add(texts.intern("statements"), texts.intern(String(count))) }
    // A statement whose preparation was not seen.
    if message.frame == .execute, message.known == nil { summary.isPartial = true }
    if let known = message.known {
      sql.describe(prepared: known, message.digest, into: &summary, &texts)
    } else if let text = message.text, let digest = message.digest {
      sql.describe(digest, text, bytes, into: &summary, &texts)
    }
  }

  /// Protocol errors, credentials, and what is wrong with the statement.
  private static func isClients(_ code: UInt32) -> Bool { code == 0x0a || code == 0x100 || (0x2000...0x2fff).contains(code) }

  /// Source: §9 "Error codes".
  private static func name(_ code: UInt32) -> StaticString {
    switch code {
    case 0x0000: "server error"
    case 0x000a: "protocol error"
    case 0x0100: "authentication error"
    case 0x1000: "unavailable"
    case 0x1001: "overloaded"
    case 0x1002: "is bootstrapping"
    case 0x1003: "truncate error"
    case 0x1100: "write timeout"
    case 0x1200: "read timeout"
    case 0x1300: "read failure"
    case 0x1400: "function failure"
    case 0x1500: "write failure"
    case 0x2000: "syntax error"
    case 0x2100: "unauthorized"
    case 0x2200: "invalid"
    case 0x2300: "configuration error"
    case 0x2400: "already exists"
    case 0x2500: "unprepared"
    default: "error"
    }
  }
}
