import Wire

/// Frames of CQL to parse steps.
enum CassandraParser {
  /// Bytes of a body that are waited for.
  static let headByteCount = SQLSummary.shownByteCount

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    let frame: CassandraFrame
    switch CassandraFrame.read(bytes, at: 0) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a frame")
    case .frame(let read): frame = read
    }
    guard frame.isResponse == (context.sender == .server) else { return .invalid("a frame of the other side") }
    let present = min(bytes.byteCount - frame.headByteCount, frame.bodyByteCount)
    guard present >= min(frame.bodyByteCount, headByteCount) || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let body = frame.headByteCount..<frame.headByteCount + present
    let extent = MessageExtent(byteCount: body.upperBound, skippedByteCount: frame.bodyByteCount - present)
    let key = ExchangeKey.identifier(UInt64(UInt16(bitPattern: frame.stream)))
    var message = CassandraMessage(
      frame: frame.opcode, version: frame.version, stream: frame.stream, role: frame.isResponse ? .response(key) : .request(key))
    if frame.opcode == .event { message.role = .oneWay }
    guard !frame.isCompressed else { return .message(message, extent) }
    let shown = body.prefix(headByteCount)
    if frame.isResponse {
      response(frame, shown, bytes, &message, &conversation)
    } else {
      request(frame, shown, bytes, &message, &conversation)
    }
    return .message(message, extent)
  }

  // MARK: Requests

  private static func request(
    _ frame: CassandraFrame, _ body: Range<Int>, _ bytes: RawSpan, _ message: inout CassandraMessage,
    _ conversation: inout CassandraConversation
  ) {
    var start = body.lowerBound
    // A custom payload stands first.
    if frame.flags & 4 != 0 {
      guard let end = bytesMap(bytes, start, body.upperBound) else { return }
      start = end
    }
    switch frame.opcode {
    case .query, .prepare:
      guard let text = longString(bytes, start, body.upperBound) else { return }
      message.text = text
      message.digest = SQLScanner.digest(text, bytes, .cql)
      if frame.opcode == .prepare, let digest = message.digest {
        let shown = digest.hasCredentials ? digest.shape : bytes.copy(text)
        conversation.prepare(CassandraConversation.Statement(text: shown, digest: digest), on: frame.stream)
      }
    case .execute:
      guard let identifier = shortBytes(bytes, start, body.upperBound) else { return }
      let statement = conversation.statement(bytes.copy(identifier))
      message.known = statement?.text
      message.digest = statement?.digest
    case .batch: batch(start, body.upperBound, bytes, &message, conversation)
    default: break
    }
  }

  /// The first statement of a batch stands for it: its kind, a count, then the kind and text or name of the first.
  private static func batch(
    _ start: Int, _ end: Int, _ bytes: RawSpan, _ message: inout CassandraMessage, _ conversation: CassandraConversation
  ) {
    guard let kind = bytes.uint8(at: start + 3), start + 4 <= end else { return }
    if kind == 0 {
      guard let text = longString(bytes, start + 4, end) else { return }
      message.text = text
      message.digest = SQLScanner.digest(text, bytes, .cql)
    } else if let identifier = shortBytes(bytes, start + 4, end), let statement = conversation.statement(bytes.copy(identifier)) {
      message.known = statement.text
      message.digest = statement.digest
    }
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
      guard let end = stringList(bytes, start, body.upperBound) else { return }
      start = end
    }
    if frame.flags & 4 != 0 {
      guard let end = bytesMap(bytes, start, body.upperBound) else { return }
      start = end
    }
    switch frame.opcode {
    case .error:
      conversation.forgetPreparing(on: frame.stream)
      guard let code = bytes.bigEndian32(at: start), let length = bytes.bigEndian16(at: start + 4), start + 6 <= body.upperBound else {
        return
      }
      message.failure = (code, start + 6..<min(body.upperBound, start + 6 + Int(length)))
    case .result:
      guard let kind = bytes.bigEndian32(at: start), start + 4 <= body.upperBound else { return }
      switch kind {
      case 1: message.result = "void"
      case 2: message.result = "rows"
      case 3: message.result = "set keyspace"
      case 4:
        message.result = "prepared"
        if let identifier = shortBytes(bytes, start + 4, body.upperBound) { conversation.name(bytes.copy(identifier), on: frame.stream) }
      case 5: message.result = "schema change"
      default: break
      }
    default: break
    }
  }

  // MARK: Notations, §3

  private static func longString(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Range<Int>? {
    guard let length = bytes.bigEndian32(at: start), start + 4 <= end, length <= UInt32(CassandraFrame.longestBody) else { return nil }
    return start + 4..<min(end, start + 4 + Int(length))
  }

  private static func shortBytes(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Range<Int>? {
    guard let length = bytes.bigEndian16(at: start), start + 2 + Int(length) <= end else { return nil }
    return start + 2..<start + 2 + Int(length)
  }

  private static func stringList(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
    guard let count = bytes.bigEndian16(at: start) else { return nil }
    var offset = start + 2
    for _ in 0..<count {
      guard let text = shortBytes(bytes, offset, end) else { return nil }
      offset = text.upperBound
    }
    return offset
  }

  private static func bytesMap(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
    guard let count = bytes.bigEndian16(at: start) else { return nil }
    var offset = start + 2
    for _ in 0..<count {
      guard let key = shortBytes(bytes, offset, end), let length = bytes.bigEndian32(at: key.upperBound) else { return nil }
      let size = Int32(bitPattern: length) > 0 ? Int(length) : 0
      guard size <= end - key.upperBound else { return nil }
      offset = key.upperBound + 4 + size
    }
    return offset <= end ? offset : nil
  }
}
