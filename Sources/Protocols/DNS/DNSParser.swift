import Wire

/// Bytes of DNS to messages. Source: RFC 1035 §4; over TCP with a length before each message, §4.2.2.
enum DNSParser {
  /// Bytes of a message on a stream that are read; the rest of a long one (a zone transfer) is stepped over.
  static let headByteLimit = 4096

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout DNSConversation) -> ParseStep<DNSMessage> {
    if context.isDatagram {
      guard let message = message(bytes, 0..<bytes.byteCount, context.isTruncated, &conversation) else {
        return .invalid("a malformed DNS header or question")
      }
      return .message(message, MessageExtent(byteCount: bytes.byteCount))
    }
    guard let length = bytes.bigEndian16(at: 0) else { return .incomplete(scannedByteCount: 0) }
    guard length >= DNSHeader.byteCount else { return .invalid("a message shorter than its header") }
    if let header = header(bytes, 2), !isSound(header) { return .invalid("a malformed DNS header") }
    let end = 2 + Int(length)
    let headEnd = min(end, headByteLimit)
    guard bytes.byteCount >= headEnd else {
      guard context.isTruncated, let message = message(bytes, 2..<bytes.byteCount, true, &conversation) else {
        return .incomplete(scannedByteCount: 0)
      }
      return .message(message, MessageExtent(byteCount: bytes.byteCount))
    }
    guard let message = message(bytes, 2..<headEnd, end > headEnd, &conversation) else {
      return .invalid("a malformed DNS header or question")
    }
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }

  private static func message(
    _ bytes: RawSpan, _ range: Range<Int>, _ isCut: Bool, _ conversation: inout DNSConversation
  ) -> DNSMessage? {
    guard let header = header(bytes, range.lowerBound, range.upperBound), isSound(header) else { return nil }
    var message = DNSMessage(header: header, range: range, questionKey: 0, continuesTransfer: false)
    switch questions(bytes, range, header) {
    case .all(let first, let end):
      message.question = first
      message.recordsStart = end
    case .cut(let first):
      guard isCut else { return nil }
      message.question = first
    case .malformed: return nil
    }
    let isTransfer = message.question.map { DNSType.isTransfer($0.type) } ?? false
    if let question = message.question {
      message.questionKey = UInt64(DNSName.hash(question.name, bytes, range)) << 32 | UInt64(question.type) << 16
    } else if header.isResponse, let known = conversation.questionKey(of: header.identifier) {
      message.questionKey = known
    }
    if header.isResponse {
      message.continuesTransfer = conversation.continuesTransfer(header.identifier, isTransfer: isTransfer)
    } else {
      conversation.noteQuery(header.identifier, message.questionKey)
    }
    return message
  }

  /// The header at `offset`; `nil` when it is not there as a whole.
  static func header(_ bytes: RawSpan, _ offset: Int, _ end: Int? = nil) -> DNSHeader? {
    guard offset + DNSHeader.byteCount <= end ?? bytes.byteCount else { return nil }
    return DNSHeader(
      identifier: bytes.loadBigEndian16(at: offset), flags: bytes.loadBigEndian16(at: offset + 2),
      questionCount: Int(bytes.loadBigEndian16(at: offset + 4)), answerCount: Int(bytes.loadBigEndian16(at: offset + 6)),
      authorityCount: Int(bytes.loadBigEndian16(at: offset + 8)), additionalCount: Int(bytes.loadBigEndian16(at: offset + 10)))
  }

  /// Whether the header can be one: an opcode that is assigned (IANA DNS Parameters), the reserved bit zero.
  static func isSound(_ header: DNSHeader) -> Bool {
    DNSOpcode.isAssigned(header.opcode) && !header.hasReservedBit
  }

  enum Questions {
    case all(first: DNSQuestion?, end: Int)
    /// The bytes end within the questions; the first one may be there.
    case cut(first: DNSQuestion?)
    case malformed
  }

  static func questions(_ bytes: RawSpan, _ message: Range<Int>, _ header: DNSHeader) -> Questions {
    var offset = message.lowerBound + DNSHeader.byteCount
    var first: DNSQuestion?
    for _ in 0..<header.questionCount {
      guard let nameEnd = DNSName.end(offset, bytes, message) else {
        // A name that runs out of bytes is cut; any other failure is a malformed one.
        return reachesEnd(offset, bytes, message) ? .cut(first: first) : .malformed
      }
      guard nameEnd + 4 <= message.upperBound else { return .cut(first: first) }
      if first == nil {
        first = DNSQuestion(name: offset, type: bytes.loadBigEndian16(at: nameEnd), recordClass: bytes.loadBigEndian16(at: nameEnd + 2))
        guard DNSName.forEachLabel(offset, bytes, message, { _ in }) else { return .malformed }
      }
      offset = nameEnd + 4
    }
    return .all(first: first, end: offset)
  }

  private static func reachesEnd(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>) -> Bool {
    var offset = offset
    while offset < message.upperBound {
      let length = Int(bytes.load8(at: offset))
      guard (1...63).contains(length) else { return length >= 0xc0 && offset + 2 > message.upperBound }
      offset += 1 + length
    }
    return true
  }

  /// The record at `offset` and the offset behind it; `nil` when it is malformed or leaves `message`.
  static func record(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>) -> (record: DNSRecord, end: Int)? {
    guard let fields = DNSName.end(offset, bytes, message), fields + 10 <= message.upperBound else { return nil }
    let dataStart = fields + 10
    let dataEnd = dataStart + Int(bytes.loadBigEndian16(at: fields + 8))
    guard dataEnd <= message.upperBound else { return nil }
    let record = DNSRecord(
      name: offset, type: bytes.loadBigEndian16(at: fields), recordClass: bytes.loadBigEndian16(at: fields + 2),
      timeToLive: bytes.loadBigEndian32(at: fields + 4), data: dataStart..<dataEnd)
    return (record, dataEnd)
  }
}
