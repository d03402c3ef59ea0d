import Wire

/// Frames of CQL, which version 5 calls envelopes, to parse steps.
enum CassandraParser {
  /// Bytes of a body that are waited for.
  static let headByteCount = SQLSummary.shownByteCount

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    if context.continues, conversation.position(of: context.sender).envelopeByteCount == 0 {
      return .invalid("an envelope of a connection that was opened anew")
    }
    if conversation.framing == .unknown {
      // The shortest frame is as long as the head of a packed segment.
      guard bytes.byteCount >= CassandraSegment.longestHead || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
      if CassandraSegment(bytes, isCompressed: false) != nil {
        conversation.framing = .segments(isCompressed: false)
      } else if CassandraSegment(bytes, isCompressed: true) != nil {
        conversation.framing = .segments(isCompressed: true)
      }
    }
    if case .segments(let isCompressed) = conversation.framing {
      guard isBetweenSegments(context, conversation), CassandraSegment(bytes, isCompressed: isCompressed) == nil else {
        return CassandraSegmentParser.parse(bytes, context, isCompressed: isCompressed, &conversation)
      }
      guard bytes.byteCount >= CassandraSegment.longestHead || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
      // No segment: a client opens a connection anew, by OPTIONS or STARTUP, which travel without segments.
      switch CassandraFrame.read(bytes, at: 0) {
      case .incomplete: return .incomplete(scannedByteCount: 0)
      case .frame(let frame) where frame.opcode == .options || frame.opcode == .startup: conversation = CassandraConversation()
      default: return .invalid("not a segment")
      }
    }
    return plain(bytes, context, &conversation)
  }

  private static func isBetweenSegments(_ context: ParseContext, _ conversation: CassandraConversation) -> Bool {
    let position = conversation.position(of: .client)
    return context.sender == .client && !context.continues && position.segmentByteCount == 0 && position.unpacked.isEmpty
  }

  private static func plain(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout CassandraConversation
  ) -> ParseStep<CassandraMessage> {
    let frame: CassandraFrame
    switch CassandraFrame.read(bytes, at: 0) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a frame")
    case .frame(let read): frame = read
    }
    let present = min(bytes.byteCount - frame.headByteCount, frame.bodyByteCount)
    guard present >= min(frame.bodyByteCount, headByteCount) || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let body = frame.headByteCount..<frame.headByteCount + present
    guard let message = message(frame, body, bytes, context, &conversation) else { return .invalid("a frame of the other side") }
    if frame.version < 5 { conversation.framing = .plain }
    return .message(message, MessageExtent(byteCount: body.upperBound, skippedByteCount: frame.bodyByteCount - present))
  }

  /// What a frame says, of whose body the bytes `body` are there; `nil` when the other side alone sends such frames.
  static func message(
    _ frame: CassandraFrame, _ body: Range<Int>, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout CassandraConversation
  ) -> CassandraMessage? {
    guard frame.isResponse == (context.sender == .server) else { return nil }
    let key = ExchangeKey.identifier(UInt64(UInt16(bitPattern: frame.stream)))
    var message = CassandraMessage(
      frame: frame.opcode, version: frame.version, stream: frame.stream, role: frame.isResponse ? .response(key) : .request(key))
    if frame.opcode == .event { message.role = .oneWay }
    let shown = body.prefix(headByteCount)
    if frame.isCompressed {
      let unpacked = conversation.unpack(shown, bytes, limit: headByteCount)
      CassandraBodyReader.read(frame, 0..<unpacked.count, unpacked.span.bytes, &message, &conversation)
      message.unpacked = unpacked
    } else {
      CassandraBodyReader.read(frame, shown, bytes, &message, &conversation)
    }
    return message
  }
}
