import Wire

/// DATA frames: their content passes by its length, and where it is a sequence of gRPC messages, their prefixes are read. Source: RFC 9113 §6.1.
enum HTTP2DataParser {
  static func frame(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    guard let stream = conversation.streams[header.stream], stream[sender].phase == .open else {
      // Of a stream that began before the capture, or that was reset: nothing is known that the frame could add to.
      return HTTP2Parser.step(over: header, bytes, sender, &conversation)
    }
    var start = HTTP2FrameHeader.byteCount
    var padding = 0
    if header.isPadded, header.payloadByteCount > 0 {
      guard let count = bytes.uint8(at: start) else { return .incomplete(scannedByteCount: 0) }
      start += 1
      padding = Int(count)
    }
    let content = HTTP2FrameHeader.byteCount + header.payloadByteCount - start - padding
    guard content >= 0 else { return .invalid("a DATA frame whose padding is longer than itself") }
    let frame = HTTP2Conversation.DataFrame(
      stream: header.stream, contentByteCount: content, paddingByteCount: padding, endsStream: header.endsStream)
    return self.content(frame, bytes, from: start, sender, &conversation)
  }

  /// Goes on with the content of a frame at `start`.
  static func content(
    _ frame: HTTP2Conversation.DataFrame, _ bytes: RawSpan, from start: Int, _ sender: MessageSender,
    _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    conversation[dataFrom: sender] = nil
    guard var stream = conversation.streams[frame.stream] else {
      conversation[unseenFrom: sender] = start + frame.contentByteCount + frame.paddingByteCount
      return HTTP2Parser.passOn(bytes, sender, &conversation)
    }
    var frame = frame
    // What is there of the content is walked over; further bytes of a message under way need not be seen.
    let end = min(bytes.byteCount, start + frame.contentByteCount)
    frame.contentByteCount -= end - start
    var unseen = frame.contentByteCount
    if stream[sender].messages != nil {
      stream[sender].messages?.walk(bytes, start..<end)
      unseen = min(unseen, stream[sender].messages?.unseenByteCount ?? 0)
      stream[sender].messages?.skip(unseen)
    }
    frame.contentByteCount -= unseen
    if frame.contentByteCount > 0 {
      conversation.streams[frame.stream] = stream
      conversation[dataFrom: sender] = frame
      return .resumption(
        of: UInt64(frame.stream), nil, MessageExtent(byteCount: end, skippedByteCount: unseen, ending: .interleaves))
    }
    let skipped = unseen + frame.paddingByteCount
    guard frame.endsStream else {
      conversation.streams[frame.stream] = stream
      return .resumption(of: UInt64(frame.stream), nil, MessageExtent(byteCount: end, skippedByteCount: skipped, ending: .interleaves))
    }
    stream[sender].phase = .ended
    conversation.streams[frame.stream] = stream.isOver ? nil : stream
    let message = sender == .server ? last(frame.stream, stream, conversation.settings) : nil
    return .resumption(of: UInt64(frame.stream), message, MessageExtent(byteCount: end, skippedByteCount: skipped))
  }

  /// What the end of a response adds: the gRPC messages of both sides and, in gRPC-Web, the trailers.
  private static func last(_ identifier: UInt32, _ stream: HTTP2Stream, _ settings: ProtocolSettings) -> HTTP2Message? {
    var message = HTTP2Message(stream: identifier, l7Protocol: stream.l7Protocol, content: .end, tally: stream.tally)
    if let text = stream.response.messages?.trailers, !text.isEmpty {
      var section = HTTP2FieldSection(settings)
      var fields = HTTPFieldCursor(0..<text.count)
      let bytes = text.span.bytes
      while let field = fields.next(bytes) { section.take(bytes.extracting(field.name), bytes.extracting(field.value)) }
      message.content = .trailers(section)
    }
    return message
  }
}
