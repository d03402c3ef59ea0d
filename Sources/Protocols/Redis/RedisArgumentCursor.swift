import Wire

/// Walks the arguments of a command: bulk strings, the last of which may be cut, or the words of an inline command's line.
struct RedisArgumentCursor {
  private var offset: Int
  private let end: Int
  private let isInline: Bool

  init(_ arguments: Range<Int>, isInline: Bool) {
    offset = arguments.lowerBound
    end = arguments.upperBound
    self.isInline = isInline
  }

  mutating func next(_ bytes: RawSpan) -> Range<Int>? { isInline ? nextWord(bytes) : nextBulk(bytes) }

  private mutating func nextBulk(_ bytes: RawSpan) -> Range<Int>? {
    guard offset < end, case .element(let element) = RESPElement.read(bytes, offset), case .bulk(let length) = element.kind else {
      return nil
    }
    let textEnd = min(element.end + length, end)
    offset = min(element.end + length + 2, end)
    return element.end..<textEnd
  }

  /// A word, with its quotes when it is quoted. Source: `sdssplitargs` of the server.
  private mutating func nextWord(_ bytes: RawSpan) -> Range<Int>? {
    while offset < end, bytes.load8(at: offset).isASCIIBlank { offset += 1 }
    guard offset < end else { return nil }
    let start = offset
    var quote: UInt8?
    while offset < end {
      let byte = bytes.load8(at: offset)
      if byte == 0x5c, quote != nil {
        offset = min(offset + 2, end)
        continue
      }
      if byte == quote {
        quote = nil
      } else if quote == nil {
        if byte.isASCIIBlank { break }
        if byte == 0x22 || byte == 0x27 { quote = byte }
      }
      offset += 1
    }
    return start..<offset
  }
}
