import Wire

/// Bytes of STOMP to parse steps: a command, headers, an empty line, a body by its length or up to a zero byte.
enum STOMPParser {
  /// The longest command and headers.
  static let longestHead = 64 * 1024
  /// The longest body taken at its word.
  static let longestBody = 1 << 30
  /// Under which the first frame pairs; receipts have texts of the client's choice.
  private static let connection: UInt64 = 0

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout STOMPConversation) -> ParseStep<STOMPMessage> {
    if context.continues {
      // A body without a length, up to the zero byte.
      if let zero = bytes.firstIndex(of: 0) { return .part(nil, MessageExtent(byteCount: zero + 1)) }
      return .part(nil, MessageExtent(byteCount: bytes.byteCount, ending: .continues))
    }
    // Ends of lines between frames keep the connection awake.
    if bytes.load8(at: 0) == 0x0a { return .padding(byteCount: 1) }
    if bytes.load8(at: 0) == 0x0d {
      guard let next = bytes.uint8(at: 1) else { return .incomplete(scannedByteCount: 0) }
      return next == 0x0a ? .padding(byteCount: 2) : .invalid("not a frame of STOMP")
    }
    guard let command = STOMPRecognition.command(bytes) else {
      return STOMPRecognition.isPrefix(bytes) ? .incomplete(scannedByteCount: 0) : .invalid("not a frame of STOMP")
    }
    guard let head = head(bytes, command.word.utf8CodeUnitCount) else {
      guard bytes.byteCount <= longestHead else { return .invalid("headers longer than the limit") }
      return context.isTruncated ? .invalid("headers that are cut") : .incomplete(scannedByteCount: 0)
    }
    var message = STOMPMessage(part: .alone, command: command, headers: head.headers)
    note(&message, bytes, &conversation)
    if let text = STOMPHeaders.value("content-length", head.headers, bytes) {
      guard let length = bytes.decimal(in: text), length <= longestBody else { return .invalid("impossible length") }
      return .message(message, MessageExtent(byteCount: head.end, skippedByteCount: length + 1))
    }
    return .message(message, MessageExtent(byteCount: head.end, ending: .continues))
  }

  /// The lines behind the command, and where the empty line ends.
  private static func head(_ bytes: RawSpan, _ commandEnd: Int) -> (headers: Range<Int>, end: Int)? {
    guard let first = bytes.firstIndex(of: 0x0a, from: commandEnd) else { return nil }
    var start = first + 1
    while let end = bytes.firstIndex(of: 0x0a, from: start) {
      if end == start || end == start + 1 && bytes.load8(at: start) == 0x0d { return (first + 1..<start, end + 1) }
      start = end + 1
    }
    return nil
  }

  private static func note(_ message: inout STOMPMessage, _ bytes: RawSpan, _ conversation: inout STOMPConversation) {
    switch message.command {
    case .connect, .stomp:
      conversation.isConnecting = true
      message.part = .request(connection)
    case .connected:
      conversation.isConnecting = false
      message.part = .response(connection)
    case .receipt, .error:
      if let receipt = STOMPHeaders.value("receipt-id", message.headers, bytes) {
        message.part = .response(key(receipt, bytes))
      } else if message.command == .error, conversation.isConnecting {
        conversation.isConnecting = false
        message.part = .response(connection)
      }
    case .message: break
    default:
      if let receipt = STOMPHeaders.value("receipt", message.headers, bytes) { message.part = .request(key(receipt, bytes)) }
    }
  }

  /// FNV-1a of a receipt's text; never that of the connection.
  private static func key(_ range: Range<Int>, _ bytes: RawSpan) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes.load8(at: index))) &* 0x100_0000_01b3 }
    return hash | 1
  }
}

/// Whether bytes are STOMP: a command by itself on a line, and a header line behind it.
enum STOMPRecognition {
  /// Bytes after which a header must have come.
  private static let longestFirstLines = 512

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard let command = command(bytes) else { return isPrefix(bytes) ? .needsMore : .no }
    let start = command.word.utf8CodeUnitCount
    guard let lineEnd = bytes.firstIndex(of: 0x0a, from: start) else { return .needsMore }
    guard let second = bytes.firstIndex(of: 0x0a, from: lineEnd + 1) else {
      return bytes.byteCount < longestFirstLines && isHeader(lineEnd + 1..<bytes.byteCount, bytes) ? .needsMore : .no
    }
    // A command without headers: an empty line and the zero byte.
    if second - lineEnd <= 2 { return bytes.uint8(at: second + 1).map { $0 == 0 } ?? false ? .likely(command.sender) : .no }
    guard isHeader(lineEnd + 1..<second, bytes),
      bytes.firstIndex(of: UInt8(ascii: ":"), from: lineEnd + 1, to: second) != nil
    else { return .no }
    return .certain(command.sender)
  }

  /// The command that a line is.
  static func command(_ bytes: RawSpan) -> STOMPCommand? {
    STOMPCommand.allCases.first { command in
      let length = command.word.utf8CodeUnitCount
      guard bytes.hasBytes(command.word, at: 0), let next = bytes.uint8(at: length) else { return false }
      return next == 0x0a || next == 0x0d && bytes.uint8(at: length + 1) ?? 0x0a == 0x0a
    }
  }

  static func isPrefix(_ bytes: RawSpan) -> Bool {
    STOMPCommand.allCases.contains { command in
      guard bytes.byteCount <= command.word.utf8CodeUnitCount else { return false }
      for index in 0..<bytes.byteCount where bytes.load8(at: index) != command.word.utf8Start[index] { return false }
      return true
    }
  }

  /// Printable, as far as it is there.
  private static func isHeader(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    for index in range where bytes.load8(at: index) < 0x20 && bytes.load8(at: index) != 0x0d { return false }
    return true
  }
}
