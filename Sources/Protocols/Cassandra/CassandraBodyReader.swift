import Wire

/// Reads the beginnings of bodies: statements of requests, what a result is, errors.
enum CassandraBodyReader {
  static func read(
    _ frame: CassandraFrame, _ body: Range<Int>, _ bytes: RawSpan, _ message: inout CassandraMessage,
    _ conversation: inout CassandraConversation
  ) {
    // Reading never goes beyond the body.
    let bytes = bytes.extracting(0..<body.upperBound)
    if frame.isResponse {
      response(frame, body, bytes, &message, &conversation)
    } else {
      request(frame, body, bytes, &message, &conversation)
    }
  }

  // MARK: Requests

  private static func request(
    _ frame: CassandraFrame, _ body: Range<Int>, _ bytes: RawSpan, _ message: inout CassandraMessage,
    _ conversation: inout CassandraConversation
  ) {
    var start = body.lowerBound
    // A custom payload stands first.
    if frame.flags & 4 != 0 {
      guard let end = bytes.cqlBytesMap(at: start) else { return }
      start = end
    }
    switch frame.opcode {
    case .query, .prepare, .execute, .batch: message.keyspace = conversation.keyspace
    case .startup:
      // A connection begins.
      conversation = CassandraConversation()
      conversation.compression = compression(bytes, start)
    default: break
    }
    switch frame.opcode {
    case .query, .prepare:
      guard let text = bytes.cqlLongString(at: start) else { return }
      message.text = text
      message.digest = SQLScanner.digest(text, bytes, .cql)
      if frame.opcode == .prepare, let digest = message.digest {
        let shown = digest.hasCredentials ? digest.shape : bytes.copy(text)
        conversation.prepare(CassandraConversation.Statement(text: shown, digest: digest), on: frame.stream)
      }
    case .execute:
      guard let identifier = bytes.cqlShortBytes(at: start) else { return }
      let statement = conversation.statement(bytes.copy(identifier))
      message.known = statement?.text
      message.digest = statement?.digest
    case .batch: batch(start, bytes, &message, conversation)
    default: break
    }
  }

  /// The first statement of a batch stands for it: its kind, a count, then the kind and text or name of the first.
  private static func batch(
    _ start: Int, _ bytes: RawSpan, _ message: inout CassandraMessage, _ conversation: CassandraConversation
  ) {
    message.statementCount = bytes.bigEndian16(at: start + 1)
    guard message.statementCount ?? 0 > 0, let kind = bytes.uint8(at: start + 3) else { return }
    if kind == 0 {
      guard let text = bytes.cqlLongString(at: start + 4) else { return }
      message.text = text
      message.digest = SQLScanner.digest(text, bytes, .cql)
    } else if let identifier = bytes.cqlShortBytes(at: start + 4), let statement = conversation.statement(bytes.copy(identifier)) {
      message.known = statement.text
      message.digest = statement.digest
    }
  }

  /// The algorithm among the options of STARTUP, §4.1.1.
  private static func compression(_ bytes: RawSpan, _ start: Int) -> CassandraCompression? {
    guard let count = bytes.bigEndian16(at: start) else { return nil }
    var offset = start + 2
    for _ in 0..<count {
      guard let key = bytes.cqlShortBytes(at: offset), let value = bytes.cqlShortBytes(at: key.upperBound) else { return nil }
      if bytes.equalsIgnoringCase("COMPRESSION", in: key) {
        return bytes.equalsIgnoringCase("lz4", in: value) ? .lz4 : bytes.equalsIgnoringCase("snappy", in: value) ? .snappy : nil
      }
      offset = value.upperBound
    }
    return nil
  }

  // MARK: Responses

  private static func response(
    _ frame: CassandraFrame, _ body: Range<Int>, _ bytes: RawSpan, _ message: inout CassandraMessage,
    _ conversation: inout CassandraConversation
  ) {
    var start = body.lowerBound
    // A tracing identifier, warnings and a custom payload stand first.
    if frame.flags & 2 != 0 { start += 16 }
    if frame.flags & 8 != 0 {
      guard let end = bytes.cqlStringList(at: start) else { return }
      start = end
    }
    if frame.flags & 4 != 0 {
      guard let end = bytes.cqlBytesMap(at: start) else { return }
      start = end
    }
    switch frame.opcode {
    case .error:
      conversation.forgetPreparing(on: frame.stream)
      guard let code = bytes.bigEndian32(at: start), let length = bytes.bigEndian16(at: start + 4) else { return }
      message.failure = (code, start + 6..<min(body.upperBound, start + 6 + Int(length)))
    case .result: result(frame, start, bytes, &message, &conversation)
    default: break
    }
  }

  /// Source: §4.2.5 "RESULT".
  private static func result(
    _ frame: CassandraFrame, _ start: Int, _ bytes: RawSpan, _ message: inout CassandraMessage, _ conversation: inout CassandraConversation
  ) {
    guard let kind = bytes.bigEndian32(at: start) else { return }
    switch kind {
    case 1: message.result = "void"
    case 2:
      message.result = "rows"
      message.rowCount = rowCount(frame, start + 4, bytes)
    case 3:
      message.result = "set keyspace"
      if let keyspace = bytes.cqlShortBytes(at: start + 4) {
        conversation.keyspace = bytes.copy(keyspace.prefix(CassandraConversation.longestKeyspace))
      }
    case 4:
      message.result = "prepared"
      if let identifier = bytes.cqlShortBytes(at: start + 4) { conversation.name(bytes.copy(identifier), on: frame.stream) }
    case 5: message.result = "schema change"
    default: break
    }
  }

  /// The number behind the description of the columns, where that is within what is read. Source: §4.2.5.2 "Rows".
  private static func rowCount(_ frame: CassandraFrame, _ start: Int, _ bytes: RawSpan) -> UInt32? {
    guard let flags = bytes.bigEndian32(at: start), let columnCount = bytes.bigEndian32(at: start + 4) else { return nil }
    var offset = start + 8
    if flags & 2 != 0 {
      // Where the next page begins.
      guard let end = bytes.cqlBytes(at: offset) else { return nil }
      offset = end
    }
    if flags & 8 != 0 {
      guard let identifier = bytes.cqlShortBytes(at: offset) else { return nil }
      offset = identifier.upperBound
    }
    if flags & 4 == 0 {
      if flags & 1 != 0 {
        guard let end = bytes.cqlStrings(2, at: offset) else { return nil }
        offset = end
      }
      var index: UInt32 = 0
      while index < columnCount {
        guard let name = bytes.cqlStrings(flags & 1 != 0 ? 1 : 3, at: offset), let end = bytes.cqlType(at: name, depth: 0) else {
          return nil
        }
        offset = end
        index += 1
      }
    }
    return bytes.bigEndian32(at: offset)
  }
}

/// The notations of the specification, §3. Each is `nil` when it is not there as a whole, but for the text of a statement.
extension RawSpan {
  /// Types of columns within one another that are followed.
  private static var cqlDepthLimit: Int { 16 }

  /// As much of the text as is there.
  fileprivate func cqlLongString(at offset: Int) -> Range<Int>? {
    guard let length = bigEndian32(at: offset), length <= UInt32(CassandraFrame.longestBody) else { return nil }
    return offset + 4..<Swift.min(byteCount, offset + 4 + Int(length))
  }

  fileprivate func cqlShortBytes(at offset: Int) -> Range<Int>? {
    guard let length = bigEndian16(at: offset), offset + 2 + Int(length) <= byteCount else { return nil }
    return offset + 2..<offset + 2 + Int(length)
  }

  /// The offset behind bytes whose length may be negative, for none.
  fileprivate func cqlBytes(at offset: Int) -> Int? {
    guard let length = bigEndian32(at: offset) else { return nil }
    let size = Int32(bitPattern: length) > 0 ? Int(length) : 0
    return size <= byteCount - offset - 4 ? offset + 4 + size : nil
  }

  /// The offset behind so many strings.
  fileprivate func cqlStrings(_ count: Int, at offset: Int) -> Int? {
    var offset = offset
    for _ in 0..<count {
      guard let text = cqlShortBytes(at: offset) else { return nil }
      offset = text.upperBound
    }
    return offset
  }

  fileprivate func cqlStringList(at offset: Int) -> Int? {
    bigEndian16(at: offset).flatMap { cqlStrings(Int($0), at: offset + 2) }
  }

  fileprivate func cqlBytesMap(at offset: Int) -> Int? {
    guard let count = bigEndian16(at: offset) else { return nil }
    var offset = offset + 2
    for _ in 0..<count {
      guard let key = cqlShortBytes(at: offset), let end = cqlBytes(at: key.upperBound) else { return nil }
      offset = end
    }
    return offset
  }

  /// The offset behind a type. Source: §4.2.5.2, "option".
  fileprivate func cqlType(at offset: Int, depth: Int) -> Int? {
    guard depth < RawSpan.cqlDepthLimit, let identifier = bigEndian16(at: offset) else { return nil }
    let start = offset + 2
    switch identifier {
    case 0x0000: return cqlStrings(1, at: start)
    case 0x0020, 0x0022: return cqlType(at: start, depth: depth + 1)
    case 0x0021: return cqlType(at: start, depth: depth + 1).flatMap { cqlType(at: $0, depth: depth + 1) }
    case 0x0030:
      guard let names = cqlStrings(2, at: start), let count = bigEndian16(at: names) else { return nil }
      var offset = names + 2
      for _ in 0..<count {
        guard let name = cqlStrings(1, at: offset), let end = cqlType(at: name, depth: depth + 1) else { return nil }
        offset = end
      }
      return offset
    case 0x0031:
      guard let count = bigEndian16(at: start) else { return nil }
      var offset = start + 2
      for _ in 0..<count {
        guard let end = cqlType(at: offset, depth: depth + 1) else { return nil }
        offset = end
      }
      return offset
    default: return start
    }
  }
}
