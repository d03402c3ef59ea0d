import Wire

/// Reads what clients say at login and with a query.
enum ClickHouseQueryReader {
  /// Bytes of a statement that are waited for; a longer one is read so far.
  static let longestText = 64 * 1024

  enum Reading<Value> {
    case read(Value, end: Int)
    case incomplete
    case invalid
  }

  private static func missing<Value>(_ cursor: ClickHouseCursor) -> Reading<Value> { cursor.isInvalid ? .invalid : .incomplete }

  // MARK: Login

  /// Between servers the user's name is this, and proofs follow it.
  private static let interserverUser: StaticString = " INTERSERVER SECRET "

  /// Behind the packet's number: the program, its version, the revision, the database, the user and the password, which is stepped over.
  static func hello(_ bytes: RawSpan, at start: Int) -> Reading<ClickHouseHello> {
    var cursor = ClickHouseCursor(start)
    guard let program = cursor.line(bytes) else { return missing(cursor) }
    guard !program.isEmpty, program.count <= 1024 else { return .invalid }
    guard let major = cursor.number(bytes), let minor = cursor.number(bytes), let revision = cursor.number(bytes) else {
      return missing(cursor)
    }
    guard major < 1000, minor < 1000, isRevision(revision) else { return .invalid }
    guard let database = cursor.line(bytes), let user = cursor.line(bytes), cursor.text(bytes) != nil else { return missing(cursor) }
    if user.count == interserverUser.utf8CodeUnitCount, bytes.hasBytes(interserverUser, at: user.lowerBound) {
      guard cursor.texts(2, bytes) != nil else { return missing(cursor) }
    }
    return .read(ClickHouseHello(program: program, revision: revision, database: database, user: user), end: cursor.offset)
  }

  static func isRevision(_ number: UInt64) -> Bool { number >= 50_000 && number < UInt64(ClickHouseRevision.limit) }

  /// What ends the login: a key of a quota, how packets are to come, a version of replicas' protocol.
  static func addendum(_ bytes: RawSpan, _ revision: ClickHouseRevision) -> Reading<Bool> {
    var cursor = ClickHouseCursor(0)
    guard cursor.text(bytes) != nil else { return missing(cursor) }
    var isChunked = false
    if revision >= .chunkedPackets {
      guard let send = cursor.line(bytes), let receive = cursor.line(bytes) else { return missing(cursor) }
      isChunked = bytes.equalsIgnoringCase("chunked", in: send) || bytes.equalsIgnoringCase("chunked", in: receive)
    }
    if revision >= .versionedReplicas, cursor.number(bytes) == nil { return missing(cursor) }
    return .read(isChunked, end: cursor.offset)
  }

  // MARK: Queries

  /// Behind the packet's number. `end` is the end of the text, as far as it is there.
  static func query(_ bytes: RawSpan, at start: Int, _ revision: ClickHouseRevision) -> Reading<ClickHouseQuery> {
    var cursor = ClickHouseCursor(start)
    guard let identifier = cursor.line(bytes) else { return missing(cursor) }
    var query = ClickHouseQuery(identifier: identifier)
    guard client(bytes, &cursor, revision, &query) != nil else { return missing(cursor) }
    guard (revision >= .settingsAsTexts ? cursor.settings(bytes) : cursor.binarySettings(bytes)) != nil else { return missing(cursor) }
    if revision >= .grantedRoles, cursor.text(bytes) == nil { return missing(cursor) }
    if revision >= .interserverSecret, cursor.text(bytes) == nil { return missing(cursor) }
    guard let stage = cursor.number(bytes), let isCompressed = cursor.number(bytes), let length = cursor.number(bytes) else {
      return missing(cursor)
    }
    guard stage <= 16, isCompressed <= 1, length <= 1 << 30 else { return .invalid }
    query.isCompressed = isCompressed == 1
    query.textByteCount = Int(length)
    query.hasParameters = revision >= .parameters
    let present = min(bytes.byteCount - cursor.offset, query.textByteCount)
    guard present >= min(query.textByteCount, longestText) else { return .incomplete }
    query.text = cursor.offset..<cursor.offset + present
    return .read(query, end: query.text.upperBound)
  }

  /// What the client says of itself. Source: `ClientInfo::write`.
  private static func client(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ revision: ClickHouseRevision, _ query: inout ClickHouseQuery
  ) -> Bool? {
    guard let kind = cursor.byte(bytes) else { return nil }
    guard kind > 0 else { return true }
    guard let user = cursor.line(bytes), let initial = cursor.line(bytes), let address = cursor.line(bytes) else { return nil }
    // Kinds: a query of a client, a part of one. An address ends with a port.
    guard kind <= 2, address.isEmpty || bytes.firstIndex(of: 0x3a, from: address.lowerBound, to: address.upperBound) != nil else {
      return cursor.refuse()
    }
    _ = user
    query.initialIdentifier = initial
    if revision >= .startTime, cursor.skip(8, bytes) == nil { return nil }
    guard let interface = cursor.byte(bytes) else { return nil }
    guard interface <= 16 else { return cursor.refuse() }
    if interface == 1 {
      guard cursor.line(bytes) != nil, cursor.line(bytes) != nil, cursor.line(bytes) != nil else { return nil }
      guard cursor.number(bytes) != nil, cursor.number(bytes) != nil, let own = cursor.number(bytes) else { return nil }
      guard isRevision(own) || own == 0 else { return cursor.refuse() }
      query.clientRevision = own
    } else if interface == 2 {
      guard cursor.skip(1, bytes) != nil, cursor.text(bytes) != nil else { return nil }
      if revision >= .forwardedFor, cursor.text(bytes) == nil { return nil }
      if revision >= .referrer, cursor.text(bytes) == nil { return nil }
      if revision >= .handlerName, cursor.texts(2, bytes) == nil { return nil }
    }
    if revision >= .quotaKey, cursor.text(bytes) == nil { return nil }
    if revision >= .distributedDepth, cursor.number(bytes) == nil { return nil }
    if interface == 1, revision >= .versionPatch, cursor.number(bytes) == nil { return nil }
    return trace(bytes, &cursor, revision, &query)
  }

  private static func trace(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ revision: ClickHouseRevision, _ query: inout ClickHouseQuery
  ) -> Bool? {
    if revision >= .openTelemetry {
      guard let hasTrace = cursor.flag(bytes) else { return nil }
      if hasTrace {
        let start = cursor.offset
        guard cursor.skip(24, bytes) != nil, cursor.text(bytes) != nil, cursor.skip(1, bytes) != nil else { return nil }
        query.trace = (start..<start + 16, start + 16..<start + 24)
      }
    }
    if revision >= .parallelReplicas {
      for _ in 0..<3 where cursor.number(bytes) == nil { return nil }
    }
    if revision >= .lineNumbers {
      for _ in 0..<2 where cursor.number(bytes) == nil { return nil }
    }
    if revision >= .webToken {
      guard let hasToken = cursor.flag(bytes) else { return nil }
      if hasToken, cursor.text(bytes) == nil { return nil }
    }
    if revision >= .clientAgent, cursor.text(bytes) == nil { return nil }
    if revision >= .internalFlag, cursor.flag(bytes) == nil { return nil }
    if revision >= .currentRoles {
      guard let hasRoles = cursor.flag(bytes) else { return nil }
      if hasRoles {
        guard let count = cursor.number(bytes) else { return nil }
        guard count <= 4096 else { return cursor.refuse() }
        return cursor.texts(Int(count), bytes)
      }
    }
    return true
  }

  /// The newest revision with which the packet makes sense as a whole, for a connection whose login was not seen.
  static func guess(_ bytes: RawSpan, at start: Int) -> Reading<ClickHouseRevision> {
    var isIncomplete = false
    var next = UInt64(ClickHouseRevision.limit)
    for revision in ClickHouseRevision.querySteps {
      defer { next = revision.number }
      switch query(bytes, at: start, revision) {
      case .read(let query, let end):
        guard makesSense(query, end, bytes) else { continue }
        // Between this change and the next one, what the client names itself is the most likely.
        return .read(ClickHouseRevision(max(revision.number, min(next - 1, query.clientRevision))), end: end)
      case .incomplete: isIncomplete = true
      case .invalid: continue
      }
    }
    return isIncomplete ? .incomplete : .invalid
  }

  private static func makesSense(_ query: ClickHouseQuery, _ end: Int, _ bytes: RawSpan) -> Bool {
    guard query.textByteCount > 0, query.identifier.count <= 256, query.clientRevision > 0 else { return false }
    if query.text.count == query.textByteCount {
      var cursor = ClickHouseCursor(end)
      if query.hasParameters, cursor.settings(bytes) == nil { return false }
      // A block of data follows a query.
      guard [nil, 2, 7].contains(bytes.uint8(at: cursor.offset)) else { return false }
    }
    return SQLScanner.digest(query.text.prefix(1024), bytes, .clickHouse).verb != nil
  }
}
