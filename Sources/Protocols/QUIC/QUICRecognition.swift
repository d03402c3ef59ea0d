import Wire

/// Whether a datagram is QUIC: by a long header of a known version, whose lengths fit the datagram. Short headers have nothing by which
/// they could be told.
enum QUICRecognition {
  /// HTTP/3, DNS over QUIC (RFC 9250) and its drafts, and what servers are tried out on.
  static let ports: [UInt16] = [443, 853, 784, 8853, 4433, 8443]

  /// A client's datagram with an Initial packet is padded to this length. Source: RFC 9000 §14.1.
  private static let shortestInitial = 1200

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard context.isDatagram, let packet = QUICPacket(bytes, at: 0, isTruncated: true) else { return .no }
    let sender = context.likelySender ?? (ports.contains(context.sourcePort) ? .server : .client)
    switch packet.kind {
    case .versionNegotiation:
      // Versions follow, four bytes each, and nothing else.
      let rest = bytes.byteCount - packet.packetNumber
      guard rest >= 4, rest % 4 == 0, packet.destinationID.count + packet.sourceID.count >= 8 else { return .no }
      for offset in stride(from: packet.packetNumber, to: bytes.byteCount, by: 4) {
        if let number = bytes.bigEndian32(at: offset), QUICVersion(rawValue: number).isKnown { return .likely(.server) }
      }
      return .no
    case .other: return .no
    case .initial where packet.version.isReserved && bytes.byteCount < shortestInitial: return .no
    case .retry: return .likely(.server)
    case .initial, .zeroRTT, .handshake:
      guard packet.range.upperBound - packet.packetNumber >= 20 else { return .no }
      return .certain(sender)
    }
  }
}
