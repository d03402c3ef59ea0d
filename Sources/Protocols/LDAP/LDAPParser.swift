import Wire

/// Messages of LDAP, in the basic encoding rules of ASN.1 as RFC 4511 §5.1 restricts them: definite lengths only.
enum LDAPParser {
  /// The longest message taken at its word.
  static let longestMessage = 1 << 28
  /// Bytes of a message that are read: what operations say stands at their beginning.
  static let headByteLimit = 4096

  /// A tag and a length.
  struct Header {
    var tag: UInt8
    var content: Int
    var length: Int
  }

  enum HeaderReading {
    case whole(Header)
    case short
    case malformed
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout LDAPConversation) -> ParseStep<LDAPMessage> {
    if conversation.startsTLS { return .handOver(.tls) }
    let outer: Header
    switch header(bytes, 0, bytes.byteCount) {
    case .whole(let read): outer = read
    case .short: return .incomplete(scannedByteCount: 0)
    case .malformed: return .invalid("not a message of LDAP")
    }
    guard outer.tag == DERReader.sequence, outer.length >= 5, outer.length <= longestMessage else {
      return .invalid("not a message of LDAP")
    }
    let end = outer.content + outer.length
    let headEnd = min(end, headByteLimit)
    guard bytes.byteCount >= headEnd else {
      guard context.isTruncated, let message = message(bytes, outer.content, bytes.byteCount) else {
        return .incomplete(scannedByteCount: 0)
      }
      return .message(message, MessageExtent(byteCount: bytes.byteCount))
    }
    guard let message = message(bytes, outer.content, headEnd) else { return .invalid("a malformed message of LDAP") }
    note(message, bytes, &conversation)
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }

  /// The header at `offset`. Source: ITU-T X.690 §8.1.3.
  static func header(_ bytes: RawSpan, _ offset: Int, _ end: Int) -> HeaderReading {
    guard offset < end, let tag = bytes.uint8(at: offset) else { return .short }
    guard tag & 0x1f != 0x1f else { return .malformed }
    guard offset + 1 < end, let first = bytes.uint8(at: offset + 1) else { return .short }
    if first < 0x80 { return .whole(Header(tag: tag, content: offset + 2, length: Int(first))) }
    let count = Int(first & 0x7f)
    guard (1...4).contains(count) else { return .malformed }
    guard offset + 2 + count <= end else { return .short }
    var length = 0
    for index in 0..<count { length = length << 8 | Int(bytes.load8(at: offset + 2 + index)) }
    return .whole(Header(tag: tag, content: offset + 2 + count, length: length))
  }

  /// The message whose content is at `start`, of which the bytes up to `end` are there.
  static func message(_ bytes: RawSpan, _ start: Int, _ end: Int) -> LDAPMessage? {
    guard case .whole(let identifier) = header(bytes, start, end), identifier.tag == 2, (1...4).contains(identifier.length),
      identifier.content + identifier.length < end
    else { return nil }
    var number: UInt32 = 0
    for index in 0..<identifier.length { number = number << 8 | UInt32(bytes.load8(at: identifier.content + index)) }
    guard number <= UInt32(Int32.max), case .whole(let body) = header(bytes, identifier.content + identifier.length, end),
      let operation = LDAPOperation(tag: body.tag)
    else { return nil }
    return LDAPMessage(
      identifier: number, operation: operation, body: body.content..<max(body.content, min(end, body.content + body.length)))
  }

  private static func note(_ message: LDAPMessage, _ bytes: RawSpan, _ conversation: inout LDAPConversation) {
    switch message.operation {
    case .extendedRequest where LDAPExtension.isStartTLS(message.body, bytes): conversation.startTLSIdentifier = message.identifier
    case .extendedResponse where message.identifier == conversation.startTLSIdentifier:
      conversation.startTLSIdentifier = nil
      conversation.startsTLS = LDAPSummary.resultCode(message.body, bytes) == 0
    default: break
    }
  }
}

/// Extended operations. Source: RFC 4511 §4.12, §4.14.
enum LDAPExtension {
  static func isStartTLS(_ body: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard let name = name(body, bytes), name.count == 22 else { return false }
    return bytes.hasBytes("1.3.6.1.4.1.1466.20037", at: name.lowerBound)
  }

  /// The operation's object identifier, in dotted decimal.
  static func name(_ body: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var reader = DERReader(body)
    return reader.next(0x80, bytes)?.content
  }
}
