import Wire

/// Whether bytes are OpenWire: by the first command of either side; in the middle of a connection by a command that fits to its last byte.
enum OpenWireRecognition {
  /// Texts and objects that a command must have on an unusual port.
  private static let leastEvidence = 3

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    let isExpected = context.isResynchronizing || isUsual(context.destinationPort) || isUsual(context.sourcePort)
    guard let length = bytes.bigEndian32(at: 0) else {
      // Lengths that are waited for are below 2^16.
      for index in 0..<min(2, bytes.byteCount) where bytes.load8(at: index) != 0 { return .no }
      return .needsMore
    }
    guard length > 0, Int(length) <= OpenWireParser.longestCommand else { return .no }
    guard let typeByte = bytes.uint8(at: 4) else {
      return Int(length) <= OpenWireParser.deductionByteLimit || isExpected ? .needsMore : .no
    }
    let type = OpenWireType(rawValue: typeByte)
    if type == .wireFormatInfo { return formatInfo(bytes, Int(length), context) }
    guard type.isOnItsOwn else { return .no }
    return command(type, bytes, 4 + Int(length), isExpected, context)
  }

  private static func isUsual(_ port: UInt16) -> Bool { OpenWire.facts.ports.contains(port) }

  /// Who sent a command: who sends such, who has the usual port, who else seems to.
  private static func sender(_ type: OpenWireType?, _ context: RecognitionContext) -> MessageSender {
    if context.isResynchronizing, let sender = context.likelySender { return sender }
    if let sender = type?.sender { return sender }
    if isUsual(context.sourcePort) != isUsual(context.destinationPort) { return isUsual(context.sourcePort) ? .server : .client }
    return context.likelySender ?? .client
  }

  private static func formatInfo(_ bytes: RawSpan, _ length: Int, _ context: RecognitionContext) -> Recognition {
    let magic = OpenWireFormatInfo.magic
    guard length >= OpenWireFormatInfo.shortestByteCount - 4, length <= OpenWireParser.deductionByteLimit else { return .no }
    for index in 0..<min(magic.utf8CodeUnitCount, bytes.byteCount - 4) where bytes.load8(at: 4 + index) != magic.utf8Start[index] {
      return .no
    }
    guard let version = bytes.bigEndian32(at: 13) else { return .needsMore }
    guard (1...255).contains(version) else { return .no }
    return .certain(sender(nil, context))
  }

  /// A command in the middle of a connection.
  private static func command(
    _ type: OpenWireType, _ bytes: RawSpan, _ end: Int, _ isExpected: Bool, _ context: RecognitionContext
  ) -> Recognition {
    let sender = sender(type, context)
    if end <= bytes.byteCount {
      guard end <= OpenWireParser.deductionByteLimit || isExpected else { return .no }
      guard let evidenceCount = evidence(type, bytes.extracting(0..<end), end, outcomes: [.whole]) else { return .no }
      return isExpected || evidenceCount >= leastEvidence && isFollowed(bytes, end) ? .likely(sender) : .no
    }
    guard isExpected else { return .no }
    if let evidenceCount = evidence(type, bytes, end, outcomes: [.cutInContent]), evidenceCount >= leastEvidence { return .likely(sender) }
    guard let evidenceCount = evidence(type, bytes, end, outcomes: [.cut, .cutInContent]) else { return .no }
    if end <= ProtocolEngine.prefixByteLimit || bytes.byteCount < 64 { return .needsMore }
    return evidenceCount >= leastEvidence ? .likely(sender) : .no
  }

  /// The texts and objects of the command in the first format that its bytes fit.
  private static func evidence(_ type: OpenWireType, _ bytes: RawSpan, _ end: Int, outcomes: [OpenWireWalker.Outcome]) -> Int? {
    for index in 0..<OpenWireCandidates.count {
      var walker = OpenWireWalker(type, OpenWireCandidates.format(index), 5..<end, bytes, cache: nil)
      walker.walk(bytes)
      if outcomes.contains(walker.outcome), walker.outcome != .whole || walker.isExact(bytes) { return walker.evidenceCount }
    }
    return nil
  }

  /// Whether nothing follows the first command, or another may.
  private static func isFollowed(_ bytes: RawSpan, _ end: Int) -> Bool {
    guard let length = bytes.bigEndian32(at: end), let type = bytes.uint8(at: end + 4) else { return bytes.byteCount - end < 5 }
    return length > 0 && Int(length) <= OpenWireParser.longestCommand && OpenWireType(rawValue: type).isOnItsOwn
  }
}
