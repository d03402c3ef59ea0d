import Wire

/// Whether bytes are PostgreSQL: by the number an opening begins with, by the text of a statement, by an error with its fields, or by
/// messages that fill a chunk and end as batches end.
enum PostgreSQLRecognition {
  /// Messages of a chunk that are walked.
  private static let walkLimit = 64

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    guard let first = bytes.uint8(at: 0) else { return .needsMore }
    let toUsualPort = PostgreSQL.facts.ports.contains(context.destinationPort)
    let fromUsualPort = PostgreSQL.facts.ports.contains(context.sourcePort)
    let sender = context.likelySender ?? (toUsualPort == fromUsualPort ? nil : toUsualPort ? .client : .server)
    let isTrusted = context.isResynchronizing || toUsualPort || fromUsualPort
    if first == 0 { return sender == .server ? .no : opening(bytes) }
    if sender != .server, PostgreSQLWire.isClientType(first) {
      let verdict = client(bytes, first, isTrusted: isTrusted && sender == .client)
      if verdict != .no { return verdict }
    }
    if sender != .client, PostgreSQLWire.isServerType(first) || first == 0x47 {
      // The answer to a wish for encryption is one letter.
      if bytes.byteCount == 1, fromUsualPort, first == 0x53 || first == 0x4e { return .likely(.server) }
      return server(bytes, first, isTrusted: isTrusted && sender == .server)
    }
    return .no
  }

  // MARK: Clients

  private static func opening(_ bytes: RawSpan) -> Recognition {
    guard let length = bytes.bigEndian32(at: 0) else {
      return bytes.uint8(at: 1) ?? 0 == 0 ? .needsMore : .no
    }
    guard length >= 8, length <= 10_000 else { return .no }
    guard let code = bytes.bigEndian32(at: 4) else { return .needsMore }
    switch code {
    case PostgreSQLWire.tlsRequest, PostgreSQLWire.gssRequest: return length == 8 ? .certain(.client) : .no
    case PostgreSQLWire.cancelRequest: return length >= 16 ? .certain(.client) : .no
    case PostgreSQLWire.version3...PostgreSQLWire.version3 + 2:
      // The first parameter is the user, as a rule; its name is text in any case.
      guard bytes.byteCount >= 13 || bytes.byteCount >= Int(length) else { return .needsMore }
      guard let name = bytes.zeroTerminated(at: 8, to: min(bytes.byteCount, 8 + 64)) else {
        return bytes.byteCount < 72 && bytes.isText(8..<bytes.byteCount) ? .needsMore : .no
      }
      return name.count >= 4 && bytes.isText(name) ? .certain(.client) : .no
    default: return .no
    }
  }

  private static func client(_ bytes: RawSpan, _ first: UInt8, isTrusted: Bool) -> Recognition {
    guard let message = PostgreSQLWire(bytes, at: 0) else { return waits(bytes) }
    let end = PostgreSQLWire.headerByteCount + message.contentByteCount
    switch first {
    case 0x51 where message.contentByteCount > 0: return statement(bytes, PostgreSQLWire.headerByteCount, end)
    case 0x50:
      let limit = min(bytes.byteCount, end, PostgreSQLWire.headerByteCount + PostgreSQLClientParser.longestName)
      guard let name = bytes.zeroTerminated(at: PostgreSQLWire.headerByteCount, to: limit) else {
        return limit == bytes.byteCount && bytes.isText(PostgreSQLWire.headerByteCount..<limit) ? .needsMore : .no
      }
      return bytes.isText(name) ? statement(bytes, name.upperBound + 1, end) : .no
    case 0x42, 0x44, 0x43, 0x45, 0x53, 0x48: return batch(bytes, isTrusted: isTrusted)
    case 0x58: return isTrusted && message.contentByteCount == 0 && bytes.byteCount == end ? .likely(.client) : .no
    case 0x70, 0x64, 0x63: return isTrusted && end <= bytes.byteCount ? .likely(.client) : .no
    default: return .no
    }
  }

  /// The text from `start` to a zero, at the latest before `end`, begins with a word that a statement begins with.
  private static func statement(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Recognition {
    let limit = min(bytes.byteCount, end, start + 4096)
    let zero = start < limit ? bytes.firstIndex(of: 0, from: start, to: limit) : nil
    guard end <= bytes.byteCount ? zero != nil : true else { return .no }
    var scanner = SQLScanner(.postgreSQL)
    if start < limit { _ = scanner.take(start..<(zero ?? limit), bytes, isLast: zero != nil) }
    let digest = scanner.digestSoFar()
    if digest.verb != nil { return .certain(.client) }
    // Nonsense, as a whole: a text that ends with the chunk, and a length that says so.
    if end == bytes.byteCount, zero == end - 1, start < end - 1, bytes.isText(start..<end - 1) { return .likely(.client) }
    let isPrefix = zero == nil && limit == bytes.byteCount && limit < end
    guard isPrefix, digest.shape.allSatisfy({ $0 == 0x28 }), start >= limit || bytes.isText(start..<min(limit, start + 1)) else {
      return .no
    }
    return limit - start < 64 || !digest.comments.isEmpty ? .needsMore : .no
  }

  /// Messages of an extended query that fill the chunk and end with Sync or Flush.
  private static func batch(_ bytes: RawSpan, isTrusted: Bool) -> Recognition {
    var offset = 0
    var last: UInt8 = 0
    for _ in 0..<walkLimit where offset < bytes.byteCount {
      let type = bytes.load8(at: offset)
      guard PostgreSQLWire.isClientType(type) else { return .no }
      guard let message = PostgreSQLWire(bytes, at: offset) else {
        return bytes.byteCount - offset < PostgreSQLWire.headerByteCount && isTrusted ? .needsMore : .no
      }
      guard isSound(type, message.contentByteCount, offset, bytes) else { return .no }
      last = type
      offset += PostgreSQLWire.headerByteCount + message.contentByteCount
    }
    guard offset <= bytes.byteCount else { return isTrusted ? .likely(.client) : .no }
    guard offset == bytes.byteCount, last == 0x53 || last == 0x48 else { return isTrusted ? .likely(.client) : .no }
    return offset > PostgreSQLWire.headerByteCount ? .certain(.client) : isTrusted ? .likely(.client) : .no
  }

  private static func isSound(_ type: UInt8, _ length: Int, _ offset: Int, _ bytes: RawSpan) -> Bool {
    let content = offset + PostgreSQLWire.headerByteCount
    switch type {
    case 0x53, 0x48, 0x58, 0x63: return length == 0
    // A name's zero and a number of rows; a kind and a name; two names and three counts.
    case 0x45: return length >= 5 && length <= 5 + 64 && endsWithZero(content, length - 4, bytes)
    case 0x44, 0x43:
      let kind = bytes.uint8(at: content) ?? 0x53
      return length >= 2 && length <= 2 + 64 && (kind == 0x53 || kind == 0x50) && endsWithZero(content, length, bytes)
    case 0x42: return length >= 8
    case 0x51, 0x50: return length >= 1
    default: return false
    }
  }

  private static func endsWithZero(_ start: Int, _ length: Int, _ bytes: RawSpan) -> Bool {
    bytes.uint8(at: start + length - 1) ?? 0 == 0
  }

  // MARK: Servers

  private static func server(_ bytes: RawSpan, _ first: UInt8, isTrusted: Bool) -> Recognition {
    guard let message = PostgreSQLWire(bytes, at: 0) else { return waits(bytes) }
    switch first {
    case 0x52:
      let length = message.contentByteCount
      guard length >= 4, length <= 4096, let code = bytes.bigEndian32(at: 5) else {
        return length >= 4 && length <= 4096 && bytes.byteCount < 9 ? .needsMore : .no
      }
      let isSound =
        switch code {
        case 0, 2, 3, 7, 9: length == 4
        case 5: length == 8
        case 10: length > 8
        case 8, 11, 12: length >= 4 && isTrusted
        default: false
        }
      return isSound ? .certain(.server) : .no
    case 0x45: return failure(bytes, message, isTrusted: isTrusted)
    case 0x54: return columns(bytes, message)
    default: return answers(bytes, isTrusted: isTrusted)
    }
  }

  /// `S`, a severity, and further fields.
  private static func failure(_ bytes: RawSpan, _ message: PostgreSQLWire, isTrusted: Bool) -> Recognition {
    guard message.contentByteCount >= 8, message.contentByteCount <= 1 << 16 else { return .no }
    guard let letter = bytes.uint8(at: 5) else { return .needsMore }
    guard letter == 0x53 else { return .no }
    guard let severity = bytes.zeroTerminated(at: 6, to: min(bytes.byteCount, 6 + 32)) else {
      return bytes.byteCount < 38 && bytes.isText(6..<bytes.byteCount) ? .needsMore : .no
    }
    guard let next = bytes.uint8(at: severity.upperBound + 1) else { return .needsMore }
    return !severity.isEmpty && bytes.isText(severity) && (next == 0x56 || next == 0x43) ? .certain(.server) : .no
  }

  /// RowDescription: fields of a name and eighteen bytes.
  private static func columns(_ bytes: RawSpan, _ message: PostgreSQLWire) -> Recognition {
    let end = PostgreSQLWire.headerByteCount + message.contentByteCount
    guard message.contentByteCount <= 1 << 16, let count = bytes.bigEndian16(at: 5) else { return bytes.byteCount < 7 ? .needsMore : .no }
    guard count <= 1664, message.contentByteCount >= 2 + 19 * Int(count) else { return .no }
    guard bytes.byteCount >= end else { return .needsMore }
    var offset = 7
    for _ in 0..<count {
      guard let name = bytes.zeroTerminated(at: offset, to: end), bytes.isText(name) else { return .no }
      offset = name.upperBound + 1 + 18
    }
    return offset == end && count > 0 ? .certain(.server) : .no
  }

  /// Answers that fill the chunk; those that end with ReadyForQuery are unmistakable.
  private static func answers(_ bytes: RawSpan, isTrusted: Bool) -> Recognition {
    var offset = 0
    for index in 0..<walkLimit where offset < bytes.byteCount {
      let type = bytes.load8(at: offset)
      guard PostgreSQLWire.isServerType(type) else { return .no }
      guard let message = PostgreSQLWire(bytes, at: offset) else {
        return bytes.byteCount - offset < PostgreSQLWire.headerByteCount && isTrusted ? index > 0 ? .likely(.server) : .needsMore : .no
      }
      let length = message.contentByteCount
      let content = offset + PostgreSQLWire.headerByteCount
      switch type {
      case 0x31, 0x32, 0x33, 0x6e, 0x73, 0x49, 0x63: guard length == 0 else { return .no }
      case 0x5a:
        guard length == 1 else { return .no }
        guard let state = bytes.uint8(at: content) else { return isTrusted ? .needsMore : .no }
        guard state == 0x49 || state == 0x54 || state == 0x45 else { return .no }
        if content + 1 == bytes.byteCount { return .certain(.server) }
      case 0x43: guard length >= 3, length <= 64, bytes.uint8(at: content + length - 1) ?? 0 == 0 else { return .no }
      default: break
      }
      offset = content + length
    }
    return isTrusted ? .likely(.server) : .no
  }

  /// A head that is not there as a whole: its length must begin with a zero.
  private static func waits(_ bytes: RawSpan) -> Recognition {
    bytes.byteCount < PostgreSQLWire.headerByteCount && bytes.uint8(at: 1) ?? 0 == 0 ? .needsMore : .no
  }
}
