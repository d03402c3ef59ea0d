import Wire

/// Bytes of HTTP/1 to parse steps. Source: RFC 9112.
enum HTTPParser {
  /// Bytes of a start line and its header section, or of a trailer section, beyond which a message counts as malformed. Servers stop
  /// earlier: nginx at 32 KiB, Apache httpd at 8 KiB a line, Node.js at 16 KiB.
  static let longestSection = 65_536
  /// Bytes of a chunk's size line with its extensions.
  static let longestChunkLine = 4096
  /// The largest body or chunk taken at its word; more than any connection carries, small enough to add up safely.
  static let largestBody = 1 << 48
  /// The longest method; the longest registered one has 17 letters (UPDATEREDIRECTREF).
  static let longestMethod = 20

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTPConversation) -> ParseStep<HTTPMessage> {
    if context.continues { return HTTPChunkedBody.parse(bytes, context, &conversation) }
    switch conversation.switched {
    case .not: break
    case .tunnel: return .tunnel
    case .upgrade(let successor): return .handOver(successor)
    }
    guard let first = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }

    // RFC 9112 §2.2: empty lines before a request line are ignored; some servers send them as well.
    if first == 0x0a { return .padding(byteCount: 1) }
    if first == 0x0d {
      guard let second = bytes.uint8(at: 1) else { return .incomplete(scannedByteCount: 0) }
      return second == 0x0a ? .padding(byteCount: 2) : .invalid("a carriage return without a line feed where a message should begin")
    }

    if context.scannedByteCount == 0, !HTTPStartLine.mayBegin(bytes, context.sender) {
      if context.sender == .client, conversation.awaitsTunnel { return .incomplete(scannedByteCount: 0) }
      return .invalid("neither a request line nor a status line of HTTP/1")
    }
    switch sectionEnd(bytes, from: context.scannedByteCount) {
    case .tooLong: return .invalid("a header section longer than the limit")
    case .missing(let scannedByteCount):
      if context.scannedByteCount == 0, let lineEnd = bytes.firstIndex(of: 0x0a), HTTPStartLine.parse(bytes, lineEnd, context.sender) == nil
      {
        return .invalid("a malformed start line")
      }
      return context.isTruncated ? cutHead(bytes, context, &conversation) : .incomplete(scannedByteCount: scannedByteCount)
    case .found(let end):
      return head(bytes, end, context, &conversation)
    }
  }

  /// A head whose end was lost: its whole lines say what they say, and nothing is known of the body.
  private static func cutHead(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTPConversation
  ) -> ParseStep<HTTPMessage> {
    var end = bytes.byteCount
    while end > 0, bytes.load8(at: end - 1) != 0x0a { end -= 1 }
    guard let lineEnd = bytes.firstIndex(of: 0x0a), let startLine = HTTPStartLine.parse(bytes, lineEnd, context.sender) else {
      return .incomplete(scannedByteCount: 0)
    }
    if case .request(let line) = startLine { conversation.noteRequest(HTTPMethodKind(line.method, bytes)) }
    return .message(
      HTTPMessage(startLine: startLine, fieldSection: lineEnd + 1..<end), MessageExtent(byteCount: bytes.byteCount))
  }

  private static func head(
    _ bytes: RawSpan, _ end: Int, _ context: ParseContext, _ conversation: inout HTTPConversation
  ) -> ParseStep<HTTPMessage> {
    guard let lineEnd = bytes.firstIndex(of: 0x0a, to: end), let startLine = HTTPStartLine.parse(bytes, lineEnd, context.sender) else {
      return .invalid("a malformed start line")
    }
    var message = HTTPMessage(startLine: startLine, fieldSection: lineEnd + 1..<end)
    let framing = HTTPBodyFraming(of: message, bytes, answering: conversation.awaitedMethod)
    switch startLine {
    case .request(let line):
      conversation.noteRequest(HTTPMethodKind(line.method, bytes))
    case .response(let line) where !line.isInterim:
      if line.status == 101 {
        let successor = HTTPParser.upgrade(message, bytes)
        conversation.switched = .upgrade(to: successor)
        // Without its request there is nothing that could be answered behind the upgrade.
        if conversation.hasRequest { message.successor = successor }
      } else if conversation.awaitedMethod == .connect, (200..<300).contains(line.status) {
        conversation.switched = .tunnel
      }
      conversation.noteFinalResponse()
    case .response: break
    }
    switch framing {
    case .none: return .message(message, MessageExtent(byteCount: end))
    case .length(let length): return .message(message, MessageExtent(byteCount: end, skippedByteCount: length))
    case .untilClose: return .message(message, MessageExtent(byteCount: end, ending: .atClose))
    case .chunked:
      conversation[chunkEndIsDueFrom: context.sender] = false
      return .message(message, MessageExtent(byteCount: end, ending: .continues))
    }
  }

  /// What the connection speaks behind a 101 response, when it is parsed: HTTP/2 by the token `h2c`. Source: RFC 7540 §3.2.
  private static func upgrade(_ message: HTTPMessage, _ bytes: RawSpan) -> L7Protocol? {
    var fields = HTTPFieldCursor(message.fieldSection)
    while let field = fields.next(bytes) {
      if bytes.equalsIgnoringCase("upgrade", in: field.name), bytes.equalsIgnoringCase("h2c", in: field.value) { return .http2 }
    }
    return nil
  }

  enum SectionEnd {
    /// The offset behind the empty line.
    case found(Int)
    /// Not among these bytes, of which so many need not be looked at again.
    case missing(scannedByteCount: Int)
    case tooLong
  }

  /// Looks for the empty line that ends a section: a line feed, then another, with or without a carriage return between.
  static func sectionEnd(_ bytes: RawSpan, from start: Int, limit: Int = longestSection) -> SectionEnd {
    var offset = start
    while let lineFeed = bytes.firstIndex(of: 0x0a, from: offset) {
      offset = lineFeed + 1
      switch (bytes.uint8(at: offset), bytes.uint8(at: offset + 1)) {
      case (0x0a, _): return offset + 1 <= limit ? .found(offset + 1) : .tooLong
      case (0x0d, 0x0a): return offset + 2 <= limit ? .found(offset + 2) : .tooLong
      case (nil, _), (0x0d, nil): return bytes.byteCount <= limit ? .missing(scannedByteCount: lineFeed) : .tooLong
      default: break
      }
    }
    return bytes.byteCount <= limit ? .missing(scannedByteCount: bytes.byteCount) : .tooLong
  }
}

extension HTTPMethodKind {
  /// Methods are case-sensitive. Source: RFC 9110 §9.1.
  init(_ method: Range<Int>, _ bytes: RawSpan) {
    switch method.count {
    case 4 where bytes.hasBytes("HEAD", at: method.lowerBound): self = .head
    case 7 where bytes.hasBytes("CONNECT", at: method.lowerBound): self = .connect
    default: self = .ordinary
    }
  }
}
