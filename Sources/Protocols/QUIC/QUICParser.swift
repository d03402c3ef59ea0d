import Wire

/// Datagrams of QUIC to messages: the packets with long headers that a datagram begins with, taken together.
enum QUICParser {
  /// Packets of one datagram that are looked at; one of each kind occurs.
  private static let coalescedPacketLimit = 8

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout QUICConversation) -> ParseStep<QUICMessage> {
    guard let first = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    // RFC 9000 §17.3: short headers come when the handshake is over.
    if conversation.isOver || first & 0x80 == 0 { return .handOver(nil) }
    guard let packet = QUICPacket(bytes, at: 0, isTruncated: context.isTruncated) else { return .invalid("a malformed QUIC header") }
    var message = QUICMessage(
      role: .interim, sender: context.sender, version: packet.version, destinationID: packet.destinationID, sourceID: packet.sourceID)
    switch context.sender {
    case .client: client(packet, bytes, context, &message, &conversation)
    case .server: server(packet, bytes, context, &message, &conversation)
    }
    return .message(message, MessageExtent(byteCount: bytes.byteCount))
  }

  private static func client(
    _ first: QUICPacket, _ bytes: RawSpan, _ context: ParseContext, _ message: inout QUICMessage, _ conversation: inout QUICConversation
  ) {
    guard first.kind == .initial || first.kind == .other else { return }
    var stream = conversation.clientStream
    let frames = initialFrames(first, bytes, context, &stream, &conversation)
    conversation.clientStream = stream
    message.closeCode = frames.closeCode
    message.closeReason = frames.closeReason
    if !conversation.hasClientHello, let hello = stream.firstMessage, hello.first == TLSHandshakeType.clientHello.rawValue {
      conversation.hasClientHello = true
      message.hello = Array(hello)
    }
    if conversation.awaitsResponse {
      message.role = .addition(isLast: false)
    } else {
      conversation.awaitsResponse = true
      message.role = .request(.inOrder)
    }
  }

  private static func server(
    _ first: QUICPacket, _ bytes: RawSpan, _ context: ParseContext, _ message: inout QUICMessage, _ conversation: inout QUICConversation
  ) {
    switch first.kind {
    case .versionNegotiation:
      message.offeredVersions = offeredVersions(first, bytes)
      message.role = .response(.inOrder)
      // The client begins again, in another version.
      conversation = QUICConversation()
    case .retry:
      message.isRetry = true
    case .other:
      message.role = .response(.inOrder)
      conversation.isOver = true
    case .handshake, .zeroRTT:
      message.role = .response(.inOrder)
      conversation.isOver = true
    case .initial:
      var stream = conversation.serverStream
      let frames = initialFrames(first, bytes, context, &stream, &conversation)
      conversation.serverStream = stream
      message.closeCode = frames.closeCode
      message.closeReason = frames.closeReason
      // A packet that only acknowledges the client's first one comes before the answer.
      guard frames.hasCrypto || frames.closeCode != nil else { return }
      message.hello = Array(stream.beginning)
      message.role = .response(.inOrder)
      // After a refusal the client may begin anew.
      if frames.closeCode != nil { conversation = QUICConversation() } else { conversation.isOver = true }
    }
  }

  /// What the Initial packets of a datagram say.
  private static func initialFrames(
    _ first: QUICPacket, _ bytes: RawSpan, _ context: ParseContext, _ stream: inout QUICCryptoStream, _ conversation: inout QUICConversation
  ) -> QUICFrames {
    var result = QUICFrames([], into: &stream)
    var next: QUICPacket? = first
    for _ in 0..<coalescedPacketLimit {
      guard let packet = next, packet.kind == .initial else { break }
      if let opened = conversation.open(packet, bytes, from: context.sender) {
        let frames = QUICFrames(opened, into: &stream)
        result.hasCrypto = result.hasCrypto || frames.hasCrypto
        if result.closeCode == nil {
          result.closeCode = frames.closeCode
          result.closeReason = frames.closeReason
        }
      }
      next = QUICPacket(bytes, at: packet.range.upperBound, isTruncated: context.isTruncated)
    }
    return result
  }

  /// Source: RFC 9000 §17.2.1.
  private static func offeredVersions(_ packet: QUICPacket, _ bytes: RawSpan) -> [QUICVersion] {
    var versions: [QUICVersion] = []
    var offset = packet.packetNumber
    while versions.count < QUICConversation.versionLimit, let number = bytes.bigEndian32(at: offset) {
      versions.append(QUICVersion(rawValue: number))
      offset += 4
    }
    return versions
  }
}
