import Wire

/// Bytes of SIP to messages. The header section is looked for as HTTP's is, whose syntax it shares. Source: RFC 3261 §7.
enum SIPParser {
  /// Bytes of a header section.
  static let longestSection = 65_536
  /// The largest body taken at its word.
  private static let largestBody = 1 << 30

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<SIPMessage> {
    guard let first = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    // RFC 3261 §7.5: empty lines before the start line; §18.3, RFC 5626 §3.5.1: two of them keep a connection alive.
    if first == 0x0d || first == 0x0a { return .padding(byteCount: 1) }
    if context.scannedByteCount == 0, !mayBegin(bytes) { return .invalid("neither a request line nor a status line of SIP") }
    let end: Int
    switch HTTPParser.sectionEnd(bytes, from: context.scannedByteCount, limit: longestSection) {
    case .found(let found): end = found
    case .tooLong: return .invalid("a header section longer than the limit")
    case .missing(let scannedByteCount):
      // What is there of a datagram that was cut, or that ends without an empty line, says what it says.
      guard context.isDatagram || context.isTruncated else { return .incomplete(scannedByteCount: scannedByteCount) }
      end = bytes.byteCount
    }
    guard let message = message(bytes, end) else { return .invalid("a malformed start line of SIP") }
    if context.isDatagram { return .message(message, MessageExtent(byteCount: bytes.byteCount)) }
    var body = 0
    var fields = HTTPFieldCursor(message.fieldSection)
    while let field = fields.next(bytes) {
      guard isField(field.name, bytes, "content-length", compact: "l") else { continue }
      guard let length = bytes.decimal(in: field.value), length <= largestBody else { return .invalid("a malformed Content-Length") }
      body = length
    }
    return .message(message, MessageExtent(byteCount: end, skippedByteCount: body))
  }

  /// Whether the bytes are, or may go on to be, a start line.
  static func mayBegin(_ bytes: RawSpan) -> Bool {
    isPrefix(bytes, of: "SIP/2.0 ") || SIPMethod.allCases.contains { isPrefix(bytes, of: $0.name) }
  }

  /// Whether `text` begins with the bytes, or they with it.
  static func isPrefix(_ bytes: RawSpan, of text: StaticString) -> Bool {
    for index in 0..<min(bytes.byteCount, text.utf8CodeUnitCount) where bytes.load8(at: index) != text.utf8Start[index] { return false }
    return true
  }

  private static func message(_ bytes: RawSpan, _ end: Int) -> SIPMessage? {
    let lineFeed = bytes.firstIndex(of: 0x0a, to: end) ?? end
    var lineEnd = lineFeed
    if lineEnd > 0, bytes.load8(at: lineEnd - 1) == 0x0d { lineEnd -= 1 }
    let section = min(end, lineFeed + 1)..<end
    if bytes.hasBytes("SIP/2.0 ", at: 0) {
      guard lineEnd >= 11, let code = bytes.decimal(in: 8..<11), (100..<700).contains(code) else { return nil }
      let method = sequenceMethod(section, bytes) ?? 0..<0
      return SIPMessage(
        startLine: .response(code: code, reason: min(12, lineEnd)..<lineEnd), method: method, fieldSection: section,
        transaction: transaction(section, method, bytes))
    }
    guard let method = SIPMethod(bytes) else { return nil }
    let name = 0..<method.name.utf8CodeUnitCount
    guard let targetEnd = bytes.firstIndex(of: 0x20, from: name.upperBound + 1, to: lineEnd), bytes.hasBytes("SIP/2.0", at: targetEnd + 1)
    else { return nil }
    return SIPMessage(
      startLine: .request(method, target: name.upperBound + 1..<targetEnd), method: name, fieldSection: section,
      transaction: transaction(section, name, bytes))
  }

  /// Whether a field has this name, or the one letter that stands for it. Source: RFC 3261 §7.3.3.
  static func isField(_ name: Range<Int>, _ bytes: RawSpan, _ long: StaticString, compact: StaticString) -> Bool {
    bytes.equalsIgnoringCase(long, in: name) || bytes.equalsIgnoringCase(compact, in: name)
  }

  /// The method in "CSeq: 1 INVITE".
  private static func sequenceMethod(_ section: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var fields = HTTPFieldCursor(section)
    while let field = fields.next(bytes) {
      guard bytes.equalsIgnoringCase("cseq", in: field.name) else { continue }
      guard let blank = bytes.firstIndex(of: 0x20, from: field.value.lowerBound, to: field.value.upperBound) else { return nil }
      return bytes.trimmingBlanks(blank..<field.value.upperBound)
    }
    return nil
  }

  /// By the branch of the topmost Via; peers of before RFC 3261 have none, and are told by Call-ID and CSeq.
  private static func transaction(_ section: Range<Int>, _ method: Range<Int>, _ bytes: RawSpan) -> UInt64 {
    var hash = SIPHash()
    hash.add(bytes, method)
    var call = 0..<0
    var sequence = 0..<0
    var hasVia = false
    var fields = HTTPFieldCursor(section)
    while let field = fields.next(bytes) {
      if !hasVia, isField(field.name, bytes, "via", compact: "v") {
        hasVia = true
        if let branch = branch(field.value, bytes) {
          hash.add(bytes, branch)
          return hash.value
        }
      } else if isField(field.name, bytes, "call-id", compact: "i") {
        call = field.value
      } else if bytes.equalsIgnoringCase("cseq", in: field.name) {
        sequence = field.value
      }
    }
    hash.add(bytes, call)
    hash.add(bytes, sequence)
    return hash.value
  }

  /// The value of the branch parameter of the first Via in a list.
  private static func branch(_ value: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var offset = value.lowerBound
    while offset + 7 <= value.upperBound {
      let byte = bytes.load8(at: offset)
      if byte == 0x2c { return nil }
      if byte == 0x3b, bytes.equalsIgnoringCase("branch=", in: min(offset + 1, value.upperBound)..<min(offset + 8, value.upperBound)) {
        let start = offset + 8
        var end = start
        while end < value.upperBound, ![0x3b, 0x2c, 0x20].contains(bytes.load8(at: end)) { end += 1 }
        return start < end ? start..<end : nil
      }
      offset += 1
    }
    return nil
  }
}

/// FNV-1a, for keys of transactions: collisions on one flow do no more than pair the wrong two of them.
private struct SIPHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: RawSpan, _ range: Range<Int>) {
    for index in range { value = (value ^ UInt64(bytes.load8(at: index))) &* 0x0000_0100_0000_01b3 }
    value = (value ^ 0xff) &* 0x0000_0100_0000_01b3
  }
}
