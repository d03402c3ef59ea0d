import Wire

/// Packets of TNS to parse steps.
enum OracleParser {
  /// Bytes of a packet that are waited for.
  private static let headByteCount = 8192

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout OracleConversation) -> ParseStep<OracleMessage> {
    let packet: OraclePacket
    switch OraclePacket.read(bytes) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a packet")
    case .packet(let read): packet = read
    }
    guard bytes.byteCount >= min(packet.byteCount, headByteCount) || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let end = min(packet.byteCount, bytes.byteCount)
    let content = OraclePacket.headByteCount..<min(end, headByteCount)
    let extent = MessageExtent(byteCount: end, skippedByteCount: packet.byteCount - end)
    let message =
      context.sender == .client
      ? request(packet, content, bytes, &conversation) : response(packet, content, bytes, &conversation)
    guard let message else { return .invalid("a packet of the other side") }
    return .message(message, extent)
  }

  // MARK: Clients

  private static func request(
    _ packet: OraclePacket, _ content: Range<Int>, _ bytes: RawSpan, _ conversation: inout OracleConversation
  ) -> OracleMessage? {
    switch packet.kind {
    case .connect:
      conversation.awaitsAnswer = true
      let version = bytes.bigEndian16(at: 8) ?? 0
      // Long connect data follows in a packet of its own.
      var text: Range<Int>?
      if let length = bytes.bigEndian16(at: 24), let start = bytes.bigEndian16(at: 26), length > 0, Int(start) < content.upperBound {
        text = Int(start)..<min(content.upperBound, Int(start) + Int(length))
      }
      conversation.awaitsConnectData = text == nil
      return OracleMessage(.connect(text, version: version), .request(.inOrder))
    case .data:
      // More of the call under way, or of its connect data.
      guard !conversation.awaitsAnswer else {
        let isConnectData = conversation.awaitsConnectData
        conversation.awaitsConnectData = false
        let text = min(content.lowerBound + 2, content.upperBound)..<content.upperBound
        return OracleMessage(isConnectData ? .connectData(text) : .hidden, .addition(isLast: false))
      }
      let call = content.lowerBound + 2..<max(content.lowerBound + 2, content.upperBound)
      // The end of a connection is a packet without a call.
      guard let code = bytes.uint8(at: call.lowerBound) else { return OracleMessage(.hidden, .interim) }
      conversation.awaitsAnswer = true
      return OracleMessage(OracleCallReader.read(code, call, bytes), .request(.inOrder))
    case .accept, .refuse, .redirect, .resend: return nil
    default: return OracleMessage(.hidden, .interim)
    }
  }

  // MARK: Servers

  private static func response(
    _ packet: OraclePacket, _ content: Range<Int>, _ bytes: RawSpan, _ conversation: inout OracleConversation
  ) -> OracleMessage? {
    let wasAwaited = conversation.awaitsAnswer
    switch packet.kind {
    case .connect: return nil
    case .accept:
      conversation.awaitsAnswer = false
      return OracleMessage(.accept(version: bytes.bigEndian16(at: 8) ?? 0), .response(.inOrder))
    case .refuse:
      conversation.awaitsAnswer = false
      return OracleMessage(.refuse(min(12, content.upperBound)..<content.upperBound), .response(.inOrder))
    case .redirect:
      conversation.awaitsAnswer = false
      return OracleMessage(.redirect(min(10, content.upperBound)..<content.upperBound), .response(.inOrder))
    case .resend:
      conversation.awaitsAnswer = false
      return OracleMessage(.resend, .response(.inOrder))
    case .data:
      // What follows the first packet of an answer says no more of it.
      guard wasAwaited else { return OracleMessage(.hidden, .interim) }
      conversation.awaitsAnswer = false
      let answer = min(content.lowerBound + 2, content.upperBound)..<content.upperBound
      return OracleMessage(.answer(error: OracleCallReader.error(answer, bytes)), .response(.inOrder))
    default: return OracleMessage(.hidden, .interim)
    }
  }
}
