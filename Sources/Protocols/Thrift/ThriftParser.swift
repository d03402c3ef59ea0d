import Wire

/// Bytes of Thrift to parse steps. A frame is its length (4) and the message; without frames, the message's fields tell its end.
enum ThriftParser {
  /// The longest frame taken at its word; the reference implementation refuses beyond 100 MiB.
  static let longestFrame = 256 << 20

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ThriftConversation) -> ParseStep<ThriftMessage> {
    if context.continues { return goOn(bytes, context.sender, &conversation) }
    let first = bytes.load8(at: 0)
    if first == 0x80 || first == 0x82 { return unframed(bytes, context, &conversation) }
    guard first < 0x10 else { return .invalid("neither a frame nor a message of Thrift") }
    guard let length = bytes.bigEndian32(at: 0) else { return .incomplete(scannedByteCount: 0) }
    guard Int(length) <= longestFrame else { return .invalid("a frame longer than the limit") }
    let end = 4 + Int(length)
    switch ThriftHeadReader.read(bytes, at: 4, limit: end) {
    case .incomplete: return context.isTruncated ? .invalid("a message cut in its head") : .incomplete(scannedByteCount: 0)
    // A message of the old binary protocol, without a frame, begins like a frame that is none.
    case .none: return unframed(bytes, context, &conversation)
    case .head(var message, let headEnd):
      guard headEnd <= end else { return .invalid("a frame shorter than its message's head") }
      guard message.kind.sender == context.sender else { return .invalid("a message that the other side sends") }
      if !ThriftResultReader.read(&message, bytes, at: headEnd, limit: end), !context.isTruncated {
        return .incomplete(scannedByteCount: 0)
      }
      return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
    }
  }

  private static func unframed(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ThriftConversation
  ) -> ParseStep<ThriftMessage> {
    switch ThriftHeadReader.read(bytes, at: 0, limit: .max) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .none: return .invalid("neither a frame nor a message of Thrift")
    case .head(var message, let end):
      guard message.kind.sender == context.sender else { return .invalid("a message that the other side sends") }
      if !ThriftResultReader.read(&message, bytes, at: end, limit: .max), !context.isTruncated { return .incomplete(scannedByteCount: 0) }
      conversation[walkerOf: context.sender] = ThriftWalker(message.encoding)
      return .message(message, MessageExtent(byteCount: end, ending: .continues))
    }
  }

  private static func goOn(
    _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout ThriftConversation
  ) -> ParseStep<ThriftMessage> {
    guard var walker = conversation[walkerOf: sender] else { return .invalid("a message went on that had not begun") }
    switch walker.walk(bytes) {
    case .invalid: return .invalid("a message's fields make no sense")
    case .read(0, unseen: 0, isDone: false): return .incomplete(scannedByteCount: 0)
    case .read(let count, let unseen, let isDone):
      conversation[walkerOf: sender] = isDone ? nil : walker
      return .part(nil, MessageExtent(byteCount: count, skippedByteCount: unseen, ending: isDone ? .complete : .continues))
    }
  }
}
