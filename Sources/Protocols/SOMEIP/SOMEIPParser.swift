import Wire

/// Bytes of SOME/IP to parse steps.
///
///     service (2) method (2) length (4) client (2) session (2) 01 interface version (1) type (1) return code (1) payload
///
/// The length counts from the client on. Source: PRS_SOMEIP_00030, PRS_SOMEIP_00042.
enum SOMEIPParser {
  private static let headerByteCount = 16
  /// The longest message taken at its word.
  static let longestMessage = 1 << 26
  /// The longest first message of a stream on an unusual port that is waited for.
  private static let longestFirstMessage = 2048
  /// Bytes of a payload that are read: entries of service discovery.
  static let payloadByteLimit = 1024
  /// Flag of the type: a segment, with an offset behind the header.
  private static let segmentFlag: UInt8 = 0x20
  /// Over TCP, a message of this identifier says: here a message begins. Source: PRS_SOMEIP_00154, "Magic Cookies".
  private static let cookies: (client: UInt32, server: UInt32) = (0xffff_0000, 0xffff_8000)

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<SOMEIPMessage> {
    guard isBeginning(bytes) else { return .invalid("not a message of SOME/IP") }
    guard bytes.byteCount >= headerByteCount else { return .incomplete(scannedByteCount: 0) }
    let end = 8 + Int(bytes.loadBigEndian32(at: 4))
    if isCookie(bytes) { return .padding(byteCount: headerByteCount) }
    if context.isDatagram, end > bytes.byteCount, !context.isTruncated { return .invalid("a message longer than its datagram") }
    guard let message = message(bytes, min(end, headerByteCount + payloadByteLimit)) else {
      return context.isTruncated ? .invalid("a message cut in its header") : .incomplete(scannedByteCount: 0)
    }
    guard bytes.byteCount >= message.payload.upperBound || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let headEnd = min(message.payload.upperBound, bytes.byteCount)
    var read = message
    read.payload = min(message.payload.lowerBound, headEnd)..<headEnd
    return .message(read, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard isBeginning(bytes) else { return .no }
    guard bytes.byteCount >= headerByteCount else { return context.isDatagram ? .no : .needsMore }
    let isUsualPort = SOMEIP.facts.ports.contains(context.destinationPort) || SOMEIP.facts.ports.contains(context.sourcePort)
    if isCookie(bytes) { return .certain(bytes.loadBigEndian32(at: 0) == cookies.client ? .client : .server) }
    guard let message = message(bytes, headerByteCount + payloadByteLimit) else { return context.isDatagram ? .no : .needsMore }
    // Both ends of service discovery speak alike.
    if message.isDiscovery { return .certain(context.likelySender ?? .client) }
    let sender = message.kind.sender ?? context.likelySender ?? .client
    guard isFilled(bytes, exactly: context.isDatagram) else { return .no }
    if context.isResynchronizing { return context.likelySender == sender ? .likely(sender) : .no }
    if isUsualPort { return .certain(sender) }
    guard !context.isDatagram else { return .likely(sender) }
    // Elsewhere a message of a stream must have its session, be short and end where the bytes end, perhaps with others before it.
    guard message.client != 0, message.session != 0 else { return .no }
    if isFilled(bytes, exactly: true) { return .likely(sender) }
    return 8 + Int(bytes.loadBigEndian32(at: 4)) > bytes.byteCount && bytes.loadBigEndian32(at: 4) <= longestFirstMessage ? .needsMore : .no
  }

  /// Whether the header is one, as far as it is there.
  private static func isBeginning(_ bytes: RawSpan) -> Bool {
    // A service of 0 is reserved; that of all ones is for discovery and cookies.
    guard let length = bytes.bigEndian32(at: 4) else { return bytes.bigEndian16(at: 0) != 0 }
    guard let identifier = bytes.bigEndian32(at: 0), identifier >> 16 != 0, length >= 8, Int(length) <= longestMessage else { return false }
    guard bytes.uint8(at: 12) ?? 1 == 1 else { return false }
    guard let type = bytes.uint8(at: 14) else { return true }
    guard let kind = SOMEIPMessage.Kind(code: type & ~segmentFlag), type & segmentFlag == 0 || length >= 12 else { return false }
    guard let code = bytes.uint8(at: 15) else { return true }
    guard identifier >> 16 != 0xffff || identifier & 0xffff == 0x8100 || identifier == cookies.client || identifier == cookies.server else {
      return false
    }
    switch kind {
    case .request, .requestNoReturn, .notification, .acknowledgement: return code == 0
    case .response, .error: return code < 0x5f
    }
  }

  /// Client 0xdead, session 0xbeef.
  private static func isCookie(_ bytes: RawSpan) -> Bool {
    guard let identifier = bytes.bigEndian32(at: 0), identifier == cookies.client || identifier == cookies.server else { return false }
    return bytes.bigEndian32(at: 4) == 8 && bytes.bigEndian32(at: 8) == 0xdead_beef
  }

  /// Whether messages lead from the beginning of the bytes to their end, which of a stream may lie inside the last.
  private static func isFilled(_ bytes: RawSpan, exactly: Bool) -> Bool {
    var offset = 0
    while offset < bytes.byteCount {
      guard isBeginning(bytes.extracting(offset..<bytes.byteCount)) else { return false }
      guard let length = bytes.bigEndian32(at: offset + 4) else { return !exactly }
      offset += 8 + Int(length)
    }
    return offset == bytes.byteCount || !exactly
  }

  private static func message(_ bytes: RawSpan, _ end: Int) -> SOMEIPMessage? {
    guard let kind = SOMEIPMessage.Kind(code: bytes.load8(at: 14) & ~segmentFlag) else { return nil }
    var message = SOMEIPMessage(
      kind: kind, service: bytes.loadBigEndian16(at: 0), method: bytes.loadBigEndian16(at: 2), client: bytes.loadBigEndian16(at: 8),
      session: bytes.loadBigEndian16(at: 10), interfaceVersion: bytes.load8(at: 13), returnCode: bytes.load8(at: 15),
      payload: headerByteCount..<end)
    if bytes.load8(at: 14) & segmentFlag != 0 {
      guard let offset = bytes.bigEndian32(at: headerByteCount) else { return nil }
      // The lowest four bits are flags; the offset counts in sixteens of bytes, which is the number without them.
      message.segmentOffset = offset & ~0xf
      message.payload = headerByteCount + 4..<max(headerByteCount + 4, end)
    }
    return message
  }
}
