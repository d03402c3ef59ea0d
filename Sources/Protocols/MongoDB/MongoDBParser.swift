import Wire

/// Headers, and what stands before the documents. Documents are the walker's: of a message the first bytes are looked at together, so that
/// they can be shown; what follows passes element by element.
enum MongoDBParser {
  static let headerByteCount = 16
  /// The longest message. Servers allow 48,000,000 bytes, and more for one document and its head.
  static let longestMessage = 1 << 27
  /// Bytes of a message that must be there before it is read: fewer than a recorder keeps of one system call by default.
  static let headByteLimit = 4000
  /// Bytes of compressed data that are looked at, and of what comes out.
  static let compressedByteLimit = 65_536
  private static let compressionHeadByteCount = 9
  /// Bytes of a collection's full name. Source: MongoDB manual, "MongoDB Limits and Thresholds".
  private static let longestNamespace = 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MongoDBConversation) -> ParseStep<MongoDBMessage> {
    if context.continues { return goOn(bytes, context, &conversation) }
    guard let header = MongoDBHeader(bytes) else {
      return bytes.byteCount < headerByteCount ? .incomplete(scannedByteCount: 0) : .invalid("not a header of MongoDB")
    }
    let wanted = header.operation == MongoDBOperation.compressed ? compressedByteLimit : headByteLimit
    let available = min(header.byteCount, wanted)
    guard bytes.byteCount >= available || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let end = min(bytes.byteCount, available)
    if header.operation == MongoDBOperation.compressed {
      return compressed(header, bytes.extracting(0..<end), context, &conversation)
    }
    var body = Body(header, context.sender)
    guard body.read(bytes.extracting(0..<end), from: headerByteCount, messageEnd: header.byteCount, header.operation) else {
      return .invalid("not a message of MongoDB")
    }
    var findings = MongoDBFindings()
    let progress = body.walker.advance(bytes.extracting(0..<end), from: body.offset, into: &findings)
    conversation[walkerOf: context.sender] = body.walker
    let role = conversation.role(of: &body, header, &findings, context.sender)
    let message = MongoDBMessage(role: role, head: body.head, findings: findings)
    switch progress {
    case .done(let offset): return .message(message, MessageExtent(byteCount: offset, skippedByteCount: header.byteCount - offset))
    case .starved(let offset): return .message(message, MessageExtent(byteCount: offset, ending: .continues))
    case .paused(let offset, let skipped):
      let ending: MessageExtent.Ending = findings.totals == nil ? .continues : .complete
      return .message(message, MessageExtent(byteCount: offset, skippedByteCount: skipped, ending: ending))
    }
  }

  /// Further elements of the message under way.
  private static func goOn(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MongoDBConversation
  ) -> ParseStep<MongoDBMessage> {
    var findings = MongoDBFindings()
    var walker = conversation[walkerOf: context.sender]
    let progress = walker.advance(bytes, from: 0, into: &findings)
    conversation[walkerOf: context.sender] = walker
    if context.sender == .server { conversation.noteCursor(&findings) }
    let message = MongoDBMessage(role: .interim, findings: findings)
    switch progress {
    case .done(let offset): return .part(message, MessageExtent(byteCount: offset))
    case .starved(0): return .incomplete(scannedByteCount: 0)
    case .starved(let offset): return .part(message, MessageExtent(byteCount: offset, ending: .continues))
    case .paused(let offset, let skipped):
      // A step takes at least one byte, be it the first of those that are skipped.
      let taken = max(offset, 1)
      let ending: MessageExtent.Ending = findings.totals == nil ? .continues : .complete
      return .part(message, MessageExtent(byteCount: taken, skippedByteCount: skipped - (taken - offset), ending: ending))
    }
  }

  /// ```
  ///   16                 20                  24              25
  ///   | original opcode | uncompressed size | compressor id | compressed message
  /// ```
  private static func compressed(
    _ header: MongoDBHeader, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MongoDBConversation
  ) -> ParseStep<MongoDBMessage> {
    let dataStart = headerByteCount + compressionHeadByteCount
    guard bytes.byteCount >= dataStart else { return .invalid("a compressed message without its head") }
    let operation = Int32(bitPattern: bytes.loadLittleEndian32(at: 16))
    let size = bytes.loadLittleEndian32(at: 20)
    let compressor = bytes.load8(at: 24)
    guard MongoDBOperation.name(operation) != nil, operation != MongoDBOperation.compressed, size <= longestMessage,
      MongoDBCompressor.name(compressor) != nil
    else { return .invalid("a compressed message of an unknown kind") }
    let decompressed = MongoDBCompressor.decompress(
      compressor, dataStart..<bytes.byteCount, bytes, limit: min(Int(size), compressedByteLimit))
    var body = Body(header, context.sender)
    body.head.operation = operation
    body.head.compressor = compressor
    var findings = MongoDBFindings()
    let span = decompressed.span
    if body.read(span.bytes, from: 0, messageEnd: Int(size), operation) {
      _ = body.walker.advance(span.bytes, from: body.offset, into: &findings)
    }
    if findings.totals == nil || decompressed.count < size { findings.isPartial = true }
    let role = conversation.role(of: &body, header, &findings, context.sender)
    let message = MongoDBMessage(role: role, head: body.head, findings: findings, decompressed: decompressed)
    return .message(message, MessageExtent(byteCount: bytes.byteCount, skippedByteCount: header.byteCount - bytes.byteCount))
  }

  /// What stands between the header and the documents.
  struct Body {
    var head: MongoDBHead
    var walker = MongoDBWalker()
    /// Where the walker begins.
    var offset = 0
    var flags: UInt32 = 0

    init(_ header: MongoDBHeader, _ sender: MessageSender) {
      head = MongoDBHead(
        operation: header.operation, isFromServer: sender == .server, requestIdentifier: header.requestIdentifier,
        responseTo: header.responseTo)
    }

    /// `false` when the bytes do not have the operation's form. What is only missing is no fault.
    mutating func read(_ bytes: RawSpan, from start: Int, messageEnd: Int, _ operation: Int32) -> Bool {
      offset = start
      func remaining(_ offset: Int) -> Int { max(0, messageEnd - offset) }
      switch operation {
      case MongoDBOperation.message:
        flags = bytes.littleEndian32(at: start) ?? 0
        // Of the lower sixteen bits unknown ones must be refused (mongodb/specifications, OP_MSG, "flagBits").
        guard flags & 0xfffc == 0 else { return false }
        offset = min(start + 4, bytes.byteCount)
        let hasChecksum = flags & MongoDBFlags.checksumPresent != 0
        walker = MongoDBWalker(.sections(hasChecksum: hasChecksum), isReply: head.isFromServer, remaining: remaining(offset))
        if bytes.uint8(at: offset) == 0 { head.document = document(bytes, at: offset + 1) }
      case MongoDBOperation.reply:
        guard bytes.byteCount >= start + 20 else { return true }
        head.replyFlags = bytes.loadLittleEndian32(at: start)
        head.cursorIdentifier = bytes.loadLittleEndian64(at: start + 4)
        head.returnedDocumentCount = bytes.loadLittleEndian32(at: start + 16)
        offset = start + 20
        walker = MongoDBWalker(.documents, isReply: true, remaining: remaining(offset))
        head.document = document(bytes, at: offset)
      case MongoDBOperation.query, MongoDBOperation.insert, MongoDBOperation.update, MongoDBOperation.delete, MongoDBOperation.getMore:
        return readNamespace(bytes, start, messageEnd, operation)
      case MongoDBOperation.command, MongoDBOperation.commandReply:
        readCommand(bytes, start, messageEnd, operation)
      default:
        walker = MongoDBWalker(.documents, isReply: head.isFromServer, remaining: 0)
        offset = min(messageEnd, bytes.byteCount)
      }
      return true
    }

    /// Flags (or a zero), `database.collection`, and numbers that differ by operation.
    private mutating func readNamespace(_ bytes: RawSpan, _ start: Int, _ messageEnd: Int, _ operation: Int32) -> Bool {
      guard let nameEnd = bytes.firstIndex(of: 0, from: start + 4, to: start + 4 + MongoDBParser.longestNamespace) else {
        return bytes.byteCount - start <= MongoDBParser.longestNamespace
      }
      head.fullCollectionName = start + 4..<nameEnd
      let numberByteCount: Int
      switch operation {
      case MongoDBOperation.query: numberByteCount = 8
      case MongoDBOperation.update, MongoDBOperation.delete: numberByteCount = 4
      default: numberByteCount = 0
      }
      offset = min(nameEnd + 1 + numberByteCount, bytes.byteCount)
      if operation == MongoDBOperation.getMore {
        head.cursorIdentifier = bytes.littleEndian64(at: nameEnd + 5) ?? 0
        walker = MongoDBWalker(.documents, isReply: false, remaining: 0)
        offset = min(messageEnd, bytes.byteCount)
        return true
      }
      walker = MongoDBWalker(.documents, isReply: false, remaining: max(0, messageEnd - offset))
      head.document = document(bytes, at: offset)
      return true
    }

    /// Database, command, then documents; a reply has documents only.
    private mutating func readCommand(_ bytes: RawSpan, _ start: Int, _ messageEnd: Int, _ operation: Int32) {
      offset = start
      if operation == MongoDBOperation.command {
        guard let databaseEnd = bytes.firstIndex(of: 0, from: start, to: start + MongoDBParser.longestNamespace),
          let commandEnd = bytes.firstIndex(of: 0, from: databaseEnd + 1, to: databaseEnd + 1 + MongoDBParser.longestNamespace)
        else {
          offset = bytes.byteCount
          return
        }
        head.fullCollectionName = start..<databaseEnd
        offset = commandEnd + 1
      }
      walker = MongoDBWalker(.documents, isReply: operation == MongoDBOperation.commandReply, remaining: max(0, messageEnd - offset))
      head.document = document(bytes, at: offset)
    }

    private func document(_ bytes: RawSpan, at offset: Int) -> Range<Int>? {
      guard let length = bytes.littleEndian32(at: offset), length >= 5, length <= UInt32(Int32.max) else { return nil }
      return offset..<min(bytes.byteCount, offset + Int(length))
    }
  }
}

/// ```
///   0                4            8             12       16
///   | message length | request id | response to | opcode |
/// ```
struct MongoDBHeader {
  var byteCount: Int
  var requestIdentifier: UInt32
  var responseTo: UInt32
  var operation: Int32

  /// `nil` when the bytes are too few or no header.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= MongoDBParser.headerByteCount else { return nil }
    let length = bytes.loadLittleEndian32(at: 0)
    operation = Int32(bitPattern: bytes.loadLittleEndian32(at: 12))
    guard length >= MongoDBHeader.leastByteCount(operation), length <= MongoDBParser.longestMessage, MongoDBOperation.name(operation) != nil
    else { return nil }
    byteCount = Int(length)
    requestIdentifier = bytes.loadLittleEndian32(at: 4)
    responseTo = bytes.loadLittleEndian32(at: 8)
  }

  /// The shortest message of an operation.
  static func leastByteCount(_ operation: Int32) -> UInt32 {
    switch operation {
    case MongoDBOperation.message: 16 + 4 + 1 + 5
    case MongoDBOperation.reply: 16 + 20
    case MongoDBOperation.query: 16 + 4 + 2 + 8 + 5
    case MongoDBOperation.compressed: 16 + 9
    default: 16 + 4
    }
  }
}
