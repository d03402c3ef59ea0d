import Wire

/// What servers send: the greeting, and responses.
enum MySQLServerParser {
  /// Bytes of a greeting.
  private static let longestGreeting = 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    if context.continues { return walk(bytes, isFirst: false, &conversation) }
    guard let header = MySQLPacketHeader(bytes, at: 0) else { return .incomplete(scannedByteCount: 0) }
    let awaited = conversation.firstAwaited
    if header.sequence == 0, awaited?.shape != .authentication {
      guard let first = bytes.uint8(at: MySQLPacketHeader.byteCount) else {
        return header.length == 0 ? .invalid("a response without content") : .incomplete(scannedByteCount: 0)
      }
      if first == 10 { return greeting(bytes, header, context, &conversation) }
      guard first == 0xff else { return .invalid("not a greeting") }
    }
    if let stray = strayEnd(bytes, header, awaited) { return stray }
    conversation.response.begin(
      awaited?.shape ?? .result, deprecatesEOF: conversation.deprecatesEOF ?? conversation.has(MySQLConversation.Capability.deprecateEOF))
    return walk(bytes, isFirst: true, &conversation)
  }

  /// An EOF behind the definitions of a prepared statement, on a connection that was joined midway: no response begins so.
  private static func strayEnd(
    _ bytes: RawSpan, _ header: MySQLPacketHeader, _ awaited: MySQLConversation.Awaited?
  ) -> ParseStep<MySQLMessage>? {
    guard header.length == 5, header.sequence > 1, awaited?.shape != .authentication, bytes.uint8(at: 4) ?? 0xfe == 0xfe else { return nil }
    return bytes.byteCount < 9 ? .incomplete(scannedByteCount: 0) : .padding(byteCount: 9)
  }

  private static func greeting(
    _ bytes: RawSpan, _ header: MySQLPacketHeader, _ context: ParseContext, _ conversation: inout MySQLConversation
  ) -> ParseStep<MySQLMessage> {
    guard header.length <= longestGreeting else { return .invalid("not a greeting") }
    let end = MySQLPacketHeader.byteCount + header.length
    guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
    guard let (version, capabilities) = MySQLLoginReader.greeting(bytes, MySQLPacketHeader.byteCount..<end) else {
      return .invalid("not a greeting")
    }
    conversation = MySQLConversation()
    conversation.serverVersion = bytes.copy(version)
    conversation.serverCapabilities = capabilities
    return .message(MySQLMessage(.hidden, .interim), MessageExtent(byteCount: end))
  }

  // MARK: Responses

  private static func walk(_ bytes: RawSpan, isFirst: Bool, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    let progress = conversation.response.advance(bytes, from: 0)
    if let known = conversation.response.deprecatesEOF { conversation.deprecatesEOF = known }
    var result = conversation.response.result
    let isUntouched = result == MySQLResult()
    result.isPartial = conversation.firstAwaited == nil
    let message = MySQLMessage(.response(result), .response(.inOrder))
    switch progress {
    case .invalid(let reason): return .invalid(reason)
    case .starved(0): return .incomplete(scannedByteCount: 0)
    case .starved(let end): return step(isFirst ? message : nil, isFirst, MessageExtent(byteCount: end, ending: .continues))
    case .paused(let end, let skipped):
      let ending: MessageExtent.Ending = conversation.response.isEndless ? .atClose : .continues
      return step(isFirst ? message : nil, isFirst, MessageExtent(byteCount: end, skippedByteCount: skipped, ending: ending))
    case .done(let end, let skipped):
      conversation.response.end()
      conversation.noteResponse(result)
      return step(message, isFirst, MessageExtent(byteCount: end, skippedByteCount: skipped))
    case .interim(let end, let skipped, let wantsFile):
      conversation.sendsFile = wantsFile
      let isWhole = isFirst && isUntouched
      if isWhole { conversation.response.end() }
      return step(
        isWhole ? MySQLMessage(.hidden, .interim) : nil, isFirst,
        MessageExtent(byteCount: end, skippedByteCount: skipped, ending: isWhole ? .complete : .continues))
    }
  }

  private static func step(_ message: MySQLMessage?, _ isFirst: Bool, _ extent: MessageExtent) -> ParseStep<MySQLMessage> {
    guard isFirst, let message else { return .part(message, extent) }
    return .message(message, extent)
  }
}
