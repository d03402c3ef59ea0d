import Wire

/// Whether bytes begin a frame of CQL: its five fields must agree with one another, and the body with the opcode.
enum CassandraRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    if let sender = segment(bytes) { return context.isResynchronizing && sender != context.likelySender ? .no : .certain(sender) }
    let frame: CassandraFrame
    switch CassandraFrame.read(bytes, at: 0) {
    case .invalid: return .no
    case .incomplete: return bytes.byteCount < 9 ? .needsMore : .no
    case .frame(let read): frame = read
    }
    let sender: MessageSender = frame.isResponse ? .server : .client
    if context.isResynchronizing, sender != context.likelySender { return .no }
    // Streams of clients are not negative.
    guard frame.stream >= 0 || frame.opcode == .event else { return .no }
    let serverPort = sender == .client ? context.destinationPort : context.sourcePort
    let isTrusted = context.isResynchronizing || Cassandra.facts.ports.contains(serverPort)
    let body = frame.headByteCount
    let length = frame.bodyByteCount
    let isWhole = body + length == bytes.byteCount
    guard !frame.isCompressed else {
      // A long result of a flow that is known to be CQL.
      let isLong = context.isResynchronizing && body + length > bytes.byteCount && length > CassandraParser.headByteCount
      return isTrusted && (isWhole || isLong) ? .likely(sender) : .no
    }
    switch frame.opcode {
    case .startup:
      // A map that holds CQL_VERSION.
      guard length >= 19, length <= 4096 else { return .no }
      guard bytes.byteCount >= body + 15 else { return .needsMore }
      for offset in body + 2..<min(bytes.byteCount, body + length) - 10 where bytes.hasBytes("CQL_VERSION", at: offset) {
        return .certain(.client)
      }
      return bytes.byteCount < body + length ? .needsMore : .no
    case .query, .prepare:
      guard let textLength = bytes.bigEndian32(at: body) else { return bytes.byteCount < body + 4 ? .needsMore : .no }
      guard frame.flags & 4 == 0, Int(textLength) <= length - 4 else { return .no }
      let limit = min(bytes.byteCount, body + 4 + Int(textLength), body + 1024)
      guard limit > body + 4 else { return bytes.byteCount < body + length ? .needsMore : .no }
      let digest = SQLScanner.digest(body + 4..<limit, bytes, .cql)
      if digest.verb != nil { return .certain(.client) }
      return limit == bytes.byteCount && limit < body + 24 ? .needsMore : .no
    case .options, .ready: return length == 0 && isWhole && isTrusted ? .likely(sender) : .no
    default:
      // Bodies of several kinds: only at the usual port.
      guard isTrusted else { return .no }
      return .likely(sender)
    }
  }

  /// Whose segment the bytes begin with, when they do: its check sum is right, and an envelope of version 5 stands at its beginning.
  private static func segment(_ bytes: RawSpan) -> MessageSender? {
    for isCompressed in [false, true] {
      guard let segment = CassandraSegment(bytes, isCompressed: isCompressed) else { continue }
      let payload = segment.headByteCount..<min(bytes.byteCount, segment.headByteCount + segment.payloadByteCount)
      let head =
        segment.unpackedByteCount == nil
        ? bytes.copy(payload.prefix(9)) : DecompressedPrefix.lz4Block(payload.prefix(64), bytes, limit: 9)
      if case .frame(let frame) = CassandraFrame.read(head.span.bytes, at: 0), frame.version == 5 {
        return frame.isResponse ? .server : .client
      }
    }
    return nil
  }
}
