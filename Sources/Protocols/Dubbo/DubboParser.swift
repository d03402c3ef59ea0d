import Wire

/// Bytes of Dubbo to parse steps: a header, the beginning of a body, and the rest of it by its length.
enum DubboParser {
  /// The longest body taken at its word; Dubbo itself refuses beyond 8 MiB unless it is told otherwise.
  static let longestBody = 1 << 30
  /// Bytes of a body that are read: arguments stand before the attachments.
  static let bodyByteLimit = 32 * 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<DubboMessage> {
    guard DubboRecognition.isBeginning(bytes) else { return .invalid("not a message of Dubbo") }
    guard bytes.byteCount >= DubboMessage.headerByteCount else { return .incomplete(scannedByteCount: 0) }
    let length = Int(bytes.loadBigEndian32(at: 12))
    let end = DubboMessage.headerByteCount + length
    let wanted = DubboMessage.headerByteCount + min(length, bodyByteLimit)
    guard bytes.byteCount >= wanted || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let headEnd = min(wanted, bytes.byteCount)
    let message = DubboMessage(
      flags: bytes.load8(at: 2), status: bytes.load8(at: 3), identifier: bytes.loadBigEndian64(at: 4),
      body: DubboMessage.headerByteCount..<headEnd, isWhole: headEnd == end)
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }
}

/// Whether bytes begin a message of Dubbo.
enum DubboRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram, isBeginning(bytes) else { return .no }
    guard bytes.byteCount >= DubboMessage.headerByteCount else { return .needsMore }
    // Either side sends heartbeats, which say nothing of who is the server.
    if bytes.load8(at: 2) & 0x20 != 0, let sender = context.likelySender { return .certain(sender) }
    return .certain(bytes.load8(at: 2) & 0x80 != 0 ? .client : .server)
  }

  /// Whether the header is one, as far as it is there: its magic number, a serialization, and a status in a response only.
  static func isBeginning(_ bytes: RawSpan) -> Bool {
    guard bytes.uint8(at: 0) == 0xda, bytes.uint8(at: 1) ?? 0xbb == 0xbb else { return false }
    guard let flags = bytes.uint8(at: 2) else { return true }
    guard DubboSerialization.known.contains(flags & 0x1f) else { return false }
    guard let status = bytes.uint8(at: 3) else { return true }
    guard flags & 0x80 != 0 ? status == 0 : DubboStatus.name(status) != nil else { return false }
    return bytes.bigEndian32(at: 12).map { Int($0) <= DubboParser.longestBody } ?? true
  }
}
