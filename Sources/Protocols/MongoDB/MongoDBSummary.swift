import Capture
import Wire

/// What the request log shows of MongoDB.
enum MongoDBSummary {
  /// Bytes of a command's text, and of a reply's.
  private static let shownCommandByteCount = 4096
  private static let shownReplyByteCount = 256

  static func summarize(_ message: MongoDBMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if let head = message.head { summarize(head, message.findings, bytes, into: &summary, &texts) }
    let findings = message.findings
    if findings.isPartial { summary.isPartial = true }
    noteEndpoint(findings, bytes, into: &summary, &texts)
    if findings.awaits { summary.markLongPoll(&texts) }
    noteOutcome(findings, bytes, into: &summary, &texts)
    if let count = findings.count { summary.add(texts.intern("n"), texts.intern("\(count)")) }
    if let count = findings.modifiedCount { summary.add(texts.intern("n_modified"), texts.intern("\(count)")) }
    guard let totals = findings.totals else { return }
    if let count = totals.batchDocumentCount { summary.add(texts.intern("returned_count"), texts.intern("\(count)")) }
    if totals.writeErrorCount > 0 { summary.add(texts.intern("write_error_count"), texts.intern("\(totals.writeErrorCount)")) }
  }

  private static func summarize(
    _ head: MongoDBHead, _ findings: MongoDBFindings, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    let isReply = head.isFromServer && !head.isExhaust
    if head.isFromServer {
      summary.responseStatus = .ok
      if head.isExhaust { summary.requestType = MongoDBOperation.name(head.operation).map { texts.intern($0) } }
    } else {
      summary.requestType = MongoDBOperation.name(head.operation).map { texts.intern($0) }
    }
    summary.requestID = UInt64(isReply ? head.responseTo : head.requestIdentifier)
    if !isReply, let name = head.compressor.flatMap({ MongoDBCompressor.name($0) }) {
      summary.add(texts.intern("compressor"), texts.intern(name))
    }
    if head.isExhaust { summary.add(texts.intern("exhaust"), texts.intern("true")) }
    if let document = head.document {
      let limit = head.isFromServer ? shownReplyByteCount : shownCommandByteCount
      let text = texts.intern(BSONText.text(document, bytes, limit: limit))
      if isReply { summary.responseResult = text } else { summary.requestResource = text }
    }
    if let name = head.fullCollectionName { noteNamespace(name, head.operation, findings, bytes, into: &summary, &texts) }
    guard head.operation == MongoDBOperation.reply else { return }
    if head.replyFlags & MongoDBFlags.cursorNotFound != 0 {
      summary.responseStatus = .clientError
      summary.responseException = texts.intern("cursor not found")
    } else if head.replyFlags & MongoDBFlags.queryFailure != 0 {
      summary.responseStatus = .clientError
    }
    if let count = head.returnedDocumentCount { summary.add(texts.intern("returned_count"), texts.intern("\(count)")) }
  }

  /// `database.collection` of the operations before OP_MSG; commands go to the collection `$cmd`.
  private static func noteNamespace(
    _ name: Range<Int>, _ operation: Int32, _ findings: MongoDBFindings, _ bytes: RawSpan, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    let point = bytes.firstIndex(of: 0x2e, from: name.lowerBound, to: name.upperBound)
    let database = name.lowerBound..<(point ?? name.upperBound)
    summary.requestDomain = texts.intern(bytes, database)
    let collection = point.map { $0 + 1..<name.upperBound }
    let isCommand = operation == MongoDBOperation.command || collection.map { bytes.text(in: $0).hasPrefix("$cmd") } ?? true
    if isCommand {
      guard let command = findings.command else { return }
      var endpoint = bytes.text(in: command)
      if let collection = findings.collection { endpoint += " \(bytes.text(in: database)).\(bytes.text(in: collection))" }
      summary.endpoint = texts.intern(endpoint)
      return
    }
    let verb =
      switch operation {
      case MongoDBOperation.query: "query"
      case MongoDBOperation.insert: "insert"
      case MongoDBOperation.update: "update"
      case MongoDBOperation.delete: "delete"
      default: "getMore"
      }
    summary.endpoint = texts.intern("\(verb) \(bytes.text(in: name))")
    if summary.requestResource == nil { summary.requestResource = summary.endpoint }
  }

  /// `command database.collection`. The database comes last in a command, perhaps in a later part of a long one.
  private static func noteEndpoint(
    _ findings: MongoDBFindings, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let database = findings.database { summary.requestDomain = texts.intern(bytes, database) }
    if let command = findings.command, summary.endpoint == nil {
      var endpoint = bytes.text(in: command)
      if let collection = findings.collection {
        let database = findings.database.map { bytes.text(in: $0) + "." } ?? ""
        endpoint += " \(database)\(bytes.text(in: collection))"
      }
      summary.endpoint = texts.intern(endpoint)
      return
    }
    guard let known = summary.endpoint.map({ texts.string($0) }) else { return }
    if let collection = findings.collection, !known.contains(" ") {
      let database = findings.database.map { bytes.text(in: $0) + "." } ?? ""
      summary.endpoint = texts.intern("\(known) \(database)\(bytes.text(in: collection))")
    } else if let database = findings.database, let blank = known.firstIndex(of: " ") {
      summary.endpoint = texts.intern("\(known[..<blank]) \(bytes.text(in: database)).\(known[known.index(after: blank)...])")
    }
  }

  private static func noteOutcome(
    _ findings: MongoDBFindings, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let message = findings.errorMessage {
      summary.responseException = texts.intern(bytes, message)
      if summary.responseStatus == .ok { summary.responseStatus = .clientError }
    }
    if let code = findings.code {
      summary.responseCode = code
      summary.responseStatus = MongoDBError.isServers(code) ? .serverError : .clientError
    }
    if let name = findings.codeName { summary.add(texts.intern("code_name"), texts.intern(bytes, name)) }
    if findings.isOK == false, summary.responseStatus == .ok { summary.responseStatus = .clientError }
    if summary.responseStatus != .ok, findings.code != nil || findings.isOK == false { summary.responseResult = nil }
  }
}

/// Codes of errors that are the server's own or its surroundings'; the others are about what was asked.
///
/// Source: mongodb/mongo, src/mongo/base/error_codes.yml, categories NetworkError, Interruption, NotPrimaryError, ShutdownError,
/// ExceededTimeLimitError, WriteConcernError.
enum MongoDBError {
  static func isServers(_ code: Int32) -> Bool {
    switch code {
    case 1, 6, 7, 8, 10, 24, 46, 50, 63, 64, 79, 84, 89, 91, 96, 100, 109, 112, 133, 134, 146, 150, 188, 189, 202, 216, 234, 237, 262, 317,
      358,
      365, 384, 402, 9001, 10107, 10058, 11600, 11601, 11602, 13388, 13435, 13436, 14031, 16755:
      true
    default: false
    }
  }
}
