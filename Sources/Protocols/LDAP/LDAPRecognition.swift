import Wire

/// Whether bytes are LDAP: a sequence with a message number and an operation, whose tags and lengths agree.
enum LDAPRecognition {
  /// The longest first message believed: what opens a connection is short.
  private static let longestFirstMessage = 65_536
  /// Bytes that settle it.
  private static let sureByteCount = 16

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let isUsualPort = LDAP.facts.ports.contains(context.destinationPort) || LDAP.facts.ports.contains(context.sourcePort)
    guard case .whole(let outer) = LDAPParser.header(bytes, 0, bytes.byteCount) else {
      guard case .short = LDAPParser.header(bytes, 0, bytes.byteCount) else { return .no }
      return bytes.uint8(at: 0).map { $0 == DERReader.sequence } ?? true ? .needsMore : .no
    }
    guard outer.tag == DERReader.sequence, outer.length >= 5, outer.length <= longestFirstMessage else { return .no }
    guard let message = LDAPParser.message(bytes, outer.content, bytes.byteCount) else {
      return bytes.byteCount < sureByteCount && isBeginning(bytes, outer.content) ? .needsMore : .no
    }
    let end = outer.content + outer.length
    guard message.body.upperBound <= end else { return .no }
    let sender = message.operation.isFromClient ? MessageSender.client : .server
    if context.isResynchronizing { return context.likelySender == sender ? .likely(sender) : .no }
    if isUsualPort { return .certain(sender) }
    switch message.operation {
    case .bindRequest: return isBind(message.body, bytes) ? .certain(.client) : .no
    case .bindResponse, .searchRequest, .extendedRequest: return isWhole(message, bytes, end) ? .likely(sender) : .no
    default: return .no
    }
  }

  /// Whether what is there of a number and an operation may go on to be a message.
  private static func isBeginning(_ bytes: RawSpan, _ start: Int) -> Bool {
    guard let tag = bytes.uint8(at: start) else { return true }
    guard tag == 0x02 else { return false }
    guard let length = bytes.uint8(at: start + 1) else { return true }
    guard (1...4).contains(length) else { return false }
    guard let operation = bytes.uint8(at: start + 2 + Int(length)) else { return true }
    return LDAPOperation(tag: operation) != nil
  }

  /// Version 2 or 3, then a name. Source: RFC 4511 §4.2.
  private static func isBind(_ body: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard bytes.uint8(at: body.lowerBound) == 2, bytes.uint8(at: body.lowerBound + 1) == 1,
      let version = bytes.uint8(at: body.lowerBound + 2), (2...3).contains(version)
    else { return false }
    return bytes.uint8(at: body.lowerBound + 3).map { $0 == DERReader.octetString } ?? true
  }

  /// The operation fills the message, but for controls, and its first field is of the right kind.
  private static func isWhole(_ message: LDAPMessage, _ bytes: RawSpan, _ end: Int) -> Bool {
    guard bytes.byteCount >= end, let field = bytes.uint8(at: message.body.lowerBound) else { return false }
    guard message.body.upperBound == end || bytes.uint8(at: message.body.upperBound) == 0xa0 else { return false }
    switch message.operation {
    case .searchRequest: return field == DERReader.octetString
    case .extendedRequest: return field == 0x80
    default: return field == 0x0a
    }
  }
}
