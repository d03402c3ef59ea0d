import Wire

/// Whether bytes are TLS records: by a hello, which has seven bytes that are all but fixed, or by records that follow one another.
enum TLSRecognition {
  /// Records that are followed to be sure.
  private static let followedRecordCount = 4

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let header: TLSRecordHeader
    switch TLSRecordHeader.read(bytes, at: 0) {
    case .whole(let read): header = read
    case .short: return .needsMore
    case .malformed: return TLSLegacyHello(bytes) == nil ? .no : .certain(.client)
    }
    if context.isResynchronizing { return .likely(context.likelySender ?? .client) }
    switch header.type {
    case .handshake: return handshake(bytes, header, context)
    case .alert:
      // A server that refuses the first ClientHello says no more than this.
      guard header.contentByteCount == 2 else { return records(bytes, context) }
      guard let level = bytes.uint8(at: 5), let description = bytes.uint8(at: 6) else { return .needsMore }
      guard TLSAlert(level: level, description: description).name != nil, level == 1 || level == 2 else { return .no }
      return .likely(context.likelySender ?? (looksLikeServer(context) ? .server : .client))
    case .changeCipherSpec:
      guard header.contentByteCount == 1 else { return .no }
      return records(bytes, context)
    case .applicationData: return records(bytes, context)
    case .heartbeat: return .no
    }
  }

  private static func handshake(_ bytes: RawSpan, _ header: TLSRecordHeader, _ context: RecognitionContext) -> Recognition {
    guard header.contentByteCount > 0 else { return .no }
    guard let typeByte = bytes.uint8(at: 5) else { return .needsMore }
    guard let type = TLSHandshakeType(rawValue: typeByte), type == .clientHello || type == .serverHello else {
      return records(bytes, context)
    }
    // A hello cut into tiny records has its version in a later one.
    guard header.contentByteCount >= 6 else { return .likely(type == .clientHello ? .client : .server) }
    guard let length = bytes.bigEndian24(at: 6), let version = bytes.bigEndian16(at: 9) else { return .needsMore }
    guard length >= 34, length <= TLSHandshakeRun.longestMessage, version >> 8 == 3 || version >> 8 == 0x7f else {
      return records(bytes, context)
    }
    return .certain(type == .clientHello ? .client : .server)
  }

  /// Records in the middle of a connection: the next ones must follow where each ends.
  private static func records(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    var offset = 0
    for _ in 0..<followedRecordCount {
      switch TLSRecordHeader.read(bytes, at: offset) {
      case .whole(let header):
        guard header.contentByteCount > 0 else { return .no }
        offset += TLSRecordHeader.byteCount + header.contentByteCount
        guard offset < bytes.byteCount else { return .likely(context.likelySender ?? (looksLikeServer(context) ? .server : .client)) }
      case .short: return .likely(context.likelySender ?? (looksLikeServer(context) ? .server : .client))
      case .malformed: return .no
      }
    }
    return .likely(context.likelySender ?? (looksLikeServer(context) ? .server : .client))
  }

  private static func looksLikeServer(_ context: RecognitionContext) -> Bool {
    if TLS.facts.ports.contains(context.sourcePort) { return true }
    if TLS.facts.ports.contains(context.destinationPort) { return false }
    return context.sourcePort < context.destinationPort
  }
}
