import Wire

/// One field line: the name before the colon, the value without surrounding blanks.
struct HTTPFieldLine {
  var name: Range<Int>
  var value: Range<Int>
}

/// Walks the field lines of a header or trailer section that is there as a whole.
///
/// As lenient as the servers that answer such messages: lines may end with a bare LF (RFC 9112 §2.2), a value may go on in lines
/// that begin with a blank (obs-fold, §5.2), and a line without a colon is passed over.
struct HTTPFieldCursor {
  private var offset: Int
  private let end: Int

  init(_ section: Range<Int>) {
    offset = section.lowerBound
    end = section.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> HTTPFieldLine? {
    while offset < end {
      let start = offset
      let lineEnd = takeLine(bytes)
      guard lineEnd > start else { return nil }  // The empty line ends the section.
      guard let colon = bytes.firstIndex(of: 0x3a, from: start, to: lineEnd) else { continue }
      var valueEnd = lineEnd
      while offset < end, bytes.load8(at: offset).isASCIIBlank { valueEnd = takeLine(bytes) }
      return HTTPFieldLine(name: bytes.trimmingBlanks(start..<colon), value: bytes.trimmingBlanks(colon + 1..<valueEnd))
    }
    return nil
  }

  /// Moves behind the line; returns the end of its text.
  private mutating func takeLine(_ bytes: RawSpan) -> Int {
    guard let lineFeed = bytes.firstIndex(of: 0x0a, from: offset, to: end) else {
      offset = end
      return end
    }
    let start = offset
    offset = lineFeed + 1
    return lineFeed > start && bytes.load8(at: lineFeed - 1) == 0x0d ? lineFeed - 1 : lineFeed
  }
}
