import Wire

/// Whether bytes begin a message of Thrift: a version that no other protocol begins with and a name, or a frame around them.
enum ThriftRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard let first = bytes.uint8(at: 0) else { return .needsMore }
    if first == 0x80 || first == 0x82 { return judge(ThriftHeadReader.read(bytes, at: 0, limit: .max), context) }
    guard first == 0 else { return .no }
    guard let length = bytes.bigEndian32(at: 0) else { return .needsMore }
    // The smallest message: version, an empty name's length, sequence, the end of its fields.
    guard length >= 8, Int(length) <= ThriftParser.longestFrame else { return unframed(bytes, context) }
    let frameEnd = 4 + Int(length)
    let verdict = judge(ThriftHeadReader.read(bytes, at: 4, limit: frameEnd), context)
    return verdict == .no ? unframed(bytes, context) : verdict
  }

  private static func unframed(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    judge(ThriftHeadReader.read(bytes, at: 0, limit: .max), context)
  }

  private static func judge(_ result: ThriftHeadReader.Result, _ context: RecognitionContext) -> Recognition {
    switch result {
    case .none: return .no
    case .incomplete: return .needsMore
    case .head(let message, _):
      let sender = message.kind.sender
      if context.isResynchronizing, sender != context.likelySender { return .no }
      // A short name behind the two bytes of the compact protocol may be chance.
      return message.encoding == .binary && message.name.count > 2 ? .certain(sender) : .likely(sender)
    }
  }
}
