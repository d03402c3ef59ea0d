import Wire

/// Steps over the sections and documents of one message without keeping any of it: goes into those that say how a command went, and counts
/// the documents of a batch by their lengths.
struct MongoDBWalker: Sendable {
  /// Documents within one another that are gone into.
  private static let deepest = 8
  /// Bytes of a text that must be there before it is shown.
  static let shownTextByteCount = 512

  enum Layout: Sendable {
    /// OP_MSG: sections, each with its kind, and perhaps a checksum behind them.
    case sections(hasChecksum: Bool)
    /// One document after the other.
    case documents
  }

  /// Where in a message a document stands.
  private enum Place: Sendable {
    case command, reply, cursor, batch, writeErrors, writeError, writeConcernError
  }

  private var layout: Layout
  private var isReply: Bool
  /// Bytes of the message that have not passed.
  private var remaining: Int
  private var places = [8 of Place](repeating: .command)
  /// How many bytes of the message remain when each document ends.
  private var ends = [8 of Int](repeating: 0)
  private var depth = 0
  private var hasRoot = false
  private var isFirstElement = true
  private var isGetMore = false
  private var isHello = false
  private var takesCollection = false
  private var hasCode = false
  private var hasNextBatch = false
  private var hasResumeToken = false
  private var totals = MongoDBTotals()

  init(_ layout: Layout, isReply: Bool, remaining: Int) {
    self.layout = layout
    self.isReply = isReply
    self.remaining = remaining
  }

  init() { self.init(.documents, isReply: false, remaining: 0) }

  enum Progress {
    /// The whole message has passed, up to the offset.
    case done(Int)
    /// What is before the offset has passed, and so many bytes after it may pass unseen.
    case paused(Int, skippedByteCount: Int)
    /// What begins at the offset is not there as a whole.
    case starved(Int)
  }

  mutating func advance(_ bytes: RawSpan, from start: Int, into findings: inout MongoDBFindings) -> Progress {
    var offset = start
    while remaining > 0 {
      let skipped: Int
      switch depth == 0 ? section(bytes, &offset) : element(bytes, &offset, &findings) {
      case .goOn: continue
      case .skip(let byteCount): skipped = byteCount
      case .starved: return .starved(offset)
      case .broken:
        // The header's length still says where the next message begins.
        findings.isPartial = true
        skipped = remaining
      }
      remaining -= skipped
      guard bytes.byteCount - offset >= skipped else {
        if remaining == 0 { findings.totals = totals }
        return .paused(offset, skippedByteCount: skipped)
      }
      offset += skipped
    }
    findings.totals = totals
    return .done(offset)
  }

  private enum Move {
    case goOn, skip(Int), starved, broken
  }

  private mutating func pass(_ byteCount: Int, _ offset: inout Int) {
    offset += byteCount
    remaining -= byteCount
  }

  private mutating func enter(_ place: Place, endingAt end: Int) -> Bool {
    guard depth < MongoDBWalker.deepest else { return false }
    places[depth] = place
    ends[depth] = end
    depth += 1
    return true
  }

  // MARK: Sections and documents

  private mutating func section(_ bytes: RawSpan, _ offset: inout Int) -> Move {
    switch layout {
    case .sections(let hasChecksum):
      guard remaining > (hasChecksum ? 4 : 0) else { return .skip(remaining) }
      guard let kind = bytes.uint8(at: offset), let length = bytes.littleEndian32(at: offset + 1) else { return .starved }
      guard length >= 5, Int(length) <= remaining - 1 else { return .broken }
      switch kind {
      case 0 where !hasRoot:
        pass(5, &offset)
        return root(endingAt: remaining - (Int(length) - 4))
      case 0, 1: return .skip(1 + Int(length))
      default: return .broken
      }
    case .documents:
      guard let length = bytes.littleEndian32(at: offset) else { return .starved }
      guard length >= 5, Int(length) <= remaining else { return .broken }
      guard !hasRoot else { return .skip(Int(length)) }
      pass(4, &offset)
      return root(endingAt: remaining - (Int(length) - 4))
    }
  }

  private mutating func root(endingAt end: Int) -> Move {
    hasRoot = true
    isFirstElement = true
    _ = enter(isReply ? .reply : .command, endingAt: end)
    return .goOn
  }

  // MARK: Elements

  private mutating func element(_ bytes: RawSpan, _ offset: inout Int, _ findings: inout MongoDBFindings) -> Move {
    let end = ends[depth - 1]
    let element: BSONElement
    switch BSONElement.read(bytes, at: offset) {
    case .incomplete: return .starved
    case .invalid: return .broken
    case .endOfDocument:
      guard remaining - 1 == end else { return .broken }
      // The first batch of a change stream does not wait.
      if places[depth - 1] == .cursor, hasNextBatch, hasResumeToken { findings.isChangeStream = true }
      pass(1, &offset)
      depth -= 1
      return .goOn
    case .element(let read): element = read
    }
    let headByteCount = element.valueStart - offset
    guard element.valueByteCount <= remaining - headByteCount - end - 1 else { return .broken }
    // A value that is read must be there, of a text as much as is shown.
    let wanted = element.type == BSONType.string ? min(element.valueByteCount, 4 + MongoDBWalker.shownTextByteCount) : 16
    let isContainer = element.type == BSONType.document || element.type == BSONType.array
    let needed = isContainer ? 4 : element.type == BSONType.binary ? 0 : min(element.valueByteCount, wanted)
    guard bytes.byteCount - element.valueStart >= needed else { return .starved }
    if isContainer, let place = place(of: element, bytes) {
      let inside = remaining - headByteCount - element.valueByteCount
      pass(headByteCount + 4, &offset)
      return enter(place, endingAt: inside) ? .goOn : .broken
    }
    note(element, bytes, &findings)
    pass(headByteCount, &offset)
    return .skip(element.valueByteCount)
  }

  /// Where a document or array leads, when it is one that is gone into.
  private mutating func place(of element: BSONElement, _ bytes: RawSpan) -> Place? {
    switch places[depth - 1] {
    case .command:
      guard isFirstElement, element.hasName("$query", bytes) || element.hasName("query", bytes) else { return nil }
      return .command
    case .reply:
      if element.hasName("cursor", bytes) { return .cursor }
      if element.hasName("writeErrors", bytes) { return .writeErrors }
      return element.hasName("writeConcernError", bytes) ? .writeConcernError : nil
    case .cursor:
      guard element.hasName("firstBatch", bytes) || element.hasName("nextBatch", bytes) else { return nil }
      totals.batchDocumentCount = 0
      hasNextBatch = element.hasName("nextBatch", bytes)
      return .batch
    case .writeErrors:
      totals.writeErrorCount += 1
      return totals.writeErrorCount == 1 ? .writeError : nil
    case .batch, .writeError, .writeConcernError: return nil
    }
  }

  private mutating func note(_ element: BSONElement, _ bytes: RawSpan, _ findings: inout MongoDBFindings) {
    switch places[depth - 1] {
    case .command: noteCommand(element, bytes, &findings)
    case .reply: noteReply(element, bytes, &findings)
    case .cursor:
      if element.hasName("id", bytes), let number = element.integer(bytes) { findings.cursor = UInt64(bitPattern: number) }
      if element.hasName("postBatchResumeToken", bytes) { hasResumeToken = true }
    case .batch: totals.batchDocumentCount = (totals.batchDocumentCount ?? 0) + 1
    case .writeError, .writeConcernError: noteError(element, bytes, &findings)
    case .writeErrors: break
    }
  }

  private mutating func noteCommand(_ element: BSONElement, _ bytes: RawSpan, _ findings: inout MongoDBFindings) {
    if isFirstElement {
      isFirstElement = false
      findings.command = element.name
      isGetMore = element.hasName("getMore", bytes)
      isHello = element.hasName("hello", bytes) || element.hasName("isMaster", bytes) || element.hasName("ismaster", bytes)
      takesCollection = MongoDBCommands.takesCollection(element.name, bytes)
      if takesCollection { findings.collection = element.text(bytes, atMost: MongoDBWalker.shownTextByteCount) }
      if isGetMore, let number = element.integer(bytes) { findings.cursor = UInt64(bitPattern: number) }
      return
    }
    switch element.name.count {
    case 3 where element.hasName("$db", bytes): findings.database = element.text(bytes, atMost: MongoDBWalker.shownTextByteCount)
    case 10 where isGetMore && element.hasName("collection", bytes):
      findings.collection = element.text(bytes, atMost: MongoDBWalker.shownTextByteCount)
    // Only a cursor that waits for data may be given a time to wait (mongodb/specifications, "find, getMore and killCursors").
    case 9 where isGetMore && element.hasName("maxTimeMS", bytes): findings.awaits = true
    case 14 where isHello && element.hasName("maxAwaitTimeMS", bytes): findings.awaits = true
    case 9 where element.hasName("awaitData", bytes): findings.opensAwaitingCursor = element.integer(bytes) == 1
    default: break
    }
  }

  private mutating func noteReply(_ element: BSONElement, _ bytes: RawSpan, _ findings: inout MongoDBFindings) {
    switch element.name.count {
    case 1 where element.hasName("n", bytes): findings.count = element.integer(bytes).flatMap { UInt64(exactly: $0) }
    case 2 where element.hasName("ok", bytes): findings.isOK = element.integer(bytes).map { $0 == 1 }
    case 4 where element.hasName("$err", bytes):
      findings.errorMessage = element.text(bytes, atMost: MongoDBWalker.shownTextByteCount)
    case 9 where element.hasName("nModified", bytes): findings.modifiedCount = element.integer(bytes).flatMap { UInt64(exactly: $0) }
    default: noteError(element, bytes, &findings)
    }
  }

  private mutating func noteError(_ element: BSONElement, _ bytes: RawSpan, _ findings: inout MongoDBFindings) {
    switch element.name.count {
    case 4 where !hasCode && element.hasName("code", bytes):
      hasCode = true
      findings.code = element.integer(bytes).flatMap { Int32(exactly: $0) }
    case 6 where findings.errorMessage == nil && element.hasName("errmsg", bytes):
      findings.errorMessage = element.text(bytes, atMost: MongoDBWalker.shownTextByteCount)
    case 8 where findings.codeName == nil && element.hasName("codeName", bytes):
      findings.codeName = element.text(bytes, atMost: MongoDBWalker.shownTextByteCount)
    default: break
    }
  }
}

/// Commands by what their first element holds.
enum MongoDBCommands {
  /// Whether its value is a collection. Source: MongoDB manual, "Database Commands".
  static func takesCollection(_ name: Range<Int>, _ bytes: RawSpan) -> Bool {
    var start = 0
    let length = names.utf8CodeUnitCount
    while start < length {
      var index = 0
      while index < name.count, start + index < length, names.utf8Start[start + index] == bytes.load8(at: name.lowerBound + index) {
        index += 1
      }
      if index == name.count, start + index == length || names.utf8Start[start + index] == 0x20 { return true }
      while start < length, names.utf8Start[start] != 0x20 { start += 1 }
      start += 1
    }
    return false
  }

  private static let names: StaticString = """
    find insert update delete aggregate count distinct findAndModify findandmodify mapReduce mapreduce create drop createIndexes dropIndexes \
    deleteIndexes listIndexes collMod collStats collstats validate compact convertToCapped reIndex killCursors planCacheClear planCacheListFilters \
    planCacheSetFilter planCacheClearFilters createSearchIndexes updateSearchIndex dropSearchIndex geoNear geoSearch group parallelCollectionScan
    """
}
