import Wire

/// Packets of servers to parse steps: all that answer one request are one message.
enum ClickHouseServerParser {
  private enum Outcome {
    case more
    /// The answer ends with this packet.
    case end
    case starved
    /// The rest of the answer cannot be stepped over.
    case lost(StaticString)
    case invalid(StaticString)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    if conversation.hasLostAnswer {
      guard context.continues else { return .padding(byteCount: bytes.byteCount) }
      conversation.hasLostAnswer = false
    }
    let isFirst = !context.continues
    if isFirst {
      if bytes.uint8(at: 0) == 18 { return challenge(bytes) }
      conversation.beginAnswer()
    }
    var offset = 0
    while true {
      if var walker = conversation.fromServer {
        let step = walker.advance(bytes, &offset)
        conversation.fromServer = walker
        switch step {
        case .done:
          if conversation.countsBlock { conversation.result.blockRowCount &+= walker.rowCount }
          conversation.fromServer = nil
          if conversation.endsAnswer { return end(offset, isFirst, &conversation) }
          continue
        case .starved: return pause(offset, 0, isFirst, conversation)
        case .skip(let count): return pause(offset, count, isFirst, conversation)
        case .unsupported(let reason): return lose(reason, max(offset, 1), isFirst, &conversation)
        case .invalid(let reason): return .invalid(reason)
        }
      }
      guard offset < bytes.byteCount else { return pause(offset, 0, isFirst, conversation) }
      var cursor = ClickHouseCursor(offset)
      switch packet(bytes, &cursor, &conversation) {
      case .more: offset = cursor.offset
      case .end: return end(cursor.offset, isFirst, &conversation)
      case .starved: return pause(offset, 0, isFirst, conversation)
      case .lost(let reason): return lose(reason, cursor.offset, isFirst, &conversation)
      case .invalid(let reason): return .invalid(reason)
      }
    }
  }

  private static func pause(
    _ offset: Int, _ skipped: Int, _ isFirst: Bool, _ conversation: ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    guard offset > 0 else { return .incomplete(scannedByteCount: 0) }
    return step(
      conversation.result, isFirst, MessageExtent(byteCount: offset, skippedByteCount: skipped, ending: .continues), isLast: false)
  }

  private static func end(
    _ offset: Int, _ isFirst: Bool, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    conversation.result.sentRowCount = conversation.sentRowCount
    conversation.sentRowCount = 0
    conversation.endAnswer()
    return step(conversation.result, isFirst, MessageExtent(byteCount: max(offset, 1)), isLast: true)
  }

  /// What follows is passed over until the client asks for something else, which it does only when it has the whole answer.
  private static func lose(
    _ reason: StaticString, _ offset: Int, _ isFirst: Bool, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    conversation.note(reason)
    conversation.result.isPartial = true
    let step = end(offset, isFirst, &conversation)
    conversation.hasLostAnswer = true
    return step
  }

  private static func step(
    _ result: ClickHouseResult, _ isFirst: Bool, _ extent: MessageExtent, isLast: Bool
  ) -> ParseStep<ClickHouseMessage> {
    let message = ClickHouseMessage(.response(result), .response(.inOrder))
    if isFirst { return .message(message, extent) }
    return .part(isLast ? message : nil, extent)
  }

  /// What a client that logs in by a key is to sign.
  private static func challenge(_ bytes: RawSpan) -> ParseStep<ClickHouseMessage> {
    var cursor = ClickHouseCursor(1)
    guard cursor.text(bytes) != nil else { return cursor.isInvalid ? .invalid("a malformed challenge") : .incomplete(scannedByteCount: 0) }
    return .message(ClickHouseMessage(.hidden, .interim), MessageExtent(byteCount: cursor.offset))
  }

  // MARK: Packets

  private static func packet(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ conversation: inout ClickHouseConversation
  ) -> Outcome {
    guard let code = cursor.byte(bytes) else { return .starved }
    let revision = conversation.revision
    switch code {
    case 0: return hello(bytes, &cursor, &conversation)
    case 1, 7, 8, 19:
      conversation.fromServer = .block(revision, isPacked: conversation.isCompressed)
      conversation.countsBlock = code == 1
      conversation.result.hasBlocks = true
      return .more
    case 2: return exception(bytes, &cursor, &conversation)
    case 3: return progress(bytes, &cursor, &conversation)
    case 4:
      conversation.result.text = "Pong"
      return .end
    case 5: return .end
    case 6: return profile(bytes, &cursor, &conversation)
    case 9: return tablesStatus(bytes, &cursor, revision)
    case 10, 14:
      conversation.fromServer = .block(revision, isPacked: conversation.isCompressed && revision >= .packedLogs)
      conversation.countsBlock = false
      return .more
    case 11:
      conversation.fromServer = .texts(2, revision, isPacked: conversation.isCompressed && revision >= .packedLogs)
      conversation.countsBlock = false
      return .more
    case 12:
      guard let count = cursor.number(bytes) else { return missing(cursor) }
      guard count <= 1 << 20 else { return .invalid("a list of an impossible length") }
      conversation.fromServer = .bytes(16 * Int(count), revision)
      conversation.countsBlock = false
      return .more
    case 13: return .more
    case 15, 16: return .lost("packets between replicas are not read")
    case 17:
      conversation.fromServer = .texts(1, revision)
      conversation.countsBlock = false
      return .more
    default: return .invalid("not a packet")
    }
  }

  private static func missing(_ cursor: ClickHouseCursor) -> Outcome { cursor.isInvalid ? .invalid("a malformed packet") : .starved }

  /// Source: `Connection::receiveHello`.
  private static func hello(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ conversation: inout ClickHouseConversation
  ) -> Outcome {
    guard let name = cursor.line(bytes), let major = cursor.number(bytes), let minor = cursor.number(bytes),
      let number = cursor.number(bytes)
    else { return missing(cursor) }
    guard !name.isEmpty, ClickHouseQueryReader.isRevision(number) else { return .invalid("not a greeting") }
    let revision = ClickHouseRevision(min(number, conversation.clientRevision ?? number))
    if revision >= .versionedReplicas, cursor.number(bytes) == nil { return missing(cursor) }
    if revision >= .serverTimeZone, cursor.text(bytes) == nil { return missing(cursor) }
    if revision >= .displayName, cursor.text(bytes) == nil { return missing(cursor) }
    var patch: UInt64?
    if revision >= .versionPatch {
      patch = cursor.number(bytes)
      if patch == nil { return missing(cursor) }
    }
    if revision >= .chunkedPackets, cursor.texts(2, bytes) == nil { return missing(cursor) }
    if revision >= .passwordRules {
      guard let count = cursor.number(bytes) else { return missing(cursor) }
      guard count <= 256 else { return .invalid("not a greeting") }
      guard cursor.texts(2 * Int(count), bytes) != nil else { return missing(cursor) }
    }
    if revision >= .nonce, cursor.littleEndian64(bytes) == nil { return missing(cursor) }
    if revision >= .serverSettings, cursor.settings(bytes) == nil { return missing(cursor) }
    if revision >= .queryPlan, cursor.number(bytes) == nil { return missing(cursor) }
    if revision >= .clusterFunctions, cursor.number(bytes) == nil { return missing(cursor) }
    conversation.serverRevision = number
    conversation.awaitsAddendum = revision >= .addendum && conversation.clientRevision != nil
    conversation.result.version = SQLSummary.version(major, minor, patch)
    conversation.result.text = "Hello"
    return .end
  }

  /// A code, a name, a text, a stack, and whether there is another one within. Source: `readException`.
  private static func exception(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ conversation: inout ClickHouseConversation
  ) -> Outcome {
    guard let code = bytes.littleEndian32(at: cursor.offset), cursor.skip(4, bytes) != nil else { return .starved }
    guard let name = cursor.line(bytes), let length = cursor.number(bytes) else { return missing(cursor) }
    guard name.count <= 256, length <= 1 << 30 else { return .invalid("a malformed exception") }
    let shown = min(Int(length), ClickHouseResult.shownByteCount)
    guard bytes.byteCount - cursor.offset >= shown else { return .starved }
    conversation.result.failure = ClickHouseResult.Failure(
      code: Int32(bitPattern: code), name: bytes.copy(name), message: bytes.copy(cursor.offset..<cursor.offset + shown))
    _ = cursor.skip(shown, bytes)
    conversation.fromServer = .exception(Int(length) - shown, conversation.revision)
    conversation.countsBlock = false
    conversation.endsAnswer = true
    return .more
  }

  /// Source: `ProgressValues::read`. Each says what is new since the one before.
  private static func progress(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ conversation: inout ClickHouseConversation
  ) -> Outcome {
    let revision = conversation.revision
    guard let rows = cursor.number(bytes), let readBytes = cursor.number(bytes), cursor.number(bytes) != nil else { return missing(cursor) }
    if revision >= .totalBytes, cursor.number(bytes) == nil { return missing(cursor) }
    var written: UInt64 = 0
    if revision >= .writtenProgress {
      guard let count = cursor.number(bytes), cursor.number(bytes) != nil else { return missing(cursor) }
      written = count
    }
    if revision >= .elapsedTime, cursor.number(bytes) == nil { return missing(cursor) }
    conversation.result.readRowCount &+= rows
    conversation.result.readByteCount &+= readBytes
    conversation.result.writtenRowCount &+= written
    return .more
  }

  /// Rows, blocks, bytes, whether a limit was applied, rows before it, whether those were counted. Source: `ProfileInfo::read`.
  private static func profile(
    _ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ conversation: inout ClickHouseConversation
  ) -> Outcome {
    guard let rows = cursor.number(bytes), cursor.number(bytes) != nil, cursor.number(bytes) != nil, cursor.flag(bytes) != nil,
      cursor.number(bytes) != nil, cursor.flag(bytes) != nil
    else { return missing(cursor) }
    if conversation.revision >= .rowsBeforeAggregation {
      guard cursor.flag(bytes) != nil, cursor.number(bytes) != nil else { return missing(cursor) }
    }
    conversation.result.profileRowCount = rows
    return .more
  }

  /// Source: `TablesStatusResponse::write`.
  private static func tablesStatus(_ bytes: RawSpan, _ cursor: inout ClickHouseCursor, _ revision: ClickHouseRevision) -> Outcome {
    guard let count = cursor.number(bytes) else { return missing(cursor) }
    guard count <= 1 << 16 else { return .invalid("a list of an impossible length") }
    for _ in 0..<count {
      guard cursor.texts(2, bytes) != nil, let isReplicated = cursor.flag(bytes) else { return missing(cursor) }
      guard isReplicated else { continue }
      guard cursor.number(bytes) != nil else { return missing(cursor) }
      if revision >= .readOnlyCheck, cursor.number(bytes) == nil { return missing(cursor) }
    }
    return .end
  }
}
