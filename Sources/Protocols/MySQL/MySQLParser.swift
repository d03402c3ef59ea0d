import Wire

/// Packets of MySQL to parse steps.
enum MySQLParser {
  /// Bytes of a command that are waited for, its statement's text among them.
  static let headByteCount = 5 + SQLSummary.shownByteCount

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    if conversation.startsTLS { return .handOver(.tls) }
    if conversation.isCompressed == nil, conversation.capabilities == nil, !context.continues, isBehindLogin(bytes, context, conversation) {
      // Joined midway: what was agreed upon shows in the packets.
      conversation.isCompressed = MySQLRecognition.compressed(bytes, context.sender) != nil
    }
    if conversation.isCompressed == true { return MySQLUnpacker.parse(bytes, context, &conversation) }
    return plain(bytes, context, &conversation)
  }

  /// Whether a login must have been before these bytes: a command's packet has the number zero, its answer begins with one.
  private static func isBehindLogin(_ bytes: RawSpan, _ context: ParseContext, _ conversation: MySQLConversation) -> Bool {
    if conversation.serverVersion.isEmpty { return true }
    guard let sequence = bytes.uint8(at: 3) else { return false }
    return context.sender == .client ? sequence == 0 : sequence > 0
  }

  static func plain(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    context.sender == .client
      ? MySQLClientParser.parse(bytes, context, &conversation) : MySQLServerParser.parse(bytes, context, &conversation)
  }
}

/// What clients send: the login, commands, and what they were asked for.
enum MySQLClientParser {
  /// Bytes of a login. Attributes of the connection may have 64 KiB.
  private static let longestLogin = 70_000

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    if context.continues { return goOn(bytes, &conversation) }
    guard let header = MySQLPacketHeader(bytes, at: 0) else { return .incomplete(scannedByteCount: 0) }
    let present = min(bytes.byteCount - MySQLPacketHeader.byteCount, header.length)
    if header.sequence == 0 { return command(bytes, header, present, context, &conversation) }
    if conversation.sendsFile || conversation.firstAwaited?.shape == .authentication {
      if conversation.sendsFile, header.length == 0 { conversation.sendsFile = false }
      return .message(MySQLMessage(.hidden, .addition(isLast: false)), extent(header, present))
    }
    return login(bytes, header, present, context, &conversation)
  }

  private static func extent(_ header: MySQLPacketHeader, _ present: Int) -> MessageExtent {
    MessageExtent(
      byteCount: MySQLPacketHeader.byteCount + present, skippedByteCount: header.length - present,
      ending: header.isContinued ? .continues : .complete)
  }

  // MARK: Login

  private static func login(
    _ bytes: RawSpan, _ header: MySQLPacketHeader, _ present: Int, _ context: ParseContext, _ conversation: inout MySQLConversation
  ) -> ParseStep<MySQLMessage> {
    guard header.length <= longestLogin else { return .invalid("not a login") }
    guard present == header.length || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let content = MySQLPacketHeader.byteCount..<MySQLPacketHeader.byteCount + present
    if MySQLLoginReader.isTLSRequest(bytes, content) {
      conversation.startsTLS = true
      return .message(MySQLMessage(.hidden, .interim), extent(header, present))
    }
    guard let (login, capabilities) = MySQLLoginReader.login(bytes, content, serverVersion: conversation.serverVersion) else {
      return oldLogin(bytes, header, content, &conversation)
    }
    conversation.capabilities = capabilities & (conversation.serverCapabilities ?? capabilities)
    conversation.isCompressed = nil
    conversation.await(MySQLConversation.Awaited(database: login.database.map { bytes.copy($0) }))
    return .message(MySQLMessage(.login(login), .request(.inOrder)), extent(header, present))
  }

  /// Before MySQL 4.1: two bytes of capabilities, three of the longest packet, the user.
  private static func oldLogin(
    _ bytes: RawSpan, _ header: MySQLPacketHeader, _ content: Range<Int>, _ conversation: inout MySQLConversation
  ) -> ParseStep<MySQLMessage> {
    guard let capabilities = bytes.littleEndian16(at: content.lowerBound),
      UInt32(capabilities) & MySQLConversation.Capability.protocol41 == 0,
      let user = bytes.zeroTerminated(at: content.lowerBound + 5, to: content.upperBound), bytes.isText(user)
    else { return .invalid("not a login") }
    conversation.capabilities = UInt32(capabilities)
    conversation.await(MySQLConversation.Awaited())
    let login = MySQLLogin(user: user, serverVersion: conversation.serverVersion)
    return .message(MySQLMessage(.login(login), .request(.inOrder)), extent(header, content.count))
  }

  // MARK: Commands

  private static func command(
    _ bytes: RawSpan, _ header: MySQLPacketHeader, _ present: Int, _ context: ParseContext, _ conversation: inout MySQLConversation
  ) -> ParseStep<MySQLMessage> {
    guard header.length > 0 else { return .invalid("a command without content") }
    guard let code = bytes.uint8(at: MySQLPacketHeader.byteCount) else { return .incomplete(scannedByteCount: 0) }
    let command = MySQLCommand(code: code)
    guard command.name != nil else { return .invalid("not a command") }
    guard present >= min(header.length, MySQLParser.headByteCount) || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let content = MySQLPacketHeader.byteCount + 1..<MySQLPacketHeader.byteCount + present
    var request = MySQLRequest(command: command)
    request.database = conversation.database
    var entry = MySQLConversation.Awaited(command: command)
    var step = extent(header, present)
    switch command {
    case .query, .prepare:
      step = statement(bytes, header, content, &request, &conversation)
      if request.digest?.verb == .use, let tables = request.digest?.tables { entry.database = tables }
      if command == .prepare, let text = request.text, let digest = request.digest {
        let shown = digest.hasCredentials ? digest.shape : bytes.copy(text)
        entry.statement = MySQLStatement(text: shown, digest: digest, parameterCount: digest.markerCount)
        conversation.lastPrepared = entry.statement
      }
    case .initializeDatabase:
      request.text = content
      entry.database = bytes.copy(content.prefix(256))
    case .createDatabase, .dropDatabase: request.text = content
    case .fieldList: request.text = bytes.zeroTerminated(at: content.lowerBound, to: content.upperBound) ?? content
    case .processKill: request.number = bytes.littleEndian32(at: content.lowerBound)
    case .execute, .bulkExecute: execute(bytes, content.prefix(MySQLParser.headByteCount), &request, &conversation)
    case .sendLongData, .resetStatement, .fetch:
      request.statementID = bytes.littleEndian32(at: content.lowerBound)
      if command != .fetch, let number = request.statementID { conversation.statements.setLongData(command == .sendLongData, of: number) }
    case .closeStatement:
      request.statementID = bytes.littleEndian32(at: content.lowerBound)
      if let number = request.statementID { conversation.statements.remove(number) }
    case .changeUser:
      if let login = MySQLLoginReader.change(bytes, content, serverVersion: conversation.serverVersion) {
        entry.database = login.database.map { bytes.copy($0) }
        conversation.await(entry)
        return .message(MySQLMessage(.login(login), .request(.inOrder)), step)
      }
    case .quit:
      // Nothing of the connection is left.
      conversation = MySQLConversation()
    default: break
    }
    guard !command.isOneWay else { return .message(MySQLMessage(.command(request), .oneWay), step) }
    conversation.await(entry)
    return .message(MySQLMessage(.command(request), .request(.inOrder)), step)
  }

  /// The text of COM_QUERY or COM_STMT_PREPARE: shown as far as it is there, read to its end.
  private static func statement(
    _ bytes: RawSpan, _ header: MySQLPacketHeader, _ content: Range<Int>, _ request: inout MySQLRequest,
    _ conversation: inout MySQLConversation
  ) -> MessageExtent {
    var start = content.lowerBound
    if request.command == .query {
      let attributes = MySQLParameterReader.queryAttributes(bytes, content, conversation.has(MySQLConversation.Capability.queryAttributes))
      start = attributes.end
      request.traceParent = attributes.traceParent
    }
    let text = start..<max(start, content.upperBound)
    request.text = text.prefix(SQLSummary.shownByteCount)
    let end = MySQLPacketHeader.byteCount + header.length
    guard content.upperBound < end || header.isContinued else {
      request.digest = SQLScanner.digest(text, bytes, .mySQL)
      return MessageExtent(byteCount: end)
    }
    var scanner = SQLScanner(.mySQL)
    let next = scanner.take(text, bytes, isLast: content.upperBound == end)
    request.digest = scanner.digestSoFar()
    conversation.scanner = scanner
    conversation.statementByteCount = end - next
    conversation.statementIsSplit = header.isContinued
    return MessageExtent(byteCount: next, ending: .continues)
  }

  /// Source: "COM_STMT_EXECUTE", and MariaDB's "COM_STMT_BULK_EXECUTE".
  private static func execute(
    _ bytes: RawSpan, _ content: Range<Int>, _ request: inout MySQLRequest, _ conversation: inout MySQLConversation
  ) {
    guard let number = bytes.littleEndian32(at: content.lowerBound) else { return }
    // -1 stands for the statement that was prepared last.
    let statement = number == .max ? conversation.lastPrepared : conversation.statements[number]
    request.statementID = number
    request.prepared = statement?.text
    request.digest = statement?.digest
    guard request.command == .execute else { return }
    let hasAttributes = conversation.has(MySQLConversation.Capability.queryAttributes) ?? false
    conversation.statements.setLongData(false, of: number)
    guard let parameters = MySQLParameterReader.parameters(bytes, content, statement, hasAttributes: hasAttributes) else { return }
    conversation.statements.setTypes(parameters.types, of: number)
    request.parameters = parameters.text
    request.traceParent = parameters.traceParent
  }

  // MARK: Further bytes

  /// The rest of a message whose packet, or whose statement, is not at its end.
  private static func goOn(_ bytes: RawSpan, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    guard conversation.scanner != nil else {
      // A packet that continues another: stepped over.
      guard let header = MySQLPacketHeader(bytes, at: 0) else { return .incomplete(scannedByteCount: 0) }
      return .part(nil, extent(header, min(bytes.byteCount - MySQLPacketHeader.byteCount, header.length)))
    }
    var offset = 0
    while true {
      if conversation.statementByteCount == 0 {
        guard conversation.statementIsSplit else { return statementEnded(offset, &conversation) }
        guard let header = MySQLPacketHeader(bytes, at: offset) else { break }
        offset += MySQLPacketHeader.byteCount
        conversation.statementByteCount = header.length
        conversation.statementIsSplit = header.isContinued
        continue
      }
      let count = min(bytes.byteCount - offset, conversation.statementByteCount)
      guard count > 0 else { break }
      let isLast = count == conversation.statementByteCount
      let next = conversation.scanner?.take(offset..<offset + count, bytes, isLast: isLast) ?? offset + count
      conversation.statementByteCount -= next - offset
      let isStarved = next < offset + count
      offset = next
      if isStarved { break }
    }
    return offset == 0 ? .incomplete(scannedByteCount: 0) : .part(nil, MessageExtent(byteCount: offset, ending: .continues))
  }

  private static func statementEnded(_ offset: Int, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    guard let digest = conversation.scanner?.finish() else { return .invalid("a statement that was not begun") }
    conversation.scanner = nil
    return .part(MySQLMessage(.statement(digest), .request(.inOrder)), MessageExtent(byteCount: offset))
  }
}
