import Wire

/// Whether bytes are AMQP 0-9-1: its header, or frames whose methods exist and whose ends are where they must be.
enum AMQPRecognition {
  static let name: StaticString = "AMQP"

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    if bytes.uint8(at: 0) == UInt8(ascii: "A") { return protocolHeader(bytes, context) }
    guard let header = AMQPParser.header(bytes, at: 0) else { return .no }
    guard bytes.byteCount >= AMQPFrameHeader.byteCount else { return bytes.uint8(at: 1) ?? 0 < 16 ? .needsMore : .no }
    switch header.kind {
    case .heartbeat:
      guard bytes.byteCount > AMQPFrameHeader.byteCount else { return .needsMore }
      guard bytes.load8(at: AMQPFrameHeader.byteCount) == AMQPFrameHeader.end else { return .no }
      return context.likelySender.map { .likely($0) } ?? .needsMore
    case .contentHeader, .body: return .no
    case .method:
      guard header.length >= 4, header.length <= AMQPParser.longestHead else { return .no }
      guard bytes.byteCount >= AMQPFrameHeader.byteCount + 4 else { return .needsMore }
      guard let method = AMQPParser.method(bytes, at: AMQPFrameHeader.byteCount) else { return .no }
      let end = AMQPFrameHeader.byteCount + header.length
      guard let last = bytes.uint8(at: end) else { return .needsMore }
      guard last == AMQPFrameHeader.end else { return .no }
      let isServer = AMQP.facts.ports.contains(context.sourcePort)
      return .certain(method.sender ?? context.likelySender ?? (isServer ? .server : .client))
    }
  }

  /// "AMQP" 0 0 9 1. Version 1.0 has another number behind the name.
  private static func protocolHeader(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    let wanted: [UInt8] = Array("AMQP".utf8) + [0, 0, 9, 1]
    for index in 0..<min(wanted.count, bytes.byteCount) where bytes.load8(at: index) != wanted[index] { return .no }
    guard bytes.byteCount >= wanted.count else { return .needsMore }
    return .certain(context.likelySender ?? .client)
  }
}
