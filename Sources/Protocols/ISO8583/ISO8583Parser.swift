import Wire

/// Bytes of ISO 8583 to parse steps: a length, what a network puts behind it, the message's type, its bitmap and its elements.
enum ISO8583Parser {
  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ISO8583Conversation
  ) -> ParseStep<ISO8583Message> {
    if let format = conversation.format { return step(read(bytes, format), context) }
    var isIncomplete = false
    for format in ISO8583Format.all where format.matches(bytes) {
      let result = read(bytes, format)
      if case .message = result {
        conversation.format = format
        return step(result, context)
      }
      if case .incomplete = result { isIncomplete = true }
    }
    return step(isIncomplete ? .incomplete : .none, context)
  }

  enum Result {
    case message(ISO8583Message, end: Int, elementCount: Int)
    /// Of networks that keep a connection awake with lengths of 0.
    case padding(Int)
    case incomplete
    case none
  }

  private static func step(_ result: Result, _ context: ParseContext) -> ParseStep<ISO8583Message> {
    switch result {
    case .message(let message, let end, _): .message(message, MessageExtent(byteCount: end))
    case .padding(let count): .padding(byteCount: count)
    case .incomplete: context.isTruncated ? .invalid("a message that is cut") : .incomplete(scannedByteCount: 0)
    case .none: .invalid("not a message of ISO 8583")
    }
  }

  /// The message at the beginning of `bytes`, if its elements end where it ends.
  static func read(_ bytes: RawSpan, _ format: ISO8583Format) -> Result {
    guard let end = format.end(bytes) else { return bytes.byteCount < format.framing.byteCount ? .incomplete : .none }
    if end == format.framing.byteCount { return .padding(end) }
    guard format.matches(bytes) else { return .none }
    guard bytes.byteCount >= end else { return .incomplete }
    guard let type = format.type(bytes) else { return .none }
    let elements = format.typeOffset + format.encoding.typeByteCount..<end
    guard var walk = ISO8583Elements(elements, format.encoding, bytes) else { return .none }
    var message = ISO8583Message(format: format, type: type, elements: elements, trace: 0)
    var count = 0
    while let element = walk.next(bytes) {
      count += 1
      if element.number == 11 { message.trace = number(element, bytes) }
    }
    return walk.isAtEnd && count > 0 ? .message(message, end: end, elementCount: count) : .none
  }

  private static func number(_ element: ISO8583Elements.Found, _ bytes: RawSpan) -> UInt64 {
    ISO8583Summary.text(element, bytes).reduce(0) { $0 &* 10 &+ UInt64($1 & 15) }
  }
}

/// Whether bytes are a message of ISO 8583: in one of its forms, from its length to its last element.
enum ISO8583Recognition {
  /// Messages of fewer elements may be chance.
  private static let sureElementCount = 3
  /// The longest first message that is waited for.
  private static let longestFirstMessage = 2048

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    var needsMore = false
    for format in ISO8583Format.all where format.matches(bytes) {
      switch ISO8583Parser.read(bytes, format) {
      case .message(let message, _, let elementCount):
        let sender: MessageSender = message.isResponse ? .server : .client
        return elementCount >= sureElementCount ? .certain(sender) : .likely(sender)
      case .incomplete: needsMore = needsMore || format.end(bytes) ?? 0 <= longestFirstMessage
      case .padding, .none: break
      }
    }
    return needsMore ? .needsMore : .no
  }
}
