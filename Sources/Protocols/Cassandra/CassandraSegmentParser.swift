import Wire

/// Segments of version 5 to parse steps. A segment belongs to the envelopes in it: its head to the first one, its check sum to the last.
/// Payloads that are not packed are stepped over in place; of a packed one that holds a single envelope, or a piece of one, only the beginning
/// is unpacked.
enum CassandraSegmentParser {
  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, isCompressed: Bool, _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    var position = conversation.position(of: context.sender)
    defer { conversation.setPosition(position, of: context.sender) }
    if position.nextUnpacked < position.unpacked.count { return deal(&position) }
    if !context.continues { position.envelopeByteCount = 0 }
    guard position.segmentByteCount == 0 else {
      return envelope(bytes, 0, position.segmentByteCount, context, &position, &conversation)
    }
    guard bytes.byteCount >= (isCompressed ? 8 : 6) else { return .incomplete(scannedByteCount: 0) }
    guard let segment = CassandraSegment(bytes, isCompressed: isCompressed) else { return .invalid("not a segment") }
    if position.envelopeByteCount > 0 { return piece(segment, &position) }
    guard segment.payloadByteCount > 0 else {
      let end = segment.headByteCount + CassandraSegment.trailerByteCount
      return bytes.byteCount < end ? .incomplete(scannedByteCount: 0) : .padding(byteCount: end)
    }
    if let length = segment.unpackedByteCount { return packed(bytes, segment, length, context, &position, &conversation) }
    return envelope(bytes, segment.headByteCount, segment.payloadByteCount, context, &position, &conversation)
  }

  /// A further piece of an envelope that is longer than a segment.
  private static func piece(_ segment: CassandraSegment, _ position: inout CassandraSegmentPosition) -> ParseStep<CassandraMessage> {
    let length = segment.envelopeByteCount
    guard !segment.isSelfContained, length <= position.envelopeByteCount else { return .invalid("a segment amid an envelope") }
    position.envelopeByteCount -= length
    return .part(
      nil,
      MessageExtent(
        byteCount: segment.headByteCount, skippedByteCount: segment.payloadByteCount + CassandraSegment.trailerByteCount,
        ending: position.envelopeByteCount > 0 ? .continues : .complete))
  }

  /// The envelope at `start`, of which the segment has as many bytes as `byteCount` says at most.
  private static func envelope(
    _ bytes: RawSpan, _ start: Int, _ byteCount: Int, _ context: ParseContext, _ position: inout CassandraSegmentPosition,
    _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    let frame: CassandraFrame
    switch CassandraFrame.read(bytes, at: start) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a frame")
    case .frame(let read): frame = read
    }
    guard frame.headByteCount <= byteCount else { return .invalid("a segment that ends amid a frame's head") }
    let whole = frame.headByteCount + frame.bodyByteCount
    let inside = min(whole, byteCount)
    let needed = min(inside, frame.headByteCount + CassandraParser.headByteCount)
    let present = min(bytes.byteCount - start, inside)
    guard present >= needed || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let body = start + frame.headByteCount..<start + present
    guard let message = CassandraParser.message(frame, body, bytes, context, &conversation) else {
      return .invalid("a frame of the other side")
    }
    position.segmentByteCount = byteCount - inside
    position.envelopeByteCount = whole - inside
    let trailer = position.segmentByteCount == 0 ? CassandraSegment.trailerByteCount : 0
    return .message(
      message,
      MessageExtent(
        byteCount: start + present, skippedByteCount: inside - present + trailer,
        ending: position.envelopeByteCount > 0 ? .continues : .complete))
  }

  // MARK: Packed payloads

  private static func packed(
    _ bytes: RawSpan, _ segment: CassandraSegment, _ length: Int, _ context: ParseContext, _ position: inout CassandraSegmentPosition,
    _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    let start = segment.headByteCount
    // Bytes that do not shrink grow by one in 255.
    let headByteCount = 9 + CassandraParser.headByteCount
    let needed = min(segment.payloadByteCount, headByteCount + headByteCount / 128 + 16)
    let present = min(bytes.byteCount - start, segment.payloadByteCount)
    guard present >= needed || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let head = DecompressedPrefix.lz4Block(start..<start + min(present, needed), bytes, limit: min(length, headByteCount))
    guard case .frame(let frame) = CassandraFrame.read(head.span.bytes, at: 0) else { return .invalid("a segment that cannot be unpacked") }
    let whole = frame.headByteCount + frame.bodyByteCount
    guard whole < length else { return single(head, frame, present, segment, context, &position, &conversation) }
    guard present == segment.payloadByteCount else {
      return context.isTruncated ? .invalid("a segment that ends early") : .incomplete(scannedByteCount: 0)
    }
    let unpacked = DecompressedPrefix.lz4Block(start..<start + present, bytes, limit: length)
    guard unpacked.count == length, let messages = several(unpacked.span.bytes, context, &conversation), messages.count <= present else {
      return .invalid("a segment that cannot be unpacked")
    }
    position.unpacked = messages
    position.nextUnpacked = 0
    position.unpackedByteCount = start + present
    return deal(&position)
  }

  /// The only envelope of a segment, or the first piece of one.
  private static func single(
    _ head: [UInt8], _ frame: CassandraFrame, _ present: Int, _ segment: CassandraSegment, _ context: ParseContext,
    _ position: inout CassandraSegmentPosition, _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    let body = frame.headByteCount..<head.count
    guard var message = CassandraParser.message(frame, body, head.span.bytes, context, &conversation) else {
      return .invalid("a frame of the other side")
    }
    if message.unpacked == nil { message.unpacked = head }
    position.envelopeByteCount = frame.headByteCount + frame.bodyByteCount - segment.envelopeByteCount
    return .message(
      message,
      MessageExtent(
        byteCount: segment.headByteCount + present,
        skippedByteCount: segment.payloadByteCount - present + CassandraSegment.trailerByteCount,
        ending: position.envelopeByteCount > 0 ? .continues : .complete))
  }

  /// The envelopes of a payload that is there as a whole; `nil` when it does not end with one.
  private static func several(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout CassandraConversation
  ) -> [CassandraMessage]? {
    var messages: [CassandraMessage] = []
    var offset = 0
    while offset < bytes.byteCount {
      guard case .frame(let frame) = CassandraFrame.read(bytes, at: offset) else { return nil }
      let end = offset + frame.headByteCount + frame.bodyByteCount
      guard end <= bytes.byteCount else { return nil }
      let own = bytes.copy(offset..<min(end, offset + frame.headByteCount + CassandraParser.headByteCount))
      guard var message = CassandraParser.message(frame, frame.headByteCount..<own.count, own.span.bytes, context, &conversation) else {
        return nil
      }
      if message.unpacked == nil { message.unpacked = own }
      messages.append(message)
      offset = end
    }
    return messages
  }

  private static func deal(_ position: inout CassandraSegmentPosition) -> ParseStep<CassandraMessage> {
    let message = position.unpacked[position.nextUnpacked]
    position.nextUnpacked += 1
    guard position.nextUnpacked == position.unpacked.count else {
      position.unpackedByteCount -= 1
      return .message(message, MessageExtent(byteCount: 1))
    }
    let extent = MessageExtent(byteCount: position.unpackedByteCount, skippedByteCount: CassandraSegment.trailerByteCount)
    position = CassandraSegmentPosition()
    return .message(message, extent)
  }
}
