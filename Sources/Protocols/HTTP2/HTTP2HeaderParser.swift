import Wire

/// HEADERS and PUSH_PROMISE with the CONTINUATION frames behind them, between which nothing else may come. Source: RFC 9113 §6.2, §6.6, §6.10.
enum HTTP2HeaderParser {
  static func parse(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    var end = HTTP2FrameHeader.byteCount + header.payloadByteCount
    guard end <= HTTP2Parser.longestHeaderBlock else { return .invalid("a header block longer than the limit") }
    guard bytes.byteCount >= end else {
      return context.isTruncated ? cut(header, bytes, context.sender, &conversation) : .incomplete(scannedByteCount: 0)
    }
    guard let fragment = fragment(header, bytes, end) else { return .invalid("a header frame whose padding is longer than itself") }
    let promised = header.type == .pushPromise ? bytes.bigEndian32(at: fragment.lowerBound - 4).map { $0 & 0x7fff_ffff } : nil
    guard !header.endsHeaders else {
      return interpret(
        header, promised, conversation.fields(of: bytes.extracting(fragment), from: context.sender), end, context.sender, &conversation)
    }

    let firstEnd = end
    end = max(end, context.scannedByteCount)
    while true {
      guard let next = HTTP2FrameHeader(bytes, at: end), bytes.byteCount - end - HTTP2FrameHeader.byteCount >= next.payloadByteCount else {
        return context.isTruncated ? cut(header, bytes, context.sender, &conversation) : .incomplete(scannedByteCount: end)
      }
      guard next.type == .continuation, next.stream == header.stream else { return .invalid("a header block with another frame inside") }
      end += HTTP2FrameHeader.byteCount + next.payloadByteCount
      guard end <= HTTP2Parser.longestHeaderBlock else { return .invalid("a header block longer than the limit") }
      if next.endsHeaders { break }
    }
    var block: [UInt8] = []
    block.reserveCapacity(end)
    bytes.extracting(fragment).withUnsafeBytes { block.append(contentsOf: $0) }
    var offset = firstEnd
    while offset < end, let next = HTTP2FrameHeader(bytes, at: offset) {
      let start = offset + HTTP2FrameHeader.byteCount
      offset = start + next.payloadByteCount
      bytes.extracting(start..<offset).withUnsafeBytes { block.append(contentsOf: $0) }
    }
    return interpret(header, promised, conversation.fields(of: block.span.bytes, from: context.sender), end, context.sender, &conversation)
  }

  /// Where the fragment of the header block lies in the frame: behind the pad length, the priority and the promised stream, before the
  /// padding.
  static func fragment(_ header: HTTP2FrameHeader, _ bytes: RawSpan, _ frameEnd: Int) -> Range<Int>? {
    var start = HTTP2FrameHeader.byteCount
    var end = frameEnd
    if header.isPadded {
      guard let padding = bytes.uint8(at: start) else { return nil }
      start += 1
      end -= Int(padding)
    }
    if header.type == .headers, header.hasPriority { start += 5 }
    if header.type == .pushPromise { start += 4 }
    return start <= end ? start..<end : nil
  }

  /// The rest of the block is lost: its first fields still say what was asked or answered.
  private static func cut(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    guard header.type == .headers, let fragment = fragment(header, bytes, HTTP2FrameHeader.byteCount + header.payloadByteCount) else {
      return .incomplete(scannedByteCount: 0)
    }
    let there = fragment.clamped(to: 0..<bytes.byteCount)
    var section = conversation.fields(of: bytes.extracting(there), from: sender)
    section.isMalformed = true
    guard section.hasRequestFields || section.status != nil else { return .incomplete(scannedByteCount: 0) }
    return interpret(header, nil, section, bytes.byteCount, sender, &conversation)
  }

  private static func interpret(
    _ header: HTTP2FrameHeader, _ promised: UInt32?, _ section: HTTP2FieldSection, _ end: Int, _ sender: MessageSender,
    _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    if header.type == .pushPromise {
      guard let promised, promised > 0, sender == .server else { return .invalid("a PUSH_PROMISE of nothing, or of a client") }
      var stream = HTTP2Stream()
      stream.request.phase = .ended
      conversation.streams[promised] = stream
      return .message(HTTP2Message(stream: promised, content: .request(section, isPromised: true)), MessageExtent(byteCount: end))
    }
    if sender == .server, section.hasRequestFields { return .invalid("a request from the server") }
    if sender == .client, section.status != nil { return .invalid("a response from the client") }
    return sender == .client
      ? request(header, section, end, &conversation) : response(header, section, end, &conversation)
  }

  private static func request(
    _ header: HTTP2FrameHeader, _ section: HTTP2FieldSection, _ end: Int, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    let identifier = header.stream
    if var stream = conversation.streams[identifier], stream.request.phase == .open, !section.hasRequestFields {
      if header.endsStream { stream.request.phase = .ended }
      conversation.streams[identifier] = stream.isOver ? nil : stream
      return .resumption(
        of: UInt64(identifier), HTTP2Message(stream: identifier, l7Protocol: stream.l7Protocol, content: .trailers(section)),
        extent(end, header))
    }
    if conversation.streams.wasReset(identifier) {
      guard section.hasRequestFields else { return .padding(byteCount: end) }
      conversation.streams.revive(identifier)
    }
    var stream = HTTP2Stream()
    stream.l7Protocol = section.l7Protocol
    stream.request.phase = header.endsStream ? .ended : .open
    stream.request.messages = section.carriesGRPC ? GRPCMessageWalker() : nil
    conversation.streams[identifier] = stream
    return .message(
      HTTP2Message(stream: identifier, l7Protocol: stream.l7Protocol, content: .request(section, isPromised: false)), extent(end, header))
  }

  private static func response(
    _ header: HTTP2FrameHeader, _ section: HTTP2FieldSection, _ end: Int, _ conversation: inout HTTP2Conversation
  ) -> ParseStep<HTTP2Message> {
    let identifier = header.stream
    if conversation.streams.wasReset(identifier) { return .padding(byteCount: end) }
    var stream = conversation.streams[identifier] ?? HTTP2Stream()
    if stream.l7Protocol == nil { stream.l7Protocol = section.l7Protocol }
    if let status = section.status, status < 200, !header.endsStream {
      return .message(HTTP2Message(stream: identifier, content: .informational), MessageExtent(byteCount: end))
    }
    let isLater = stream.response.phase == .open
    if !isLater {
      stream.response = HTTP2HalfStream()
      stream.response.phase = .open
      // A response that says nothing of its type because that could not be read is taken for what the request asked for.
      let followsRequest = section.contentType == .unknown && section.unknownCount > 0 && stream.request.messages != nil
      if section.carriesGRPC || followsRequest { stream.response.messages = GRPCMessageWalker() }
    }
    var tally: GRPCTally?
    if header.endsStream {
      stream.response.phase = .ended
      tally = stream.tally
    }
    conversation.streams[identifier] = stream.isOver ? nil : stream
    let message = HTTP2Message(
      stream: identifier, l7Protocol: stream.l7Protocol, content: isLater ? .trailers(section) : .response(section), tally: tally)
    return isLater
      ? .resumption(of: UInt64(identifier), message, extent(end, header)) : .message(message, extent(end, header))
  }

  private static func extent(_ end: Int, _ header: HTTP2FrameHeader) -> MessageExtent {
    MessageExtent(byteCount: end, ending: header.endsStream ? .complete : .interleaves)
  }
}

extension HTTP2FieldSection {
  /// What the section makes of its stream; `nil` for plain HTTP/2.
  var l7Protocol: L7Protocol? {
    if hasTripleFields || contentType == .triple { return .triple }
    switch contentType {
    case .grpc, .grpcWeb, .grpcWebText: return .grpc
    case .unknown: return first(.grpcStatus) == nil ? nil : .grpc
    case .triple, .other: return nil
    }
  }

  /// Whether the body is a sequence of length-prefixed messages.
  var carriesGRPC: Bool {
    switch contentType {
    case .grpc, .grpcWeb, .triple: true
    case .grpcWebText, .unknown, .other: false
    }
  }
}
