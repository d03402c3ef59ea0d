import Wire

/// Whether bytes are TNS: by the opening of a connection, or its answer; data counts only at the usual port.
enum OracleRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let packet: OraclePacket
    switch OraclePacket.read(bytes) {
    case .invalid: return .no
    case .incomplete: return .needsMore
    case .packet(let read): packet = read
    }
    let isTrusted =
      context.isResynchronizing || Oracle.facts.ports.contains(context.destinationPort) || Oracle.facts.ports.contains(context.sourcePort)
    let sender =
      context.likelySender
      ?? (Oracle.facts.ports.contains(context.destinationPort) ? .client : Oracle.facts.ports.contains(context.sourcePort) ? .server : nil)
    switch packet.kind {
    case .connect:
      guard packet.byteCount >= 34 else { return .no }
      guard let version = bytes.bigEndian16(at: 8), let compatible = bytes.bigEndian16(at: 10), let length = bytes.bigEndian16(at: 24),
        let start = bytes.bigEndian16(at: 26)
      else { return .needsMore }
      guard (300...330).contains(version), (200...330).contains(compatible), length > 0, start >= 34 else { return .no }
      // Long connect data follows in a packet of its own.
      guard Int(start) < packet.byteCount else { return .certain(.client) }
      guard let first = bytes.uint8(at: Int(start)) else { return .needsMore }
      return first == 0x28 ? .certain(.client) : .no
    case .accept:
      guard let version = bytes.bigEndian16(at: 8) else { return .needsMore }
      return (300...330).contains(version) && packet.byteCount >= 24 && packet.byteCount <= 512 ? .likely(.server) : .no
    case .refuse, .redirect:
      let start = packet.kind == .refuse ? 12 : 10
      guard packet.byteCount > start + 2, packet.byteCount <= 4096 else { return .no }
      guard let first = bytes.uint8(at: start) else { return .needsMore }
      return first == 0x28 ? .certain(.server) : .no
    case .resend: return isTrusted && packet.byteCount == 8 && bytes.byteCount == 8 ? .likely(.server) : .no
    case .data: return isTrusted && packet.byteCount >= 10 && packet.byteCount >= bytes.byteCount ? sender.map { .likely($0) } ?? .no : .no
    default: return .no
    }
  }
}
