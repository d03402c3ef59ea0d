import Wire

/// Steps over a chunked body: size lines are read, data is skipped by its length, the trailer section ends it.
///
///     chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF      last-chunk = 1*"0" [ chunk-ext ] CRLF trailer-section CRLF
///
/// Source: RFC 9112 §7.1.
enum HTTPChunkedBody {
  /// One step goes through all the chunks that are there, so that a body of many small ones is not a step each.
  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout HTTPConversation) -> ParseStep<HTTPMessage> {
    var offset = 0
    while true {
      if conversation[chunkEndIsDueFrom: context.sender] {
        switch (bytes.uint8(at: offset), bytes.uint8(at: offset + 1)) {
        case (0x0d, 0x0a): offset += 2
        case (0x0a, _): offset += 1
        case (nil, _), (0x0d, nil): return pause(offset, scannedByteCount: 0)
        default: return .invalid("a chunk's data does not end where its size says")
        }
        conversation[chunkEndIsDueFrom: context.sender] = false
      }
      guard let lineFeed = bytes.firstIndex(of: 0x0a, from: offset, to: offset + HTTPParser.longestChunkLine) else {
        let isTooLong = bytes.byteCount - offset >= HTTPParser.longestChunkLine
        return isTooLong ? .invalid("a chunk's size line longer than the limit") : pause(offset, scannedByteCount: 0)
      }
      guard let size = chunkSize(offset..<lineFeed, bytes) else { return .invalid("a malformed chunk size") }
      if size == 0 { return trailerSection(bytes, offset, lineFeed, context) }

      conversation[chunkEndIsDueFrom: context.sender] = true
      let dataStart = lineFeed + 1
      guard bytes.byteCount - dataStart >= size else {
        return .part(nil, MessageExtent(byteCount: dataStart, skippedByteCount: size, ending: .continues))
      }
      offset = dataStart + size
    }
  }

  /// What was read so far is a part; a step that got nowhere waits for more.
  private static func pause(_ offset: Int, scannedByteCount: Int) -> ParseStep<HTTPMessage> {
    offset > 0 ? .part(nil, MessageExtent(byteCount: offset, ending: .continues)) : .incomplete(scannedByteCount: scannedByteCount)
  }

  /// The line feed of the last chunk's size line counts as the first of the two that end the section, so an empty trailer needs no rule.
  private static func trailerSection(_ bytes: RawSpan, _ start: Int, _ lineFeed: Int, _ context: ParseContext) -> ParseStep<HTTPMessage> {
    switch HTTPParser.sectionEnd(bytes, from: max(lineFeed, context.scannedByteCount), limit: start + HTTPParser.longestSection) {
    case .found(let end): return .part(nil, MessageExtent(byteCount: end))
    case .missing(let scannedByteCount): return pause(start, scannedByteCount: scannedByteCount)
    case .tooLong: return .invalid("a trailer section longer than the limit")
    }
  }

  /// The hexadecimal number before the chunk extensions; `nil` when there is none or it is beyond the limit.
  private static func chunkSize(_ line: Range<Int>, _ bytes: RawSpan) -> Int? {
    var size = 0
    var index = line.lowerBound
    while index < line.upperBound, let digit = bytes.load8(at: index).hexadecimalDigit {
      size = size << 4 | digit
      guard size <= HTTPParser.largestBody else { return nil }
      index += 1
    }
    guard index > line.lowerBound else { return nil }
    // Servers pad the size with blanks; an extension begins with a semicolon.
    guard index < line.upperBound else { return size }
    let next = bytes.load8(at: index)
    return next.isASCIIBlank || next == 0x3b || (next == 0x0d && index + 1 == line.upperBound) ? size : nil
  }
}

extension UInt8 {
  fileprivate var hexadecimalDigit: Int? {
    switch self {
    case 0x30...0x39: Int(self) - 0x30
    case 0x41...0x46: Int(self) - 0x41 + 10
    case 0x61...0x66: Int(self) - 0x61 + 10
    default: nil
    }
  }
}
