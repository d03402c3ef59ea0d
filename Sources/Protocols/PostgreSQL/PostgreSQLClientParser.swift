import Wire

/// What clients send. Source: §54.7 "Message Formats", those marked (F).
enum PostgreSQLClientParser {
  /// Bytes of a message's content that are waited for.
  private static let headByteCount = SQLSummary.shownByteCount
  /// Bytes of the message that opens a connection. Source: MAX_STARTUP_PACKET_LENGTH of the server.
  private static let longestStartup = 10_000
  /// Bytes of a name that are kept. Source: NAMEDATALEN.
  static let longestName = 64

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    if context.continues { return goOn(bytes, &conversation) }
    guard let type = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    // A type is a letter; a message without one opens the connection, and begins with its length.
    if type == 0 { return opening(bytes, context, &conversation) }
    guard PostgreSQLWire.isClientType(type) else { return .invalid("not a message of a client") }
    guard let message = PostgreSQLWire(bytes, at: 0) else {
      return bytes.byteCount < PostgreSQLWire.headerByteCount ? .incomplete(scannedByteCount: 0) : .invalid("a malformed length")
    }
    let present = message.presentByteCount(bytes)
    guard present >= min(message.contentByteCount, headByteCount) || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let content = PostgreSQLWire.headerByteCount..<PostgreSQLWire.headerByteCount + present
    let extent = MessageExtent(byteCount: content.upperBound, skippedByteCount: message.contentByteCount - present)
    switch type {
    case 0x51: return query(bytes, message, content, &conversation)
    case 0x50: return parse(bytes, message, content, &conversation)
    case 0x42: return bind(bytes, content, extent, &conversation)
    case 0x45: return execute(bytes, content, extent, &conversation)
    case 0x44: return describe(bytes, content, extent, &conversation)
    case 0x43: return close(bytes, content, extent, &conversation)
    case 0x53: return flush(extent, isSync: true, &conversation)
    case 0x48: return flush(extent, isSync: false, &conversation)
    case 0x46:
      let identifier = conversation.await(.untilReady)
      return .message(request("FunctionCall", conversation, identifier), extent)
    case 0x58:
      // Nothing of the connection is left.
      let database = conversation.database
      conversation = PostgreSQLConversation()
      return .message(PostgreSQLMessage(.request(PostgreSQLRequest(kind: "Terminate", database: database)), .oneWay), extent)
    default: return .message(PostgreSQLMessage(.hidden, .addition(isLast: false)), extent)
    }
  }

  private static func request(
    _ kind: StaticString, _ conversation: PostgreSQLConversation, _ identifier: UInt64
  ) -> PostgreSQLMessage {
    PostgreSQLMessage(.request(PostgreSQLRequest(kind: kind, database: conversation.database)), .request(.identifier(identifier)))
  }

  // MARK: Opening

  /// StartupMessage, SSLRequest, GSSENCRequest, CancelRequest: a length and a number.
  private static func opening(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    guard let length = bytes.bigEndian32(at: 0), let code = bytes.bigEndian32(at: 4) else { return .incomplete(scannedByteCount: 0) }
    guard length >= 8, length <= longestStartup else { return .invalid("not the opening of a connection") }
    guard bytes.byteCount >= Int(length) else { return .incomplete(scannedByteCount: 0) }
    let extent = MessageExtent(byteCount: Int(length))
    switch code {
    case PostgreSQLWire.tlsRequest, PostgreSQLWire.gssRequest:
      let identifier = conversation.await(.negotiation)
      return .message(request(code == PostgreSQLWire.tlsRequest ? "SSLRequest" : "GSSENCRequest", conversation, identifier), extent)
    case PostgreSQLWire.cancelRequest:
      let process = bytes.bigEndian32(at: 8) ?? 0
      return .message(PostgreSQLMessage(.cancel(process: process), .oneWay), extent)
    case PostgreSQLWire.version3...PostgreSQLWire.version3 + 0xffff: break
    default: return .invalid("not the opening of a connection")
    }
    var startup = PostgreSQLStartup()
    var offset = 8
    while let name = bytes.zeroTerminated(at: offset, to: Int(length)), !name.isEmpty,
      let value = bytes.zeroTerminated(at: name.upperBound + 1, to: Int(length))
    {
      if bytes.equalsIgnoringCase("user", in: name) {
        startup.user = value
      } else if bytes.equalsIgnoringCase("database", in: name) {
        startup.database = value
      } else if bytes.equalsIgnoringCase("application_name", in: name), !value.isEmpty {
        startup.application = value
      }
      offset = value.upperBound + 1
    }
    conversation = PostgreSQLConversation()
    // "The database to connect to. Defaults to the user name."
    conversation.database = (startup.database ?? startup.user).map { bytes.copy($0.prefix(longestName)) } ?? []
    let identifier = conversation.await(.startup)
    return .message(PostgreSQLMessage(.startup(startup), .request(.identifier(identifier))), extent)
  }

  // MARK: Statements

  private static func query(
    _ bytes: RawSpan, _ message: PostgreSQLWire, _ content: Range<Int>, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    conversation.open = nil
    let identifier = conversation.await(.untilReady)
    var request = PostgreSQLRequest(kind: "Query", database: conversation.database)
    let extent = statement(bytes, message, content, &request, &conversation)
    return .message(PostgreSQLMessage(.request(request), .request(.identifier(identifier))), extent)
  }

  /// The text of Query or Parse: shown as far as it is there, read to its end, which a zero byte marks.
  private static func statement(
    _ bytes: RawSpan, _ message: PostgreSQLWire, _ content: Range<Int>, _ request: inout PostgreSQLRequest,
    _ conversation: inout PostgreSQLConversation
  ) -> MessageExtent {
    let end = PostgreSQLWire.headerByteCount + message.contentByteCount
    let zero = bytes.firstIndex(of: 0, from: content.lowerBound, to: content.upperBound)
    let text = content.lowerBound..<(zero ?? content.upperBound)
    request.text = text.prefix(SQLSummary.shownByteCount)
    guard zero == nil, content.upperBound < end else {
      request.digest = SQLScanner.digest(text, bytes, .postgreSQL)
      return MessageExtent(byteCount: min(bytes.byteCount, end), skippedByteCount: max(0, end - bytes.byteCount))
    }
    var scanner = SQLScanner(.postgreSQL)
    let next = scanner.take(text, bytes, isLast: false)
    request.digest = scanner.digestSoFar()
    conversation.scanner = scanner
    conversation.statementByteCount = end - next
    return MessageExtent(byteCount: next, ending: .continues)
  }

  /// Name, statement, types of parameters.
  private static func parse(
    _ bytes: RawSpan, _ message: PostgreSQLWire, _ content: Range<Int>, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    guard let name = bytes.zeroTerminated(at: content.lowerBound, to: content.upperBound) else { return .invalid("a Parse without a name") }
    let key = bytes.copy(name.prefix(longestName))
    let identifier = conversation.await(.extended, answerCount: 1)
    conversation.open = PostgreSQLConversation.OpenRequest(identifier: identifier, name: key)
    var request = PostgreSQLRequest(kind: "Parse", name: key, database: conversation.database)
    var extent = statement(bytes, message, min(name.upperBound + 1, content.upperBound)..<content.upperBound, &request, &conversation)
    if let text = request.text, let digest = request.digest {
      var statement = PostgreSQLStatement(text: digest.hasCredentials ? digest.shape : bytes.copy(text), digest: digest)
      if conversation.scanner == nil, message.contentByteCount <= headByteCount {
        statement.types = PostgreSQLParameterReader.types(bytes, text.upperBound, content.upperBound)
      } else if conversation.scanner != nil {
        conversation.statementName = key
      }
      conversation.keep(statement, as: key)
    }
    if extent.ending == .complete { extent.ending = .interleaves }
    return .message(PostgreSQLMessage(.request(request), .request(.identifier(identifier))), extent)
  }

  /// Portal, statement, parameters.
  private static func bind(
    _ bytes: RawSpan, _ content: Range<Int>, _ extent: MessageExtent, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    guard let portal = bytes.zeroTerminated(at: content.lowerBound, to: content.upperBound),
      let name = bytes.zeroTerminated(at: portal.upperBound + 1, to: content.upperBound)
    else { return .invalid("a Bind without names") }
    let key = bytes.copy(name.prefix(longestName))
    let statement = conversation.statement(key)
    conversation.bind(portal: bytes.copy(portal.prefix(longestName)), to: statement)
    var request = PostgreSQLRequest(kind: "Bind", database: conversation.database)
    request.parameters = PostgreSQLParameterReader.parameters(
      bytes, name.upperBound + 1..<max(name.upperBound + 1, content.prefix(headByteCount).upperBound), statement)
    var extent = extent
    extent.ending = .interleaves
    if conversation.open?.name == key, conversation.open?.hasBind == false, let identifier = conversation.open?.identifier {
      conversation.open?.hasBind = true
      conversation.expectAnswer()
      return .resumption(of: identifier, PostgreSQLMessage(.request(request), .request(.identifier(identifier))), extent)
    }
    let identifier = conversation.await(.extended, answerCount: 1)
    conversation.open = PostgreSQLConversation.OpenRequest(identifier: identifier, name: key, hasBind: true)
    request.name = key
    request.isPartial = statement == nil
    request.known = statement?.text
    request.digest = statement?.digest
    return .message(PostgreSQLMessage(.request(request), .request(.identifier(identifier))), extent)
  }

  private static func execute(
    _ bytes: RawSpan, _ content: Range<Int>, _ extent: MessageExtent, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    guard let portal = bytes.zeroTerminated(at: content.lowerBound, to: content.upperBound) else {
      return .invalid("an Execute without a portal")
    }
    var request = PostgreSQLRequest(kind: "Execute", database: conversation.database)
    if let open = conversation.open, open.hasBind {
      conversation.expectAnswer()
      conversation.open = nil
      return .resumption(of: open.identifier, PostgreSQLMessage(.request(request), .request(.identifier(open.identifier))), extent)
    }
    // More rows of a portal that was executed before.
    let statement = conversation.portal(bytes.copy(portal.prefix(longestName)))
    request.isPartial = statement == nil
    request.known = statement?.text
    request.digest = statement?.digest
    conversation.open = nil
    let identifier = conversation.await(.extended, answerCount: 1)
    return .message(PostgreSQLMessage(.request(request), .request(.identifier(identifier))), extent)
  }

  private static func describe(
    _ bytes: RawSpan, _ content: Range<Int>, _ extent: MessageExtent, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    if let open = conversation.open {
      conversation.expectAnswer()
      var extent = extent
      extent.ending = .interleaves
      return .resumption(of: open.identifier, nil, extent)
    }
    return single("Describe", bytes, content, extent, &conversation)
  }

  private static func close(
    _ bytes: RawSpan, _ content: Range<Int>, _ extent: MessageExtent, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    conversation.open = nil
    return single("Close", bytes, content, extent, &conversation)
  }

  /// Describe or Close: `S` or `P`, and the name of a statement or a portal.
  private static func single(
    _ kind: StaticString, _ bytes: RawSpan, _ content: Range<Int>, _ extent: MessageExtent, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    var request = PostgreSQLRequest(kind: kind, database: conversation.database)
    if let name = bytes.zeroTerminated(at: content.lowerBound + 1, to: content.upperBound) {
      let key = bytes.copy(name.prefix(longestName))
      let isStatement = bytes.uint8(at: content.lowerBound) == 0x53
      let statement = isStatement ? conversation.statement(key) : conversation.portal(key)
      request.known = statement?.text
      request.digest = statement?.digest
      if isStatement { request.name = key }
      if isStatement, bytes.load8(at: 0) == 0x43 { conversation.forget(statement: key) }
    }
    let identifier = conversation.await(.extended, answerCount: 1)
    return .message(PostgreSQLMessage(.request(request), .request(.identifier(identifier))), extent)
  }

  private static func flush(
    _ extent: MessageExtent, isSync: Bool, _ conversation: inout PostgreSQLConversation
  ) -> ParseStep<PostgreSQLMessage> {
    let open = conversation.open
    conversation.open = nil
    if isSync { _ = conversation.await(.sync) }
    guard let open else { return .padding(byteCount: extent.byteCount) }
    return .resumption(of: open.identifier, nil, extent)
  }

  // MARK: Further bytes

  /// The rest of a statement's text, and what follows it in the message.
  private static func goOn(_ bytes: RawSpan, _ conversation: inout PostgreSQLConversation) -> ParseStep<PostgreSQLMessage> {
    let count = min(bytes.byteCount, conversation.statementByteCount)
    guard conversation.scanner != nil, count > 0 else { return .invalid("a message that was not begun") }
    let zero = bytes.firstIndex(of: 0, from: 0, to: count)
    let isLast = zero != nil || count == conversation.statementByteCount
    let next = conversation.scanner?.take(0..<(zero ?? count), bytes, isLast: isLast) ?? count
    guard isLast else {
      conversation.statementByteCount -= next
      return next == 0 ? .incomplete(scannedByteCount: 0) : .part(nil, MessageExtent(byteCount: next, ending: .continues))
    }
    guard let digest = conversation.scanner?.finish() else { return .invalid("a message that was not begun") }
    let skipped = conversation.statementByteCount - count
    let name = conversation.statementName
    if let name { conversation.amend(statement: name, digest) }
    conversation.scanner = nil
    conversation.statementName = nil
    return .part(
      PostgreSQLMessage(.statement(digest), .oneWay),
      MessageExtent(byteCount: count, skippedByteCount: skipped, ending: name == nil ? .complete : .interleaves))
  }
}
