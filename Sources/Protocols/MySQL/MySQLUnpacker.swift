import Wire

/// The compressed protocol of one direction: packets of MySQL within packets that are compressed, each of which may hold several of them or
/// a piece of one.
///
/// Source: MySQL Internals, "Compression"; zstd since MySQL 8.0.18. A packet of steps is dealt out one by one, for as long as bytes of it are
/// left: one byte for each step, and the rest for the last.
struct MySQLUnpacker: Sendable {
  static let headerByteCount = 7
  /// Bytes of one compressed packet, which must be there as a whole. Servers fill buffers of 16 KiB.
  static let longestPacket = 200 * 1024
  /// Steps in one compressed packet.
  private static let stepLimit = 4096
  /// Unpacked bytes of a message's head that is still incomplete: as many as a conversation keeps of one that is not compressed.
  private static let pendingByteLimit = Conversation<MySQL>.pendingByteLimit
  /// Bytes of a message that a summary looks at.
  private static let headByteCount = 2 * MySQLParser.headByteCount

  private struct Step: Sendable {
    var message: MySQLMessage?
    var begins: Bool
    var isComplete: Bool
  }

  /// Bytes that were unpacked and not yet parsed.
  private var inner: [UInt8] = []
  /// Bytes of the message under way that pass unseen.
  private var skippedByteCount = 0
  private var isOpen = false
  private var continues = false
  /// The connection's other bytes all belong to the message under way.
  private var isEndless = false
  private var steps: [Step] = []
  private var nextStep = 0
  /// Bytes of the compressed packet whose steps are dealt out.
  private var packetByteCount = 0

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage> {
    var unpacker = MySQLUnpacker()
    if context.sender == .client { swap(&unpacker, &conversation.fromClient) } else { swap(&unpacker, &conversation.fromServer) }
    if !context.continues, unpacker.isOpen, unpacker.nextStep == unpacker.steps.count {
      // The message under way was given up, and the rest of its packets with it.
      unpacker = MySQLUnpacker()
    }
    let step = unpacker.next(bytes, context, &conversation)
    // A client that says good-bye leaves a connection as new.
    guard conversation.isCompressed == true else { return step }
    if context.sender == .client { conversation.fromClient = unpacker } else { conversation.fromServer = unpacker }
    return step
  }

  private mutating func next(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MySQLConversation) -> ParseStep<MySQLMessage>
  {
    if nextStep == steps.count {
      guard let length = bytes.littleEndian24(at: 0), let unpackedLength = bytes.littleEndian24(at: 4) else {
        return .incomplete(scannedByteCount: 0)
      }
      let end = MySQLUnpacker.headerByteCount + Int(length)
      guard length > 0, end <= MySQLUnpacker.longestPacket else { return .invalid("a compressed packet longer than the limit") }
      guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
      guard unpack(MySQLUnpacker.headerByteCount..<end, bytes, Int(unpackedLength)) else {
        return .invalid("a packet that cannot be unpacked")
      }
      packetByteCount = end
      steps = []
      nextStep = 0
      if let reason = drive(context, &conversation) { return .invalid(reason) }
      guard steps.count <= end else { return .invalid("more messages than bytes in a compressed packet") }
      guard !steps.isEmpty else {
        return context.continues ? .part(nil, MessageExtent(byteCount: end, ending: .continues)) : .padding(byteCount: end)
      }
    }
    let step = steps[nextStep]
    nextStep += 1
    let isLast = nextStep == steps.count
    let extent = MessageExtent(byteCount: isLast ? packetByteCount : 1, ending: step.isComplete ? .complete : .continues)
    packetByteCount -= extent.byteCount
    if step.begins, let message = step.message { return .message(message, extent) }
    return .part(step.message, extent)
  }

  private mutating func unpack(_ range: Range<Int>, _ bytes: RawSpan, _ unpackedLength: Int) -> Bool {
    guard unpackedLength > 0 else {
      inner += bytes.copy(range)
      return true
    }
    let isZstd = bytes.littleEndian32(at: range.lowerBound) == 0xfd2f_b528
    let unpacked =
      isZstd ? DecompressedPrefix.zstd(range, bytes, limit: unpackedLength) : DecompressedPrefix.zlib(range, bytes, limit: unpackedLength)
    guard unpacked.count == unpackedLength else { return false }
    inner += unpacked
    return true
  }

  /// Parses what was unpacked; returns why it cannot be.
  private mutating func drive(_ context: ParseContext, _ conversation: inout MySQLConversation) -> StaticString? {
    var cursor = 0
    let buffer = inner
    inner = []
    let bytes = buffer.span.bytes
    loop: while cursor < buffer.count {
      if isEndless { return nil }
      if skippedByteCount > 0 {
        let count = min(skippedByteCount, buffer.count - cursor)
        cursor += count
        skippedByteCount -= count
        if skippedByteCount == 0, !continues { close() }
        continue
      }
      let rest = bytes.extracting(cursor..<buffer.count)
      let inside = ParseContext(sender: context.sender, continues: isOpen)
      guard steps.count < MySQLUnpacker.stepLimit else { return "too many messages in a compressed packet" }
      switch MySQLParser.plain(rest, inside, &conversation) {
      case .message(var message, let extent):
        message.unpacked = rest.copy(0..<min(rest.byteCount, MySQLUnpacker.headByteCount))
        isOpen = true
        steps.append(Step(message: message, begins: true, isComplete: false))
        cursor += extent.byteCount
        apply(extent)
      case .part(let message, let extent):
        if message != nil { steps.append(Step(message: message, begins: false, isComplete: false)) }
        cursor += extent.byteCount
        apply(extent)
      case .padding(let count): cursor += max(1, count)
      case .incomplete: break loop
      case .invalid(let reason): return reason
      case .handOver, .tunnel, .resumption, .abandonment: return "not a packet of the compressed protocol"
      }
    }
    inner = cursor == 0 ? buffer : Array(buffer[min(cursor, buffer.count)...])
    return inner.count <= MySQLUnpacker.pendingByteLimit ? nil : "message is longer than the buffer"
  }

  private mutating func apply(_ extent: MessageExtent) {
    skippedByteCount = extent.skippedByteCount
    continues = extent.ending == .continues
    isEndless = extent.ending == .atClose
    if skippedByteCount == 0, !continues, !isEndless { close() }
  }

  /// The message under way ends with the step before, or with one of its own.
  private mutating func close() {
    isOpen = false
    if steps.isEmpty {
      steps.append(Step(message: nil, begins: false, isComplete: true))
    } else {
      steps[steps.count - 1].isComplete = true
    }
  }
}
