import Wire

/// Packets of clients to parse steps.
enum ClickHouseClientParser {
  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    if context.continues { return goOn(bytes, &conversation) }
    conversation.fromClient = nil
    conversation.awaitsParameters = false
    if conversation.awaitsAddendum {
      switch ClickHouseQueryReader.addendum(bytes, conversation.revision) {
      case .incomplete: return .incomplete(scannedByteCount: 0)
      case .invalid: return .invalid("not the end of a login")
      case .read(let isChunked, let end):
        conversation.awaitsAddendum = false
        if isChunked {
          conversation.isChunked = true
          conversation.note("packets that come in chunks are not read")
        }
        return .padding(byteCount: end)
      }
    }
    guard let code = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    switch code {
    case 0: return hello(bytes, &conversation)
    case 1: return query(bytes, context, &conversation)
    case 2, 7: return carry(.block(conversation.revision, isPacked: conversation.isCompressed), bytes, code, &conversation)
    case 3: return .message(ClickHouseMessage(.request("Cancel"), .oneWay), MessageExtent(byteCount: 1))
    case 4:
      conversation.await(.ping)
      return .message(ClickHouseMessage(.request("Ping"), .request(.inOrder)), MessageExtent(byteCount: 1))
    case 5: return tablesStatus(bytes, &conversation)
    case 6: return .padding(byteCount: 1)
    case 8:
      var cursor = ClickHouseCursor(1)
      guard let count = cursor.number(bytes) else {
        return cursor.isInvalid ? .invalid("a malformed list") : .incomplete(scannedByteCount: 0)
      }
      guard count <= 1 << 20 else { return .invalid("a list of an impossible length") }
      return addition(MessageExtent(byteCount: cursor.offset, skippedByteCount: 16 * Int(count)))
    // A key that is asked for, and the answer: a signature.
    case 11: return addition(MessageExtent(byteCount: 1))
    case 12: return carry(.texts(1, conversation.revision), bytes, code, &conversation)
    default: return .invalid("a packet that is not read")
    }
  }

  private static func addition(_ extent: MessageExtent) -> ParseStep<ClickHouseMessage> {
    .message(ClickHouseMessage(.hidden, .addition(isLast: false)), extent)
  }

  // MARK: Requests

  private static func hello(_ bytes: RawSpan, _ conversation: inout ClickHouseConversation) -> ParseStep<ClickHouseMessage> {
    switch ClickHouseQueryReader.hello(bytes, at: 1) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a login")
    case .read(let hello, let end):
      conversation = ClickHouseConversation()
      conversation.clientRevision = hello.revision
      conversation.user = bytes.copy(hello.user.prefix(ClickHouseConversation.longestName))
      conversation.database = bytes.copy(hello.database.prefix(ClickHouseConversation.longestName))
      conversation.await(.hello)
      return .message(ClickHouseMessage(.hello(hello), .request(.inOrder)), MessageExtent(byteCount: end))
    }
  }

  private static func query(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    if conversation.isRevisionUnknown {
      switch ClickHouseQueryReader.guess(bytes, at: 1) {
      case .incomplete: return .incomplete(scannedByteCount: 0)
      case .invalid: return .invalid("not a query")
      case .read(let revision, _): conversation.guessedRevision = revision
      }
    }
    switch ClickHouseQueryReader.query(bytes, at: 1, conversation.revision) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a query")
    case .read(var query, let end):
      query.digest = SQLScanner.digest(query.text, bytes, .clickHouse)
      query.database = conversation.database
      query.user = conversation.user
      if query.digest?.verb == .use, let database = query.digest?.tables {
        conversation.database = Array(database.prefix(ClickHouseConversation.longestName))
      }
      let rest = query.textByteCount - query.text.count
      var extent = MessageExtent(byteCount: end, skippedByteCount: rest)
      if query.hasParameters {
        var cursor = ClickHouseCursor(end)
        if rest > 0 {
          extent.ending = .continues
        } else if cursor.settings(bytes) != nil {
          extent.byteCount = cursor.offset
        } else if context.isTruncated {
          extent.byteCount = bytes.byteCount
        } else {
          return cursor.isInvalid ? .invalid("malformed parameters") : .incomplete(scannedByteCount: 0)
        }
      }
      conversation.awaitsParameters = extent.ending == .continues
      conversation.isCompressed = query.isCompressed
      conversation.sentRowCount = 0
      conversation.await(.query)
      return .message(ClickHouseMessage(.query(query), .request(.inOrder)), extent)
    }
  }

  /// Names of databases and tables. Source: `TablesStatusRequest::write`.
  private static func tablesStatus(_ bytes: RawSpan, _ conversation: inout ClickHouseConversation) -> ParseStep<ClickHouseMessage> {
    var cursor = ClickHouseCursor(1)
    guard let count = cursor.number(bytes), count <= 1 << 16 || cursor.refuse() != nil, cursor.texts(2 * Int(clamping: count), bytes) != nil
    else { return cursor.isInvalid ? .invalid("a malformed list") : .incomplete(scannedByteCount: 0) }
    conversation.await(.tables)
    return .message(ClickHouseMessage(.request("TablesStatusRequest"), .request(.inOrder)), MessageExtent(byteCount: cursor.offset))
  }

  // MARK: Data

  /// A packet whose content is stepped over, as part of the exchange under way.
  private static func carry(
    _ walker: ClickHouseBlockWalker, _ bytes: RawSpan, _ code: UInt8, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    conversation.fromClient = walker
    conversation.countsBlock = false
    let message = ClickHouseMessage(.hidden, .addition(isLast: false))
    return advance(bytes, from: 1, message, &conversation)
  }

  private static func goOn(_ bytes: RawSpan, _ conversation: inout ClickHouseConversation) -> ParseStep<ClickHouseMessage> {
    if conversation.awaitsParameters {
      var cursor = ClickHouseCursor(0)
      guard cursor.settings(bytes) != nil else {
        return cursor.isInvalid ? .invalid("malformed parameters") : .incomplete(scannedByteCount: 0)
      }
      conversation.awaitsParameters = false
      return .part(nil, MessageExtent(byteCount: cursor.offset))
    }
    guard conversation.fromClient != nil else { return .invalid("a packet that was not begun") }
    return advance(bytes, from: 0, nil, &conversation)
  }

  private static func advance(
    _ bytes: RawSpan, from start: Int, _ message: ClickHouseMessage?, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    guard var walker = conversation.fromClient else { return .invalid("a packet that was not begun") }
    var offset = start
    let step = walker.advance(bytes, &offset)
    conversation.fromClient = walker
    var extent = MessageExtent(byteCount: max(offset, 1), ending: .continues)
    var isDone = false
    switch step {
    case .done: isDone = true
    case .skip(let count):
      extent.skippedByteCount = count
      isDone = walker.isAtEnd
    case .starved: if offset == 0 { return .incomplete(scannedByteCount: 0) }
    case .unsupported(let reason), .invalid(let reason):
      conversation.fromClient = nil
      return .invalid(reason)
    }
    if isDone {
      conversation.sentRowCount &+= walker.rowCount
      conversation.fromClient = nil
      extent.ending = .complete
      // Only what follows a full piece shows that it was the last: another block, which is then part of the same message.
      if offset == 0, let code = bytes.uint8(at: 0), code == 2 || code == 7 {
        conversation.fromClient = .block(conversation.revision, isPacked: conversation.isCompressed)
        return advance(bytes, from: 1, nil, &conversation)
      }
    }
    guard let message else { return .part(nil, extent) }
    return .message(message, extent)
  }
}
