import Wire

/// Whether bytes are MySQL. A greeting, a login, a statement and the columns of a result are unmistakable; short commands and responses count
/// only at a usual port, or behind a loss.
enum MySQLRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let toUsualPort = MySQL.facts.ports.contains(context.destinationPort)
    let fromUsualPort = MySQL.facts.ports.contains(context.sourcePort)
    let isTrusted = context.isResynchronizing || toUsualPort || fromUsualPort
    let sender = context.likelySender ?? (toUsualPort == fromUsualPort ? nil : toUsualPort ? .client : .server)
    if sender != .server {
      let verdict = client(bytes, isTrusted: isTrusted && sender == .client)
      if verdict != .no { return verdict }
    }
    if sender != .client {
      let verdict = server(bytes, isTrusted: isTrusted && sender == .server)
      if verdict != .no { return verdict }
    }
    switch sender {
    case .client?: return compressed(bytes, .client).map { _ in .likely(.client) } ?? .no
    case .server?: return compressed(bytes, .server).map { _ in .likely(.server) } ?? .no
    case nil: return compressed(bytes, .client).map { _ in .likely(.client) } ?? .no
    }
  }

  // MARK: Clients

  private static func client(_ bytes: RawSpan, isTrusted: Bool) -> Recognition {
    // Nothing a client begins with is longer than sixteen megabytes less two, and few are longer than 64 KiB.
    guard let header = MySQLPacketHeader(bytes, at: 0) else { return .needsMore }
    guard header.length > 0 else { return .no }
    if header.sequence == 1 { return login(bytes, header) }
    guard header.sequence == 0 else { return .no }
    guard let code = bytes.uint8(at: 4) else { return .needsMore }
    let command = MySQLCommand(code: code)
    guard command.name != nil else { return .no }
    let end = 4 + header.length
    if command.hasStatement { return statement(bytes, end) }
    guard isSound(command, header.length, bytes, end) else { return .no }
    // A pool of connections asks whether the server lives before it asks anything else.
    if command == .ping, bytes.byteCount == end { return .likely(.client) }
    if bytes.byteCount < end { return isTrusted && header.length <= 64 ? .needsMore : .no }
    // Commands may follow one another: the next one's beginning must be one as well.
    guard bytes.byteCount == end || bytes.uint8(at: end + 3) ?? 0 == 0 else { return .no }
    return isTrusted ? .likely(.client) : .no
  }

  private static func login(_ bytes: RawSpan, _ header: MySQLPacketHeader) -> Recognition {
    guard header.length >= MySQLLoginReader.fixedByteCount, header.length <= 70_000 else { return .no }
    let fixedEnd = 4 + MySQLLoginReader.fixedByteCount
    guard bytes.byteCount >= fixedEnd else {
      for offset in 13..<32 where bytes.uint8(at: offset) ?? 0 != 0 { return .no }
      if let flags = bytes.littleEndian32(at: 4), flags & MySQLConversation.Capability.protocol41 == 0 { return .no }
      return .needsMore
    }
    let content = 4..<min(bytes.byteCount, 4 + header.length)
    guard header.length == MySQLLoginReader.fixedByteCount || content.count > MySQLLoginReader.fixedByteCount else { return .needsMore }
    return MySQLLoginReader.isLogin(bytes, content) ? .certain(.client) : .no
  }

  /// COM_QUERY or COM_STMT_PREPARE: the text begins with a word that a statement begins with.
  private static func statement(_ bytes: RawSpan, _ end: Int) -> Recognition {
    var start = 5
    if bytes.uint8(at: 5) == 0, bytes.uint8(at: 6) == 1 { start = 7 }
    let limit = min(bytes.byteCount, end, start + 4096)
    var scanner = SQLScanner(.mySQL)
    _ = start < limit ? scanner.take(start..<limit, bytes, isLast: limit == end) : start
    let digest = scanner.digestSoFar()
    if digest.verb != nil { return .certain(.client) }
    guard digest.shape.isEmpty || digest.shape.allSatisfy({ $0 == 0x28 }), limit < end, limit - start < 64 || !digest.comments.isEmpty
    else {
      return .no
    }
    guard start >= limit || isTextStart(bytes.load8(at: start)) else { return .no }
    return limit == bytes.byteCount ? .needsMore : .no
  }

  /// A letter, a blank, a parenthesis or the beginning of a comment.
  private static func isTextStart(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 || byte == 0x28 || byte == 0x2f || byte == 0x2d
      || byte == 0x23
  }

  private static func isSound(_ command: MySQLCommand, _ length: Int, _ bytes: RawSpan, _ end: Int) -> Bool {
    switch command {
    case .quit, .ping, .statistics, .processInformation: return length == 1
    case .initializeDatabase, .createDatabase, .dropDatabase:
      return (2...257).contains(length) && bytes.isText(5..<max(5, min(end, bytes.byteCount)))
    case .closeStatement, .resetStatement, .processKill: return length == 5
    case .fetch: return length == 9
    case .execute:
      // One iteration, and no flags but the four there are.
      return length >= 10 && bytes.uint8(at: 9) ?? 0 <= 15 && bytes.littleEndian32(at: 10) ?? 1 == 1
    case .fieldList: return (2...514).contains(length)
    case .setOption: return length == 3
    case .changeUser, .sendLongData: return length > 6
    default: return command.code == 31 && length == 1
    }
  }

  // MARK: Servers

  private static func server(_ bytes: RawSpan, isTrusted: Bool) -> Recognition {
    guard let header = MySQLPacketHeader(bytes, at: 0) else { return .needsMore }
    guard header.length > 0 else { return .no }
    guard let first = bytes.uint8(at: 4) else { return header.sequence <= 1 ? .needsMore : .no }
    if header.sequence == 0 { return greeting(bytes, header, first, isTrusted: isTrusted) }
    guard header.sequence == 1 else { return .no }
    switch first {
    case 0 where isTrusted && (7...512).contains(header.length):
      return bytes.byteCount >= 4 + header.length ? .likely(.server) : .needsMore
    case 0xff where isTrusted && header.length >= 9:
      guard let mark = bytes.uint8(at: 7) else { return .needsMore }
      return mark == 0x23 ? .likely(.server) : .no
    default: return columns(bytes, header, isTrusted: isTrusted)
    }
  }

  private static func greeting(_ bytes: RawSpan, _ header: MySQLPacketHeader, _ first: UInt8, isTrusted: Bool) -> Recognition {
    guard header.length <= 1024 else { return .no }
    if first == 0xff, isTrusted {
      // "Too many connections", "Host is not allowed to connect".
      guard header.length >= 8, let code = bytes.littleEndian16(at: 5) else { return .needsMore }
      return (1000...1999).contains(code) ? .likely(.server) : .no
    }
    guard first == 10, header.length >= 16 else { return .no }
    let end = min(bytes.byteCount, 4 + header.length)
    guard let digit = bytes.uint8(at: 5) else { return .needsMore }
    guard digit.isASCIIDigit else { return .no }
    guard let version = bytes.zeroTerminated(at: 5, to: min(end, 70)) else {
      return bytes.byteCount < 70 && bytes.isText(5..<end) ? .needsMore : .no
    }
    guard version.count >= 3, bytes.isText(version), bytes.firstIndex(of: 0x2e, from: 5, to: version.upperBound) != nil else { return .no }
    guard bytes.byteCount >= 4 + header.length else { return .needsMore }
    return MySQLLoginReader.greeting(bytes, 4..<4 + header.length) == nil ? .no : .certain(.server)
  }

  /// A count of columns, and behind it the first column's definition, which begins with the catalog `def`.
  private static func columns(_ bytes: RawSpan, _ header: MySQLPacketHeader, isTrusted: Bool) -> Recognition {
    guard header.length <= 4, let (count, _) = bytes.lengthEncoded(at: 4), count > 0, count <= 4096 else { return .no }
    let next = 4 + header.length
    guard let second = MySQLPacketHeader(bytes, at: next) else { return .needsMore }
    guard second.sequence == 2 else { return .no }
    guard bytes.byteCount >= next + 8 else { return .needsMore }
    if bytes.hasBytes("\u{3}def", at: next + 4) { return .certain(.server) }
    // MariaDB leaves out the columns that the client knows: rows follow, or their end.
    let isWithout = header.length == 2 && bytes.load8(at: 5) == 0 && (bytes.load8(at: next + 4) == 0 || bytes.load8(at: next + 4) == 0xfe)
    return isWithout && isTrusted ? .likely(.server) : .no
  }

  // MARK: The compressed protocol

  /// The compressed packet's end when `bytes` begin with one that holds the beginning of a message.
  static func compressed(_ bytes: RawSpan, _ sender: MessageSender) -> Int? {
    guard let length = bytes.littleEndian24(at: 0), let unpackedLength = bytes.littleEndian24(at: 4), length >= 5 else { return nil }
    let sequence = bytes.load8(at: 3)
    let end = MySQLUnpacker.headerByteCount + Int(length)
    guard sequence == (sender == .client ? 0 : 1), bytes.byteCount >= end else { return nil }
    let content = MySQLUnpacker.headerByteCount..<end
    if unpackedLength == 0 {
      return begins(bytes.extracting(content), sender) ? end : nil
    }
    guard Int(unpackedLength) >= content.count / 2, unpackedLength <= 1 << 20 else { return nil }
    let isZlib = bytes.uint8(at: 7) == 0x78 && (bytes.bigEndian16(at: 7) ?? 1) % 31 == 0
    guard isZlib || bytes.littleEndian32(at: 7) == 0xfd2f_b528 else { return nil }
    let limit = Int(unpackedLength)
    let unpacked = isZlib ? DecompressedPrefix.zlib(content, bytes, limit: limit) : DecompressedPrefix.zstd(content, bytes, limit: limit)
    return unpacked.count == limit && begins(unpacked.span.bytes, sender) ? end : nil
  }

  private static func begins(_ bytes: RawSpan, _ sender: MessageSender) -> Bool {
    let verdict = sender == .client ? client(bytes, isTrusted: true) : server(bytes, isTrusted: true)
    return verdict == .certain(sender) || verdict == .likely(sender)
  }
}
