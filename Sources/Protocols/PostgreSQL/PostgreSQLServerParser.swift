import Wire

/// What servers send. Source: §54.7 "Message Formats", those marked (B).
enum PostgreSQLServerParser {
  /// Bytes of a message's content that are waited for, where they are read.
  private static let headByteCount = 2048
  /// Bytes of what may stand between responses: notices, parameters.
  private static let longestAside = 64 * 1024

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    if context.continues { return walk(bytes, isFirst: false, &conversation) }
    conversation.result = nil
    guard let type = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    // An answer never precedes the end of the batch before it: what marked that was lost.
    while conversation.first?.kind == .sync, PostgreSQLWire.isAnswer(type) { _ = conversation.takeFirst() }
    if conversation.first?.kind == .negotiation, type != 0x45 { return negotiation(type, &conversation) }
    guard PostgreSQLWire.isServerType(type) else { return .invalid("not a message of a server") }
    guard let message = PostgreSQLWire(bytes, at: 0) else {
      return bytes.byteCount < PostgreSQLWire.headerByteCount ? .incomplete(scannedByteCount: 0) : .invalid("a malformed length")
    }
    switch type {
    case 0x53, 0x4e, 0x4b, 0x76, 0x41, 0x5a:
      // What is said between responses: parameters, notices, that the server is ready.
      guard message.contentByteCount <= longestAside else { return .invalid("a notice longer than the limit") }
      let end = PostgreSQLWire.headerByteCount + message.contentByteCount
      guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
      if type == 0x5a { return ready(bytes, end, &conversation) }
      if type == 0x41 { return notification(bytes, end) }
      return .padding(byteCount: end)
    default: return walk(bytes, isFirst: true, &conversation)
    }
  }

  /// The answer to SSLRequest or GSSENCRequest. Source: §54.2.10.
  private static func negotiation(_ type: UInt8, _ conversation: inout PostgreSQLConversation) -> ParseStep<PostgreSQLMessage> {
    guard type == 0x53 || type == 0x4e || type == 0x47, let awaited = conversation.takeFirst() else {
      return .invalid("not an answer to a wish for encryption")
    }
    if type != 0x4e { conversation.handsOver = type == 0x53 ? .tls : .unknown }
    var result = PostgreSQLResult()
    result.tag = [type]
    return .message(PostgreSQLMessage(.response(result), .response(.identifier(awaited.identifier))), MessageExtent(byteCount: 1))
  }

  /// ReadyForQuery between responses: the end of what a Sync closed. What the server skipped has no answers.
  private static func ready(_ bytes: RawSpan, _ end: Int, _ conversation: inout PostgreSQLConversation) -> ParseStep<PostgreSQLMessage> {
    if let lost = conversation.lost {
      conversation.lost = nil
      if conversation.first?.kind == .sync { _ = conversation.takeFirst() }
      return .abandonment(of: lost, PostgreSQLMessage(.lost, .interim), byteCount: end)
    }
    let failure = conversation.failure
    conversation.failure = nil
    var skipped: ClosedRange<UInt64>?
    while let first = conversation.first, first.kind == .sync || failure != nil {
      _ = conversation.takeFirst()
      if first.kind == .sync { break }
      skipped = min(first.identifier, skipped?.lowerBound ?? first.identifier)...first.identifier
    }
    guard let skipped, let failure else { return .padding(byteCount: end) }
    return .abandonment(of: skipped, PostgreSQLMessage(.aborted(failure), .interim), byteCount: end)
  }

  private static func notification(_ bytes: RawSpan, _ end: Int) -> ParseStep<PostgreSQLMessage> {
    guard let channel = bytes.zeroTerminated(at: PostgreSQLWire.headerByteCount + 4, to: end),
      let payload = bytes.zeroTerminated(at: channel.upperBound + 1, to: end)
    else { return .invalid("a malformed notification") }
    return .message(
      PostgreSQLMessage(.notification(channel: channel, payload: payload), .oneWay), MessageExtent(byteCount: end))
  }

  // MARK: Responses

  private enum Outcome {
    case more, done
    /// Before the response: the server goes on when the client has.
    case interim
    case invalid(StaticString)
  }

  /// Steps over the messages of one response that are there.
  private static func walk(
    _ bytes: RawSpan, isFirst: Bool, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    let awaited = conversation.first
    let role = MessageRole.response(.identifier(awaited?.identifier ?? .max))
    var result = conversation.result ?? PostgreSQLResult()
    result.isPartial = awaited == nil
    var offset = 0
    func step(_ isDone: Bool, _ extent: MessageExtent, _ conversation: inout PostgreSQLConversation) -> ParseStep<PostgreSQLMessage> {
      conversation.result = isDone ? nil : result
      if isDone { end(result, awaited, &conversation) }
      let message = PostgreSQLMessage(.response(result), role)
      return isFirst ? .message(message, extent) : .part(isDone ? message : nil, extent)
    }
    while offset < bytes.byteCount {
      guard PostgreSQLWire.isServerType(bytes.load8(at: offset)) else {
        if offset == 0 { return .invalid("not a message of a server") }
        break
      }
      guard let message = PostgreSQLWire(bytes, at: offset) else {
        if offset == 0, bytes.byteCount >= PostgreSQLWire.headerByteCount { return .invalid("a malformed length") }
        break
      }
      let start = offset + PostgreSQLWire.headerByteCount
      let present = message.presentByteCount(bytes)
      guard present >= min(message.contentByteCount, neededByteCount(message.type)) else { break }
      let skipped = message.contentByteCount - present
      let content = bytes.extracting(start..<start + present)
      switch read(message.type, content, awaited, isAlone: isFirst && offset == 0, &result, &conversation) {
      case .invalid(let reason):
        if offset == 0 { return .invalid(reason) }
        return step(false, MessageExtent(byteCount: offset, ending: .continues), &conversation)
      case .interim:
        return .message(PostgreSQLMessage(.hidden, .interim), MessageExtent(byteCount: start + present, skippedByteCount: skipped))
      case .done: return step(true, MessageExtent(byteCount: start + present, skippedByteCount: skipped), &conversation)
      case .more: offset = start + present
      }
      if skipped > 0 { return step(false, MessageExtent(byteCount: offset, skippedByteCount: skipped, ending: .continues), &conversation) }
    }
    guard offset > 0 else { return .incomplete(scannedByteCount: 0) }
    return step(false, MessageExtent(byteCount: offset, ending: .continues), &conversation)
  }

  private static func neededByteCount(_ type: UInt8) -> Int {
    switch type {
    case 0x45: headByteCount
    case 0x43, 0x53: 128
    case 0x52: 64
    default: 0
    }
  }

  private static func end(
    _ result: PostgreSQLResult, _ awaited: PostgreSQLConversation.Awaited?, _ conversation: inout PostgreSQLConversation
  ) {
    _ = conversation.takeFirst()
    guard let failure = result.failure else { return }
    if failure.isFatal {
      // The server closes the connection.
      conversation = PostgreSQLConversation()
    } else if awaited?.kind == .extended {
      conversation.failure = failure
    }
  }

  private static func read(
    _ type: UInt8, _ content: RawSpan, _ awaited: PostgreSQLConversation.Awaited?, isAlone: Bool, _ result: inout PostgreSQLResult,
    _ conversation: inout PostgreSQLConversation
  ) -> Outcome {
    switch type {
    case 0x52: return authentication(content, isAlone: isAlone, &result, &conversation)
    case 0x53:
      if awaited?.kind == .startup { noteParameter(content, &result) }
      return .more
    case 0x5a: return .done
    case 0x44, 0x64:
      result.rowCount = (result.rowCount ?? 0) &+ 1
      return .more
    case 0x45:
      guard let failure = failure(content) else { return .invalid("a malformed error") }
      result.failure = failure
      return awaited?.kind == .untilReady && !failure.isFatal ? .more : .done
    case 0x43:
      PostgreSQLTag.read(content, into: &result)
      return answered(awaited, &conversation)
    case 0x49: return answered(awaited, &conversation)
    case 0x73:
      result.tag = Array("suspended".utf8)
      return answered(awaited, &conversation)
    case 0x31, 0x32, 0x33, 0x6e: return answered(awaited, &conversation)
    case 0x54:
      // Rows follow, or none did.
      result.rowCount = result.rowCount ?? 0
      return answered(awaited, &conversation)
    // The client's turn: COPY FROM STDIN.
    case 0x47: return isAlone ? .interim : .more
    case 0x57:
      // START_REPLICATION was granted: what both stream is not parsed.
      conversation.handsOver = .unknown
      return .done
    default: return .more
    }
  }

  private static func answered(_ awaited: PostgreSQLConversation.Awaited?, _ conversation: inout PostgreSQLConversation) -> Outcome {
    guard awaited?.kind == .extended else { return .more }
    return conversation.takeAnswer() ? .done : .more
  }

  private static func authentication(
    _ content: RawSpan, isAlone: Bool, _ result: inout PostgreSQLResult, _ conversation: inout PostgreSQLConversation
  ) -> Outcome {
    guard let code = content.bigEndian32(at: 0) else { return .invalid("a malformed wish for authentication") }
    switch code {
    case 0:
      result.authentication = conversation.authentication
      return .more
    case 2: conversation.authentication = "Kerberos"
    case 3: conversation.authentication = "password"
    case 5: conversation.authentication = "MD5"
    case 7: conversation.authentication = "GSSAPI"
    case 9: conversation.authentication = "SSPI"
    case 10: conversation.authentication = "SASL"
    case 8, 11, 12: break
    default: return .invalid("a malformed wish for authentication")
    }
    return isAlone ? .interim : .more
  }

  private static func noteParameter(_ content: RawSpan, _ result: inout PostgreSQLResult) {
    guard let name = content.zeroTerminated(at: 0, to: content.byteCount), content.equalsIgnoringCase("server_version", in: name),
      let value = content.zeroTerminated(at: name.upperBound + 1, to: content.byteCount)
    else { return }
    result.version = content.copy(value.prefix(64))
  }

  /// Fields, each with a letter, until a zero. Source: §54.8 "Error and Notice Message Fields".
  static func failure(_ content: RawSpan) -> PostgreSQLResult.Failure? {
    var failure = PostgreSQLResult.Failure(state: [], message: [], isFatal: false)
    var offset = 0
    while let letter = content.uint8(at: offset), letter != 0 {
      guard let text = content.zeroTerminated(at: offset + 1, to: content.byteCount) else { break }
      switch letter {
      // The severity that is not translated; before 9.6 there is only the other.
      case 0x53, 0x56:
        if content.equalsIgnoringCase("FATAL", in: text) || content.equalsIgnoringCase("PANIC", in: text) { failure.isFatal = true }
      case 0x43: failure.state = content.copy(text.prefix(5))
      case 0x4d: failure.message = content.copy(text.prefix(PostgreSQLResult.shownByteCount))
      default: break
      }
      offset = text.upperBound + 1
    }
    return failure.state.isEmpty && failure.message.isEmpty ? nil : failure
  }
}

/// What CommandComplete says. Source: §54.7, "CommandComplete".
enum PostgreSQLTag {
  static func read(_ content: RawSpan, into result: inout PostgreSQLResult) {
    let tag = 0..<(content.firstIndex(of: 0) ?? content.byteCount)
    result.tag = content.copy(tag.prefix(64))
    result.resultCount += 1
    var start = tag.upperBound
    while start > tag.lowerBound, content.load8(at: start - 1).isASCIIDigit { start -= 1 }
    guard start > tag.lowerBound, let count = content.decimal(in: start..<tag.upperBound) else { return }
    let isQuery = content.hasBytes("SELECT ", at: 0) || content.hasBytes("FETCH ", at: 0) || content.hasBytes("MOVE ", at: 0)
    if isQuery {
      result.rowCount = result.rowCount ?? UInt64(count)
    } else {
      result.affectedRowCount = (result.affectedRowCount ?? 0) &+ UInt64(count)
    }
  }
}
