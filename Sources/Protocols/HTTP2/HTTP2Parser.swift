import Wire

/// Bytes of HTTP/2 to parse steps: a header block is read, control frames are stepped over, bodies pass by their length. Source: RFC 9113.
enum HTTP2Parser {
  /// What a client sends first. Source: RFC 9113 §3.4.
  static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
  /// Bytes of a header block with its CONTINUATION frames. Servers stop earlier: nginx at 32 KiB, nghttp2 at 64 KiB.
  static let longestHeaderBlock = 131_072
  /// Bytes of a SETTINGS frame; there are a dozen settings of six bytes.
  static let longestSettings = 1536
  /// The frame length that needs no one's leave. Source: RFC 9113 §4.2.
  static let ordinaryFrame = 16_384

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTP2Conversation) -> ParseStep<HTTP2Message> {
    let sender = context.sender
    if conversation[unseenFrom: sender] > 0 { return passOn(bytes, sender, &conversation) }
    if let frame = conversation[dataFrom: sender] {
      return HTTP2DataParser.content(frame, bytes, from: 0, sender, &conversation)
    }
    if sender == .client, bytes.uint8(at: 0) == 0x50 { return preface(bytes, &conversation) }
    guard let header = HTTP2FrameHeader(bytes) else { return .incomplete(scannedByteCount: 0) }
    if !conversation.hasBegun(sender) {
      // The first frame of a side is SETTINGS, RFC 9113 §3.4; a client's stands behind its preface.
      conversation.begin(sender, isBeginning: sender == .server && header.type == .settings && !header.acknowledges)
    }
    if let fault = header.fault { return .invalid(fault) }
    if let largest = conversation[largestFrameFrom: sender], header.payloadByteCount > largest {
      return .invalid("a frame longer than the peer allows")
    }
    switch header.type {
    case .data: return HTTP2DataParser.frame(header, bytes, sender, &conversation)
    case .headers, .pushPromise: return HTTP2HeaderParser.parse(header, bytes, context, &conversation)
    case .continuation: return .invalid("a CONTINUATION frame without a header block")
    case .settings: return settings(header, bytes, sender, &conversation)
    case .resetStream: return reset(header, bytes, sender, &conversation)
    case .goAway: return goAway(header, bytes, sender, &conversation)
    case .priority, .ping, .windowUpdate, .other:
      return step(over: header, bytes, sender, &conversation)
    }
  }

  /// Passes over a frame that says nothing to the request log, as far as it is there.
  static func step(
    over header: HTTP2FrameHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    conversation[unseenFrom: sender] = HTTP2FrameHeader.byteCount + header.payloadByteCount
    return passOn(bytes, sender, &conversation)
  }

  static func passOn(
    _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    let count = min(conversation[unseenFrom: sender], bytes.byteCount)
    conversation[unseenFrom: sender] -= count
    return .padding(byteCount: count)
  }

  private static func preface(_ bytes: RawSpan, _ conversation: inout HTTP2Conversation) -> ParseStep<HTTP2Message> {
    let length = preface.utf8CodeUnitCount
    guard bytes.byteCount >= length else {
      return HTTP2Recognition.beginsPreface(bytes) ? .incomplete(scannedByteCount: 0) : .invalid("neither a frame nor the preface")
    }
    guard bytes.hasBytes(preface, at: 0) else { return .invalid("neither a frame nor the preface") }
    conversation.begin(.client, isBeginning: true)
    return .padding(byteCount: length)
  }

  /// Of the settings only the longest frame matters here: a table size is announced in the header blocks themselves, when the peer makes use
  /// of it (RFC 7541 §4.2). Source: RFC 9113 §6.5.
  private static func settings(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    let end = HTTP2FrameHeader.byteCount + header.payloadByteCount
    guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
    if !header.acknowledges {
      var largest = max(ordinaryFrame, conversation[largestFrameFrom: sender.opposite] ?? 0)
      for offset in stride(from: HTTP2FrameHeader.byteCount, to: end, by: 6) where bytes.bigEndian16(at: offset) == 5 {
        largest = max(largest, Int(bytes.bigEndian32(at: offset + 2) ?? 0))
      }
      conversation[largestFrameFrom: sender.opposite] = largest
    }
    return .padding(byteCount: end)
  }

  /// Source: RFC 9113 §6.4.
  private static func reset(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    let end = HTTP2FrameHeader.byteCount + header.payloadByteCount
    guard let code = bytes.bigEndian32(at: HTTP2FrameHeader.byteCount) else { return .incomplete(scannedByteCount: 0) }
    guard let stream = conversation.streams[header.stream] else { return .padding(byteCount: end) }
    conversation.streams.reset(header.stream)
    let message = HTTP2Message(
      stream: header.stream, l7Protocol: stream.l7Protocol, content: .reset(HTTP2ErrorCode(rawValue: code), by: sender), tally: stream.tally
    )
    let identifier = UInt64(header.stream)
    switch (sender, stream.response.phase) {
    case (.server, .idle): return .message(message, MessageExtent(byteCount: end))
    case (.server, .open): return .resumption(of: identifier, message, MessageExtent(byteCount: end))
    // With the response there, it is only the rest of the request that nobody wants. Source: RFC 9113 §8.1.
    case (_, .ended), (.client, _): return .abandonment(of: identifier...identifier, message, byteCount: end)
    }
  }

  /// Source: RFC 9113 §6.8.
  private static func goAway(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    let start = HTTP2FrameHeader.byteCount
    guard let last = bytes.bigEndian32(at: start), let code = bytes.bigEndian32(at: start + 4) else {
      return .incomplete(scannedByteCount: 0)
    }
    let lastStream = last & 0x7fff_ffff
    // A client that goes away still takes the answers; a server that wants to end gently names the last stream there can be.
    guard sender == .server, lastStream < 0x7fff_ffff else { return step(over: header, bytes, sender, &conversation) }
    conversation.streams.remove(above: lastStream)
    conversation[unseenFrom: sender] = header.payloadByteCount - 8
    let message = HTTP2Message(stream: lastStream, content: .goAway(HTTP2ErrorCode(rawValue: code)))
    return .abandonment(of: UInt64(lastStream) + 1...0x7fff_ffff, message, byteCount: start + 8)
  }
}
