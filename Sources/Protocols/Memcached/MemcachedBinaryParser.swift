import Wire

/// Binary messages: a header that says how long everything is. Extras and value are stepped over.
enum MemcachedBinaryParser {
  /// Bytes of an error's text that are read.
  static let shownErrorByteCount = 128

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MemcachedConversation
  ) -> ParseStep<MemcachedMessage> {
    let header: MemcachedBinaryHeader
    let headEnd: Int
    switch read(bytes, at: 0, context.sender) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid(let reason): return .invalid(reason)
    case .header(let read, let end): (header, headEnd) = (read, end)
    }
    let end = MemcachedBinary.headerByteCount + header.bodyByteCount
    var extent = MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd)
    let signature = MemcachedSignature(
      .binary(opcode: header.opcode), opaque: UInt64(header.opaque), key: header.key.isEmpty ? nil : MemcachedLine.digest(header.key, bytes)
    )
    guard context.sender == .server else {
      let operation = MemcachedBinary.operation(header.opcode)
      let role: MessageRole =
        if operation?.isQuiet == true {
          // QuitQ is never answered.
          operation?.key == .required || header.bodyByteCount > 0 ? conversation.noteCommand(quiet: signature) : .oneWay
        } else {
          conversation.noteCommand()
        }
      return .message(MemcachedMessage(.binaryRequest(header), role), extent)
    }
    // Statistics come one a message, and end with one that has no key.
    if header.opcode == MemcachedBinary.statistics, !header.key.isEmpty, header.status == 0 { extent.ending = .continues }
    if context.continues {
      guard header.opcode == MemcachedBinary.statistics else { return .invalid("another response amid statistics") }
      return .part(nil, extent)
    }
    return .message(MemcachedMessage(.binaryResponse(header), conversation.noteReply(signature)), extent)
  }

  enum Reading {
    case header(MemcachedBinaryHeader, end: Int)
    case incomplete
    case invalid(StaticString)
  }

  /// The header at `start`, with the key and, of an error, its text.
  static func read(_ bytes: RawSpan, at start: Int, _ sender: MessageSender) -> Reading {
    guard bytes.byteCount - start >= MemcachedBinary.headerByteCount else { return .incomplete }
    let magic = sender == .client ? MemcachedBinary.requestMagic : MemcachedBinary.responseMagic
    guard bytes.load8(at: start) == magic else { return .invalid("not a binary message") }
    let keyByteCount = Int(bytes.loadBigEndian16(at: start + 2))
    let extrasByteCount = Int(bytes.load8(at: start + 4))
    let bodyByteCount = Int(bytes.loadBigEndian32(at: start + 8))
    guard keyByteCount <= MemcachedLine.longestKey, keyByteCount + extrasByteCount <= bodyByteCount,
      bodyByteCount <= MemcachedCommandParser.longestValue
    else { return .invalid("lengths that contradict one another") }
    let status = sender == .server ? bytes.loadBigEndian16(at: start + 6) : 0
    let keyStart = start + MemcachedBinary.headerByteCount + extrasByteCount
    let keyEnd = keyStart + keyByteCount
    let valueByteCount = bodyByteCount - extrasByteCount - keyByteCount
    let shown = MemcachedBinary.outcome(status) == .ok ? 0 : min(valueByteCount, shownErrorByteCount)
    guard bytes.byteCount >= keyEnd + shown else { return .incomplete }
    let header = MemcachedBinaryHeader(
      opcode: bytes.load8(at: start + 1), status: status, opaque: bytes.loadBigEndian32(at: start + 12),
      extrasByteCount: extrasByteCount, key: keyStart..<keyEnd, errorText: shown == 0 ? nil : keyEnd..<keyEnd + shown,
      bodyByteCount: bodyByteCount)
    return .header(header, end: keyEnd + shown)
  }
}
