import Wire

/// Packets of TDS to parse steps.
enum TDSParser {
  /// Bytes of text that are shown.
  static let shownByteCount = SQLSummary.shownByteCount

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout TDSConversation) -> ParseStep<TDSMessage> {
    // A login in TLS, when no more than the login is encrypted: records between the packets.
    if let first = bytes.uint8(at: 0), (0x14...0x17).contains(first), !context.continues, bytes.uint8(at: 1) ?? 3 == 3 {
      guard let length = bytes.bigEndian16(at: 3) else { return .incomplete(scannedByteCount: 0) }
      let present = min(bytes.byteCount, 5 + Int(length))
      let extent = MessageExtent(byteCount: present, skippedByteCount: 5 + Int(length) - present)
      guard first == 0x17, context.sender == .client, conversation.awaitsEncryptedLogin else {
        return .message(TDSMessage(.hidden, .interim), extent)
      }
      conversation.awaitsEncryptedLogin = false
      return .message(TDSMessage(.request(TDSRequest(type: .login)), .request(.inOrder)), extent)
    }
    let packet: TDSPacket
    switch TDSPacket.read(bytes) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid: return .invalid("not a packet")
    case .packet(let read): packet = read
    }
    guard (packet.type == .response) == (context.sender == .server) || packet.type == .preLogin else {
      return .invalid("a packet of the other side")
    }
    guard bytes.byteCount >= packet.byteCount || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let content = TDSPacket.headByteCount..<min(packet.byteCount, bytes.byteCount)
    let extent = MessageExtent(byteCount: content.upperBound, ending: packet.isLast ? .complete : .continues)
    let message: TDSMessage?
    if context.sender == .server {
      message = response(packet, content, bytes, continues: context.continues, &conversation)
    } else if context.continues {
      message = further(content, bytes, isLast: packet.isLast, &conversation)
    } else {
      message = request(packet, content, bytes, &conversation)
    }
    guard let message, !context.continues else { return .part(message, extent) }
    return .message(message, extent)
  }

  /// A record of TLS in a packet: the handshake of a login.
  private static func isRecord(_ content: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard let first = bytes.uint8(at: content.lowerBound) else { return false }
    return (0x14...0x17).contains(first) && bytes.uint8(at: content.lowerBound + 1) == 3
  }

  // MARK: Requests

  private static func request(
    _ packet: TDSPacket, _ content: Range<Int>, _ bytes: RawSpan, _ conversation: inout TDSConversation
  ) -> TDSMessage {
    var request = TDSRequest(type: packet.type, database: conversation.database)
    switch packet.type {
    case .preLogin:
      // Records of TLS within packets: the handshake of a login.
      if isRecord(content, bytes) { return TDSMessage(.hidden, .interim) }
      // A connection begins.
      conversation = TDSConversation()
      request.database = []
    case .batch:
      let start = TDSText.behindHeaders(content, bytes)
      begin(TDSText.utf8(start..<content.upperBound, bytes), isLast: packet.isLast, &request, &conversation)
    case .tokens:
      // TDS 5.0, LANGUAGE: a length of four bytes, a status, the text.
      guard bytes.uint8(at: content.lowerBound) == 0x21, let length = bytes.littleEndian32(at: content.lowerBound + 1) else { break }
      let start = content.lowerBound + 6
      let end = min(content.upperBound, start + max(0, Int(length) - 1))
      begin(start < end ? bytes.copy(start..<end) : [], isLast: true, &request, &conversation)
    case .call: TDSCallReader.read(TDSText.behindHeaders(content, bytes)..<content.upperBound, bytes, &request, &conversation)
    case .login: TDSLoginReader.login(content, bytes, &request, &conversation)
    case .oldLogin: TDSLoginReader.oldLogin(content, bytes, &request, &conversation)
    case .transaction:
      let start = TDSText.behindHeaders(content, bytes)
      request.text = TDSText.transaction(bytes.littleEndian16(at: start) ?? 0)
    case .attention: return TDSMessage(.request(request), .oneWay)
    default: break
    }
    return TDSMessage(.request(request), .request(.inOrder))
  }

  private static func begin(_ text: [UInt8], isLast: Bool, _ request: inout TDSRequest, _ conversation: inout TDSConversation) {
    let bytes = text.span.bytes
    guard !isLast else {
      let digest = SQLScanner.digest(0..<text.count, bytes, .transactSQL)
      request.text = digest.hasCredentials ? digest.shape : Array(text.prefix(shownByteCount))
      return request.digest = digest
    }
    var scanner = SQLScanner(.transactSQL)
    let next = scanner.take(0..<text.count, bytes, isLast: false)
    let digest = scanner.digestSoFar()
    request.digest = digest
    request.text = digest.hasCredentials ? digest.shape : Array(text.prefix(shownByteCount))
    conversation.rest = Array(text[next...])
    conversation.scanner = scanner
  }

  /// A further packet of a statement.
  private static func further(
    _ content: Range<Int>, _ bytes: RawSpan, isLast: Bool, _ conversation: inout TDSConversation
  ) -> TDSMessage? {
    guard var scanner = conversation.scanner else { return nil }
    let text = conversation.rest + TDSText.utf8(content, bytes)
    let next = scanner.take(0..<text.count, text.span.bytes, isLast: isLast)
    conversation.rest = Array(text[next...])
    conversation.scanner = isLast ? nil : scanner
    guard isLast else { return nil }
    conversation.rest = []
    return TDSMessage(.statement(scanner.finish()), .oneWay)
  }

  // MARK: Responses

  private static func response(
    _ packet: TDSPacket, _ content: Range<Int>, _ bytes: RawSpan, continues: Bool, _ conversation: inout TDSConversation
  ) -> TDSMessage? {
    if isRecord(content, bytes) { return TDSMessage(.hidden, .interim) }
    if !continues, let encryption = TDSLoginReader.encryption(content, bytes) { conversation.awaitsEncryptedLogin = encryption == 0 }
    var result = (continues ? conversation.result : nil) ?? TDSResult()
    if !continues { TDSTokenReader.read(content, bytes, into: &result, &conversation) }
    if packet.isLast { TDSTokenReader.readEnd(content, bytes, into: &result, &conversation) }
    conversation.result = packet.isLast ? nil : result
    if packet.isLast, let statement = conversation.preparing {
      if let handle = result.handle { conversation.keep(statement, handle) }
      conversation.preparing = nil
    }
    return continues && !packet.isLast ? nil : TDSMessage(.response(result), .response(.inOrder))
  }
}

/// Texts of TDS.
enum TDSText {
  /// UTF-16 as UTF-8; a half character at the end is left out.
  static func utf8(_ range: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(range.count / 2)
    var offset = range.lowerBound
    while offset + 2 <= range.upperBound, let unit = bytes.littleEndian16(at: offset) {
      units.append(unit)
      offset += 2
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// Where the content begins behind ALL_HEADERS, which TDS 7.2 brought: a length of all, then a length and a type of each.
  static func behindHeaders(_ content: Range<Int>, _ bytes: RawSpan) -> Int {
    guard let all = bytes.littleEndian32(at: content.lowerBound), let first = bytes.littleEndian32(at: content.lowerBound + 4),
      let type = bytes.littleEndian16(at: content.lowerBound + 8), (1...3).contains(type), all >= 10, first >= 6, first <= all - 4,
      Int(all) <= content.count
    else { return content.lowerBound }
    return content.lowerBound + Int(all)
  }

  /// Source: [MS-TDS] §2.2.6.9.
  static func transaction(_ type: UInt16) -> [UInt8] {
    let name: StaticString =
      switch type {
      case 0: "get DTC address"
      case 1: "propagate"
      case 5: "begin"
      case 6: "promote"
      case 7: "commit"
      case 8: "rollback"
      case 9: "save"
      default: "other"
      }
    return SQLSummary.bytes(of: name)
  }
}
