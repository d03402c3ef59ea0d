import Wire

/// The records of an application: output, error output, end. Source: FastCGI Specification 1.0, §5.3 and §5.5.
enum FastCGIOutputParser {
  /// Output begins with a header section; what follows is the body.
  static func output(
    _ header: FastCGIRecordHeader, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    let start = FastCGIRecordHeader.byteCount
    let end = start + header.contentByteCount
    let known = conversation[header.request]
    var request = known ?? FastCGIConversation.Request(identifier: header.request)
    var collected: [UInt8]
    switch request.response {
    case .body:
      return .resumption(of: UInt64(header.request), nil, FastCGIParser.whole(header, start))
    case .none, .missed: collected = []
    case .head(let bytes): collected = bytes
    }
    // A record without content ends the output before its header section did: FCGI_END_REQUEST is all that comes.
    guard header.contentByteCount > 0 else { return FastCGIParser.step(over: header, bytes, .server, &conversation) }
    // The section is taken as soon as it is there: of a long record no more may have been captured.
    let there = min(end, bytes.byteCount)
    // Looked at again when it has doubled, so that a record that trickles in costs linear time.
    if there < end, bytes.byteCount < 2 * context.scannedByteCount { return .incomplete(scannedByteCount: context.scannedByteCount) }
    let earlierByteCount = collected.count
    bytes.extracting(start..<there).withUnsafeBytes { collected.append(contentsOf: $0) }
    if known == nil || request.missedItsResponse, !beginsHeaderSection(collected) {
      guard there == end else { return .incomplete(scannedByteCount: there) }
      // The middle of a body whose beginning was not seen.
      return begin(header, FastCGIHead(status: nil), &request, end, &conversation)
    }
    let section = collected.span
    switch HTTPParser.sectionEnd(section.bytes, from: 0) {
    case .found(let sectionEnd):
      let readEnd = start + sectionEnd - earlierByteCount
      return begin(header, head(0..<sectionEnd, section.bytes, conversation.settings), &request, readEnd, &conversation)
    case .missing where there < end: return .incomplete(scannedByteCount: there)
    case .missing where collected.count < FastCGIParser.longestCut:
      let begins = !request.hasResponse
      request.response = .head(collected)
      conversation[header.request] = request
      guard begins else { return .resumption(of: UInt64(header.request), nil, FastCGIParser.whole(header, end)) }
      return .message(FastCGIMessage(request: header.request, content: .response), FastCGIParser.whole(header, end))
    case .missing, .tooLong:
      return begin(header, FastCGIHead(status: nil), &request, there, &conversation)
    }
  }

  static func error(
    _ header: FastCGIRecordHeader, _ bytes: RawSpan, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    let start = FastCGIRecordHeader.byteCount
    let end = start + min(header.contentByteCount, FastCGIParser.longestErrorText)
    guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
    guard var request = conversation[header.request], header.contentByteCount > 0 else {
      return FastCGIParser.step(over: header, bytes, .server, &conversation)
    }
    var message = FastCGIMessage(request: header.request, content: .response)
    message.errorText = bytes.copy(start..<end)
    while let last = message.errorText.last, last == 0x0a || last == 0x0d || last == 0 { message.errorText.removeLast() }
    if request.hasResponse { return .resumption(of: UInt64(header.request), message, FastCGIParser.whole(header, end)) }
    request.response = .head([])
    conversation[header.request] = request
    return .message(message, FastCGIParser.whole(header, end))
  }

  /// Application status (4), protocol status (1), reserved (3).
  static func end(
    _ header: FastCGIRecordHeader, _ bytes: RawSpan, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    let start = FastCGIRecordHeader.byteCount
    guard let application = bytes.bigEndian32(at: start), let status = bytes.uint8(at: start + 4) else {
      return .incomplete(scannedByteCount: 0)
    }
    let request = conversation[header.request]
    let hasResponse = request?.hasResponse ?? false
    conversation[header.request] = nil
    let content = FastCGIMessage.Content.end(FastCGIEnd(applicationStatus: application, protocolStatus: status), begins: !hasResponse)
    var message = FastCGIMessage(request: header.request, content: content)
    message.isCut = !hasResponse && request?.missedItsResponse ?? true
    let extent = FastCGIParser.whole(header, start + 5, isLast: true)
    return hasResponse ? .resumption(of: UInt64(header.request), message, extent) : .message(message, extent)
  }

  /// The header section is known, as far as it will be; the record was read up to `end`.
  private static func begin(
    _ header: FastCGIRecordHeader, _ head: FastCGIHead, _ request: inout FastCGIConversation.Request, _ end: Int,
    _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    let begins = !request.hasResponse
    request.response = .body
    conversation[header.request] = request
    let message = FastCGIMessage(request: header.request, content: .head(head, begins: begins))
    let extent = FastCGIParser.whole(header, end)
    return begins ? .message(message, extent) : .resumption(of: UInt64(header.request), message, extent)
  }

  /// Source: RFC 3875 §6.2.1: a response without `Status` is a 200.
  private static func head(_ section: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings) -> FastCGIHead {
    var head = FastCGIHead(status: 200)
    var requestIDRank = TraceHeader.unranked
    var fields = HTTPFieldCursor(section)
    while let field = fields.next(bytes) {
      if bytes.equalsIgnoringCase("status", in: field.name), field.value.count >= 3,
        let status = bytes.decimal(in: field.value.lowerBound..<field.value.lowerBound + 3), status >= 100
      {
        head.status = status
        head.reason = bytes.copy(bytes.trimmingBlanks(field.value.lowerBound + 3..<field.value.upperBound))
      } else if let header = settings.headers.header(named: field.name, in: bytes), header.requestIDRank < requestIDRank {
        requestIDRank = header.requestIDRank
        head.requestID = bytes.copy(field.value)
      }
    }
    return head
  }

  /// Whether the bytes begin with the name of a field and a colon.
  static func beginsHeaderSection(_ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.prefix(64).enumerated() {
      if byte == 0x3a { return index > 0 }
      guard byte.isHTTPTokenCharacter else { return false }
    }
    return false
  }
}

extension FastCGIConversation.Request {
  var hasResponse: Bool {
    switch response {
    case .none, .missed: false
    case .head, .body: true
    }
  }

  var missedItsResponse: Bool {
    if case .missed = response { return true }
    return false
  }
}
