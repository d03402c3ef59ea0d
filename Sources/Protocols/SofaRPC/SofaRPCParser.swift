import Wire

/// Bytes of Bolt to parse steps.
///
///     version 1: 01     type (1) command (2) 01 identifier (4) codec (1)            timeout (4) or status (2) lengths
///     version 2: 02 01  type (1) command (2) 01 identifier (4) codec (1) switch (1) timeout (4) or status (2) lengths
///     lengths:   class name (2) header (2) content (4), then these three; in version 2 a CRC (4) behind them when the switch says so
///
/// Source: sofa-bolt, RpcProtocol and RpcProtocolV2.
enum SofaRPCParser {
  /// The longest content taken at its word.
  static let longestContent = 1 << 30
  /// Bytes of content that are read: what went wrong stands at its beginning.
  static let contentByteLimit = 4096

  enum Result {
    case message(SofaRPCMessage, end: Int)
    case incomplete
    case none
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<SofaRPCMessage> {
    switch read(bytes, isTruncated: context.isTruncated) {
    case .none: return .invalid("not a command of Bolt")
    case .incomplete: return context.isTruncated ? .invalid("a command cut in its header") : .incomplete(scannedByteCount: 0)
    case .message(let message, let end):
      return .message(message, MessageExtent(byteCount: message.content.upperBound, skippedByteCount: end - message.content.upperBound))
    }
  }

  /// The command at the beginning of `bytes`, once its header, its fields and the beginning of its content are there.
  static func read(_ bytes: RawSpan, isTruncated: Bool = false) -> Result {
    guard let version = bytes.uint8(at: 0) else { return .incomplete }
    guard version == 1 || version == 2 else { return .none }
    if version == 2, bytes.uint8(at: 1) ?? 1 != 1 { return .none }
    var offset = Int(version)
    guard let type = bytes.uint8(at: offset) else { return .incomplete }
    guard let kind = SofaRPCMessage.Kind(rawValue: type) else { return .none }
    guard bytes.uint8(at: offset + 1) ?? 0 == 0 else { return .none }
    guard let code = bytes.bigEndian16(at: offset + 1) else { return .incomplete }
    guard let command = SofaRPCMessage.Command(rawValue: code), isPossible(kind, command), bytes.uint8(at: offset + 3) ?? 1 == 1 else {
      return .none
    }
    guard let identifier = bytes.bigEndian32(at: offset + 4), let codec = bytes.uint8(at: offset + 8) else { return .incomplete }
    offset += 9
    var hasChecksum = false
    if version == 2 {
      guard let flags = bytes.uint8(at: offset) else { return .incomplete }
      guard flags <= 1 else { return .none }
      hasChecksum = flags == 1
      offset += 1
    }
    var status: UInt16?
    if kind == .response {
      guard let code = bytes.bigEndian16(at: offset) else { return .incomplete }
      status = code
      offset += 2
    } else {
      guard bytes.bigEndian32(at: offset) != nil else { return .incomplete }
      offset += 4
    }
    guard let classLength = bytes.bigEndian16(at: offset), let fieldsLength = bytes.bigEndian16(at: offset + 2),
      let contentLength = bytes.bigEndian32(at: offset + 4)
    else { return .incomplete }
    guard Int(contentLength) <= longestContent else { return .none }
    let fields = offset + 8 + Int(classLength)
    let content = fields + Int(fieldsLength)
    let end = content + Int(contentLength) + (hasChecksum ? 4 : 0)
    let wanted = content + min(Int(contentLength), contentByteLimit)
    guard bytes.byteCount >= wanted || isTruncated && bytes.byteCount >= content else { return .incomplete }
    let message = SofaRPCMessage(
      kind: kind, command: command, identifier: identifier, codec: codec, status: status, className: offset + 8..<fields,
      fields: fields..<content, content: content..<min(wanted, bytes.byteCount))
    return .message(message, end: end)
  }

  /// Heartbeats are asked and answered under the same code.
  private static func isPossible(_ kind: SofaRPCMessage.Kind, _ command: SofaRPCMessage.Command) -> Bool {
    switch command {
    case .heartbeat: true
    case .call: kind != .response
    case .answer: kind == .response
    }
  }
}

/// Whether bytes are a command of Bolt, whose header has no magic number: its codes, a Java class's name, fields whose lengths agree.
enum SofaRPCRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    switch SofaRPCParser.read(bytes, isTruncated: true) {
    case .none: return .no
    case .incomplete: return .needsMore
    case .message(let message, _):
      guard isClassName(message.className, bytes), SofaRPCFields.isSound(message.fields, bytes) else { return .no }
      let sender = message.kind == .response ? MessageSender.server : .client
      if message.command == .heartbeat {
        // Nothing but the header: only two dozen bytes that are all as they must be.
        guard message.className.isEmpty, message.fields.isEmpty, message.content.isEmpty, message.status ?? 0 == 0,
          message.identifier != 0, message.codec != 0
        else { return .no }
        return .likely(context.likelySender ?? sender)
      }
      guard !message.className.isEmpty else { return .no }
      return .certain(sender)
    }
  }

  private static func isClassName(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    for index in range {
      let byte = bytes.load8(at: index)
      guard byte.isASCIILetter || byte.isASCIIDigit || byte == 0x2e || byte == 0x5f || byte == 0x24 else { return false }
    }
    return true
  }
}
