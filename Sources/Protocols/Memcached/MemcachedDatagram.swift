import Wire

/// memcached over UDP: a message of either protocol behind a header, in as many datagrams as it needs.
///
/// ```
///   0            2            4                6          8
///   | request id | sequence # | # of datagrams | reserved |
/// ```
///
/// Source: memcached 1.6, doc/protocol.txt, "UDP protocol".
enum MemcachedDatagram {
  static let headerByteCount = 8

  struct Header {
    var identifier: UInt16
    var sequence: UInt16
    /// 0, though some clients send what was there before.
    var reserved: UInt16
  }

  static func header(_ bytes: RawSpan) -> Header? {
    guard bytes.byteCount > headerByteCount else { return nil }
    let sequence = bytes.loadBigEndian16(at: 2)
    guard sequence < bytes.loadBigEndian16(at: 4) else { return nil }
    return Header(identifier: bytes.loadBigEndian16(at: 0), sequence: sequence, reserved: bytes.loadBigEndian16(at: 6))
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<MemcachedMessage> {
    guard let header = header(bytes) else { return .invalid("not a datagram of memcached") }
    let extent = MessageExtent(byteCount: bytes.byteCount)
    guard header.sequence == 0 else {
      let role: MessageRole = context.sender == .client ? .addition(isLast: false) : .interim
      return .message(MemcachedMessage(.furtherDatagram, role, datagramIdentifier: header.identifier), extent)
    }
    guard let (content, isOneWay) = content(bytes, context.sender) else { return .invalid("a datagram without a message") }
    let key = ExchangeKey.identifier(UInt64(header.identifier))
    let role: MessageRole = context.sender == .server ? .response(key) : isOneWay ? .oneWay : .request(key)
    return .message(MemcachedMessage(content, role, datagramIdentifier: header.identifier), extent)
  }

  /// The first message of the datagram.
  private static func content(_ bytes: RawSpan, _ sender: MessageSender) -> (MemcachedMessage.Content, isOneWay: Bool)? {
    let first = bytes.load8(at: headerByteCount)
    if first == (sender == .client ? MemcachedBinary.requestMagic : MemcachedBinary.responseMagic) {
      guard case .header(let header, _) = MemcachedBinaryParser.read(bytes, at: headerByteCount, sender) else { return nil }
      return sender == .client ? (.binaryRequest(header), false) : (.binaryResponse(header), false)
    }
    if sender == .client {
      guard case .command(let command, let verb, _, _) = MemcachedCommandParser.read(bytes, at: headerByteCount) else { return nil }
      return (.command(command), command.isQuiet && !verb.isMeta)
    }
    guard case .line(let line) = MemcachedLine.read(bytes, at: headerByteCount), let kind = MemcachedReplyLine(line.text, bytes) else {
      return nil
    }
    if case .single(let outcome) = kind { return (.reply(MemcachedReply(line: line.text, outcome: outcome)), false) }
    return (.reply(MemcachedReply(line: line.text, outcome: .ok)), false)
  }
}
