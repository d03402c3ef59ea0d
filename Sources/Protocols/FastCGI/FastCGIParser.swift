import Wire

/// Bytes of FastCGI to parse steps: parameters and header sections are read, input and output pass by their length.
/// Source: FastCGI Specification 1.0, §3 and §5.
enum FastCGIParser {
  /// Bytes of a parameter that a record cuts, and of a header section, that are kept.
  static let longestCut = 65_536
  /// Bytes kept of what one record of the error output says.
  static let longestErrorText = 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout FastCGIConversation) -> ParseStep<FastCGIMessage> {
    if conversation[unseenFrom: context.sender] > 0 { return passOn(bytes, context.sender, &conversation) }
    guard let header = FastCGIRecordHeader(bytes) else {
      return bytes.uint8(at: 0) == 1 ? .incomplete(scannedByteCount: 0) : .invalid("a record of another version than 1")
    }
    if let fault = header.fault(version: bytes.load8(at: 0)) { return .invalid(fault) }
    guard header.type.sender == context.sender else { return .invalid("a record that the other side sends") }
    switch header.type {
    case .beginRequest: return begin(header, bytes, &conversation)
    case .parameters: return parameters(header, bytes, &conversation)
    case .standardInput, .data: return input(header, bytes, &conversation)
    case .standardOutput: return FastCGIOutputParser.output(header, bytes, context, &conversation)
    case .standardError: return FastCGIOutputParser.error(header, bytes, &conversation)
    case .endRequest: return FastCGIOutputParser.end(header, bytes, &conversation)
    case .abortRequest, .getValues, .getValuesResult, .unknownType, .other:
      return step(over: header, bytes, context.sender, &conversation)
    }
  }

  /// Passes over a record that says nothing to the request log, as far as it is there.
  static func step(
    over header: FastCGIRecordHeader, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    conversation[unseenFrom: sender] = header.byteCount
    return passOn(bytes, sender, &conversation)
  }

  private static func passOn(
    _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    let count = min(conversation[unseenFrom: sender], bytes.byteCount)
    conversation[unseenFrom: sender] -= count
    return .padding(byteCount: count)
  }

  /// Role (2), flags (1), reserved (5). Source: §5.1.
  private static func begin(
    _ header: FastCGIRecordHeader, _ bytes: RawSpan, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    guard let role = bytes.bigEndian16(at: FastCGIRecordHeader.byteCount) else { return .incomplete(scannedByteCount: 0) }
    var request = FastCGIConversation.Request(identifier: header.request)
    request.isOpen = true
    request.hasData = role == 3
    conversation[header.request] = request
    return .message(FastCGIMessage(request: header.request, content: .request), whole(header, FastCGIRecordHeader.byteCount + 2))
  }

  /// Source: §5.2.
  private static func parameters(
    _ header: FastCGIRecordHeader, _ bytes: RawSpan, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    let end = FastCGIRecordHeader.byteCount + header.contentByteCount
    guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
    var request = conversation[header.request] ?? FastCGIConversation.Request(identifier: header.request)
    var parameters = FastCGIParameters(conversation.settings)
    let content = FastCGIRecordHeader.byteCount..<end
    var rest: [UInt8]
    if request.pendingPair.isEmpty {
      rest = bytes.copy(read(content, bytes, into: &parameters))
    } else {
      let joined = request.pendingPair + bytes.copy(content)
      let span = joined.span
      rest = span.bytes.copy(read(0..<joined.count, span.bytes, into: &parameters))
    }
    if rest.count > longestCut { rest = [] }
    request.pendingPair = rest
    let begins = !request.isOpen
    request.isOpen = true
    conversation[header.request] = request
    guard begins else {
      return .resumption(
        of: UInt64(header.request), FastCGIMessage(request: header.request, content: .parameters(parameters)), whole(header, end))
    }
    return .message(FastCGIMessage(request: header.request, content: .cutRequest(parameters)), whole(header, end))
  }

  /// Reads the whole pairs of `range`; returns where the rest lies.
  private static func read(_ range: Range<Int>, _ bytes: RawSpan, into parameters: inout FastCGIParameters) -> Range<Int> {
    var pairs = FastCGIPairCursor(range)
    while let pair = pairs.next(bytes) { parameters.take(pair.name, pair.value, bytes) }
    return pairs.offset..<range.upperBound
  }

  /// A record without content ends the stream, and the last stream the request. Source: §3.3, §5.3.
  private static func input(
    _ header: FastCGIRecordHeader, _ bytes: RawSpan, _ conversation: inout FastCGIConversation
  ) -> ParseStep<FastCGIMessage> {
    guard var request = conversation[header.request], request.isOpen else { return step(over: header, bytes, .client, &conversation) }
    let endsRequest = header.contentByteCount == 0 && request.hasData == (header.type == .data)
    if endsRequest {
      request.isOpen = false
      conversation[header.request] = request
    }
    return .resumption(of: UInt64(header.request), nil, whole(header, FastCGIRecordHeader.byteCount, isLast: endsRequest))
  }

  /// The extent of a record of which `byteCount` bytes were read.
  static func whole(_ header: FastCGIRecordHeader, _ byteCount: Int, isLast: Bool = false) -> MessageExtent {
    MessageExtent(byteCount: byteCount, skippedByteCount: header.byteCount - byteCount, ending: isLast ? .complete : .interleaves)
  }
}
