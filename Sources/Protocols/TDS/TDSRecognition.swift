import Wire

/// Whether bytes are TDS: by an opening, whose fields agree with one another, or by the text of a statement; the rest counts at a usual port.
enum TDSRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let packet: TDSPacket
    switch TDSPacket.read(bytes) {
    case .invalid: return .no
    case .incomplete: return bytes.byteCount < TDSPacket.headByteCount ? .needsMore : .no
    case .packet(let read): packet = read
    }
    guard let window = bytes.uint8(at: 7) else { return .needsMore }
    guard window == 0, packet.byteCount > TDSPacket.headByteCount || packet.type == .attention else { return .no }
    // Chunks begin and end with packets, or are cut within the first.
    guard packet.isLast ? packet.byteCount >= bytes.byteCount || packet.type == .response : true else { return .no }
    let start = TDSPacket.headByteCount
    let sender = context.likelySender
    let isTrusted =
      context.isResynchronizing || TDS.facts.ports.contains(sender == .server ? context.sourcePort : context.destinationPort)
      || TDS.facts.ports.contains(context.sourcePort)
    switch packet.type {
    case .preLogin: return options(bytes, packet, .client, sender)
    case .login:
      guard bytes.byteCount >= start + 8 else { return .needsMore }
      guard let length = bytes.littleEndian32(at: start), let version = bytes.littleEndian32(at: start + 4), Int(length) >= 86,
        !packet.isLast || Int(length) == packet.byteCount - start, (0x70...0x74).contains(version >> 24) || version >> 24 == 8
      else { return .no }
      return .certain(.client)
    case .oldLogin: return oldLogin(bytes, packet)
    case .batch: return batch(bytes, packet)
    case .call:
      let content = start..<min(bytes.byteCount, packet.byteCount)
      guard bytes.byteCount >= start + 10 else { return .needsMore }
      let hasHeaders = TDSText.behindHeaders(content, bytes) > start
      return hasHeaders && isTrusted ? .certain(.client) : hasHeaders || isTrusted ? .likely(.client) : .no
    case .response:
      if let verdict = optionsOfServer(bytes, packet, sender) { return verdict }
      return isTrusted && sender != .client ? response(bytes, packet) : .no
    case .tokens, .transaction, .bulkLoad, .attention: return isTrusted && sender != .server && packet.isLast ? .likely(.client) : .no
    case .federatedToken, .integratedLogin: return .no
    }
  }

  /// PRELOGIN: a list of options, each a token, an offset and a length, ended by 0xff; the first is the version. Source: §2.2.6.5.
  private static func options(
    _ bytes: RawSpan, _ packet: TDSPacket, _ usual: MessageSender, _ sender: MessageSender?
  ) -> Recognition {
    let start = TDSPacket.headByteCount
    let limit = min(bytes.byteCount, packet.byteCount)
    guard packet.isLast, packet.byteCount <= 1024 else { return .no }
    var offset = start
    var dataStart: Int?
    while offset < limit {
      let token = bytes.load8(at: offset)
      if token == 0xff { return offset > start && dataStart == offset + 1 - start ? .certain(sender ?? usual) : .no }
      guard token <= 8, offset > start || token == 0 else { return .no }
      guard let position = bytes.bigEndian16(at: offset + 1), let length = bytes.bigEndian16(at: offset + 3) else { break }
      guard Int(position) + Int(length) <= packet.byteCount - start else { return .no }
      if offset == start {
        guard length == 6 else { return .no }
        dataStart = Int(position)
      }
      offset += 5
    }
    return limit < packet.byteCount ? .needsMore : .no
  }

  /// The answer to PRELOGIN has the type of a response, and the same options.
  private static func optionsOfServer(_ bytes: RawSpan, _ packet: TDSPacket, _ sender: MessageSender?) -> Recognition? {
    let verdict = options(bytes, packet, .server, .server)
    if verdict == .no { return nil }
    return sender == .client ? .no : verdict
  }

  private static func oldLogin(_ bytes: RawSpan, _ packet: TDSPacket) -> Recognition {
    guard packet.byteCount >= 512 else { return .no }
    let start = TDSPacket.headByteCount
    for field in [0, 31, 62, 140] {
      guard let length = bytes.uint8(at: start + field + 30) else { return .needsMore }
      guard length <= 30, field != 31 || length > 0 else { return .no }
      // What a text does not fill is zero.
      for index in Int(length)..<30 where bytes.load8(at: start + field + index) != 0 { return .no }
    }
    return .certain(.client)
  }

  private static func batch(_ bytes: RawSpan, _ packet: TDSPacket) -> Recognition {
    let content = TDSPacket.headByteCount..<min(bytes.byteCount, packet.byteCount)
    let start = TDSText.behindHeaders(content, bytes)
    let text = TDSText.utf8(min(start, content.upperBound)..<min(content.upperBound, start + 512), bytes)
    let digest = SQLScanner.digest(0..<text.count, text.span.bytes, .transactSQL)
    if digest.verb != nil { return .certain(.client) }
    return bytes.byteCount < packet.byteCount && bytes.byteCount < 64 ? .needsMore : .no
  }

  private static func response(_ bytes: RawSpan, _ packet: TDSPacket) -> Recognition {
    switch bytes.uint8(at: TDSPacket.headByteCount) {
    case nil: .needsMore
    case 0xaa, 0xab, 0xe3, 0xad, 0xa9, 0xe5, 0xe2, 0x79, 0xfd, 0xfe, 0xff, 0x81, 0xee, 0xec, 0xd1, 0xd2, 0xac: .likely(.server)
    default: .no
    }
  }
}
