import Wire

/// Records of ZooKeeper to messages. Of a record the first fields are read; what follows (data, children, ACLs) is stepped over.
enum ZooKeeperParser {
  /// The longest record; servers refuse more than 1 MiB by default (jute.maxbuffer), and some raise it.
  static let longestRecord = 1 << 28
  /// Bytes of a record's body that are read: its header, and a path.
  static let headByteLimit = 4096
  /// Identifiers of records that are not numbered. Source: org.apache.zookeeper.ClientCnxn.
  static let notificationIdentifier: Int32 = -1
  /// A ConnectRequest: version, last transaction, timeout, session, password of 16 bytes; since 3.4 a byte that says read-only.
  static let connectByteCounts: ClosedRange<Int> = 28...45
  private static let wordByteCount = 4

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZooKeeperConversation
  ) -> ParseStep<ZooKeeperMessage> {
    if conversation.hasWord || context.sender == .client && isWord(bytes) { return word(bytes, context, &conversation) }
    guard let length = bytes.bigEndian32(at: 0) else { return .incomplete(scannedByteCount: 0) }
    guard length >= 8, length <= longestRecord else { return .invalid("a record of an impossible length") }
    let end = 4 + Int(length)
    let headEnd = min(end, 4 + headByteLimit)
    guard bytes.byteCount >= headEnd else { return .incomplete(scannedByteCount: 0) }
    let content =
      context.sender == .client ? request(bytes, headEnd, end, &conversation) : reply(bytes, headEnd, end, &conversation)
    guard let content else { return .invalid("not a record of ZooKeeper") }
    return .message(ZooKeeperMessage(content: content), MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }

  // MARK: Client

  private static func request(
    _ bytes: RawSpan, _ headEnd: Int, _ end: Int, _ conversation: inout ZooKeeperConversation
  ) -> ZooKeeperMessage.Content? {
    // Where other requests have their number stands its version, 0, which is nobody's number.
    if let connect = connect(bytes, end) {
      conversation.hasClientRecord = true
      conversation.awaitsSession = true
      return connect
    }
    conversation.hasClientRecord = true
    guard end >= 12 else { return nil }
    let operation = Int32(bitPattern: bytes.loadBigEndian32(at: 8))
    guard ZooKeeperOperation.isKnown(operation) else { return nil }
    var request = ZooKeeperMessage.Request(identifier: Int32(bitPattern: bytes.loadBigEndian32(at: 4)), operation: operation)
    if ZooKeeperOperation.hasPath(operation) {
      guard let path = text(bytes, at: 12, to: headEnd) else { return nil }
      guard path.isEmpty || bytes.load8(at: path.lowerBound) == 0x2f else { return nil }
      request.path = path
    }
    return .request(request)
  }

  /// Version 0, last transaction 8 bytes, timeout 4, session 8, password with its length, read-only 1.
  static func connect(_ bytes: RawSpan, _ end: Int) -> ZooKeeperMessage.Content? {
    guard connectByteCounts.contains(end - 4), end <= bytes.byteCount, bytes.bigEndian32(at: 4) == 0,
      let timeout = bytes.bigEndian32(at: 16),
      let session = bytes.bigEndian64(at: 20), let password = bytes.bigEndian32(at: 28), password == 0 || password == 16,
      timeout <= Int32.max
    else { return nil }
    let rest = end - 32 - Int(password)
    guard rest == 0 || rest == 1 else { return nil }
    return .connect(session: session, timeoutMilliseconds: Int32(timeout))
  }

  // MARK: Server

  private static func reply(
    _ bytes: RawSpan, _ headEnd: Int, _ end: Int, _ conversation: inout ZooKeeperConversation
  ) -> ZooKeeperMessage.Content? {
    if conversation.awaitsSession || !conversation.hasClientRecord, let connected = connected(bytes, end) {
      conversation.awaitsSession = false
      conversation.hasClientRecord = true
      return connected
    }
    // Identifier 4, transaction 8, error 4.
    guard end >= 20 else { return nil }
    let identifier = Int32(bitPattern: bytes.loadBigEndian32(at: 4))
    if identifier == notificationIdentifier {
      guard let type = bytes.bigEndian32(at: 20), bytes.bigEndian32(at: 24) != nil else { return nil }
      return .notification(type: Int32(bitPattern: type), path: text(bytes, at: 28, to: headEnd))
    }
    let error = Int32(bitPattern: bytes.loadBigEndian32(at: 16))
    guard error == 0 || ZooKeeperError.name(error) != nil else { return nil }
    return .reply(ZooKeeperMessage.Reply(identifier: identifier, error: error))
  }

  /// Version 0, timeout 4, session 8, password with its length, read-only 1.
  static func connected(_ bytes: RawSpan, _ end: Int) -> ZooKeeperMessage.Content? {
    guard end <= bytes.byteCount, bytes.bigEndian32(at: 4) == 0, let timeout = bytes.bigEndian32(at: 8), timeout <= Int32.max,
      let session = bytes.bigEndian64(at: 12), bytes.bigEndian32(at: 20) == 16, end == 40 || end == 41
    else { return nil }
    return .connected(session: session, timeoutMilliseconds: Int32(timeout))
  }

  /// A text with its length before it; `nil` when it leaves the record. One that goes beyond what is read is cut.
  private static func text(_ bytes: RawSpan, at offset: Int, to end: Int) -> Range<Int>? {
    guard offset + 4 <= end, let length = bytes.bigEndian32(at: offset) else { return nil }
    if length == UInt32.max { return offset + 4..<offset + 4 }
    guard length <= longestRecord else { return nil }
    return offset + 4..<min(end, offset + 4 + Int(length))
  }

  // MARK: Four-letter words

  private static let words: [StaticString] = [
    "conf", "cons", "crst", "dirs", "dump", "envi", "gtmk", "hash", "isro", "mntr", "ruok", "srst", "srvr", "stat", "stmk", "wchc", "wchp",
    "wchs",
  ]

  static func isWord(_ bytes: RawSpan) -> Bool {
    for word in words where bytes.hasBytes(word, at: 0) { return true }
    return false
  }

  private static func word(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZooKeeperConversation
  ) -> ParseStep<ZooKeeperMessage> {
    guard context.sender == .client else {
      // The server answers with text and closes.
      return .message(ZooKeeperMessage(content: .wordAnswer), MessageExtent(byteCount: bytes.byteCount, ending: .atClose))
    }
    if conversation.hasWord { return .padding(byteCount: bytes.byteCount) }
    conversation.hasWord = true
    return .message(ZooKeeperMessage(content: .word(0..<wordByteCount)), MessageExtent(byteCount: wordByteCount))
  }
}
