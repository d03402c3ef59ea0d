import Wire

/// Bytes of Tars to parse steps: the packet's length (4), which counts itself, and its fields.
enum TarsParser {
  /// The longest packet taken at its word; servers refuse beyond 100 MiB.
  static let longestPacket = 256 << 20
  /// Bytes of a packet that are read: the contexts stand behind the payload.
  static let headByteLimit = 16 * 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<TarsMessage> {
    guard let length = bytes.bigEndian32(at: 0) else { return .incomplete(scannedByteCount: 0) }
    let end = Int(length)
    guard end >= TarsRecognition.shortestPacket, end <= longestPacket else { return .invalid("impossible length") }
    let wanted = min(end, headByteLimit)
    guard bytes.byteCount >= wanted || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let headEnd = min(wanted, bytes.byteCount)
    guard var message = message(4..<headEnd, bytes) else { return .invalid("not a packet of Tars") }
    // An answer of TUP has the form of a request.
    if message.version != 1, context.sender == .server {
      message.kind = .response
      message.isOneWay = false
      readResult(&message, bytes)
    }
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }

  /// A packet of whose fields `range` has all, or the first. Requests have a name under tag 5 where answers have a number.
  ///
  ///     request: 1 version 2 packet type 3 message type 4 identifier 5 servant 6 function 7 payload 8 timeout 9 context 10 status
  ///     answer:  1 version 2 packet type 3 identifier 4 message type 5 result 6 payload 7 status 8 result's text 9 context
  static func message(_ range: Range<Int>, _ bytes: RawSpan) -> TarsMessage? {
    var message = TarsMessage()
    var fields = TarsFields(range)
    guard let version = fields.next(bytes), version.tag == 1, let number = version.integer, (1...3).contains(number) else { return nil }
    message.version = number
    var third: Int64 = 0
    var fourth: Int64 = 0
    var isResponse: Bool?
    var last: UInt8 = 1
    while let field = fields.next(bytes) {
      guard field.tag > last else { return nil }
      last = field.tag
      switch (field.tag, isResponse) {
      case (2, _): message.isOneWay = field.integer == 1
      case (3, _):
        guard let number = field.integer else { return nil }
        third = number
      case (4, _):
        guard let number = field.integer else { return nil }
        fourth = number
      case (5, _):
        message.service = field.text
        isResponse = field.text == nil
        if let number = field.integer { message.result = Int32(truncatingIfNeeded: number) }
      case (6, false): message.function = field.text
      case (6, nil): isResponse = true
      case (9, _): message.context = field.range
      case (10, _), (7, true): message.status = field.range
      case (8, true): message.resultText = field.text
      default: break
      }
    }
    guard let isResponse, isResponse || message.service != nil && message.function != nil else { return nil }
    message.kind = isResponse ? .response : .request
    guard let identifier = Int32(exactly: isResponse ? third : fourth) else { return nil }
    message.identifier = UInt32(bitPattern: identifier)
    return message
  }

  /// TUP: the result is a text in the status.
  private static func readResult(_ message: inout TarsMessage, _ bytes: RawSpan) {
    guard let status = message.status else { return }
    var fields = TarsFields(status)
    while let name = fields.next(bytes)?.text, let value = fields.next(bytes)?.text {
      if bytes.equals("STATUS_RESULT_CODE", in: name) {
        let isNegative = bytes.uint8(at: value.lowerBound) == UInt8(ascii: "-") && !value.isEmpty
        let digits = isNegative ? value.lowerBound + 1..<value.upperBound : value
        if let number = bytes.decimal(in: digits).flatMap({ Int32(exactly: $0) }) { message.result = isNegative ? -number : number }
      } else if bytes.equals("STATUS_RESULT_DESC", in: name) {
        message.resultText = value
      }
    }
  }
}

/// Whether bytes are a packet of Tars, which has no magic number: its first fields, whose tags and types are what they are, and names.
enum TarsRecognition {
  /// Version, identifier and an empty payload.
  static let shortestPacket = 12
  /// Bytes before a payload; names are short.
  private static let headByteLimit = 512

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard isBeginning(bytes) else { return .no }
    guard let length = bytes.bigEndian32(at: 0), bytes.byteCount >= shortestPacket else { return .needsMore }
    let end = Int(length)
    guard let message = TarsParser.message(4..<min(end, bytes.byteCount), bytes) else {
      return bytes.byteCount < min(end, headByteLimit) ? .needsMore : .no
    }
    switch message.kind {
    case .request:
      guard let service = message.service, let function = message.function, isName(service, bytes), isName(function, bytes) else {
        return .no
      }
      // Only the answers of TUP look like requests.
      let isServer = Tars.facts.ports.contains(context.sourcePort)
      return .certain(message.version == 1 ? .client : context.likelySender ?? (isServer ? .server : .client))
    case .response:
      // Answers say little of themselves: all of one must be there.
      var fields = TarsFields(4..<end)
      guard end <= bytes.byteCount else { return message.version == 1 && end > headByteLimit ? .likely(.server) : .needsMore }
      while fields.next(bytes) != nil {}
      return fields.offset == end && message.version == 1 ? .likely(.server) : .no
    }
  }

  /// Length; the version under tag 1 as a byte; packet type under tag 2 and a number under tag 3, as zero or as a byte and more.
  private static func isBeginning(_ bytes: RawSpan) -> Bool {
    if let length = bytes.bigEndian32(at: 0), Int(length) < shortestPacket || Int(length) > TarsParser.longestPacket { return false }
    guard bytes.uint8(at: 0) ?? 0 < 0x10, bytes.uint8(at: 4) ?? 0x10 == 0x10, (1...3).contains(bytes.uint8(at: 5) ?? 1) else {
      return false
    }
    guard let packetType = bytes.uint8(at: 6) else { return true }
    let third: Int
    switch packetType {
    case 0x2c: third = 7
    case 0x20:
      guard bytes.uint8(at: 7) ?? 1 <= 1 else { return false }
      third = 8
    default: return false
    }
    return bytes.uint8(at: third).map { [0x3c, 0x30, 0x31, 0x32].contains($0) } ?? true
  }

  private static func isName(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard !range.isEmpty else { return false }
    for index in range where !(0x21...0x7e).contains(bytes.load8(at: index)) { return false }
    return true
  }
}
