import Wire

/// Bytes of Pulsar to parse steps.
///
///     length (4)  command length (4)  command (Protocol Buffers)  [0e 02 length (4) broker's metadata]  [0e 01 checksum (4)]
///     [metadata length (4)  metadata  payload]
enum PulsarParser {
  /// The longest frame taken at its word; brokers refuse beyond 5 MiB unless they are told otherwise.
  static let longestFrame = 1 << 28
  /// The longest command.
  static let longestCommand = 256 * 1024 - 1024
  /// The longest metadata of a message that are read.
  static let longestMetadata = 32 * 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<PulsarMessage> {
    guard let length = bytes.bigEndian32(at: 0) else { return .incomplete(scannedByteCount: 0) }
    guard length >= 6, Int(length) <= longestFrame else { return .invalid("impossible length") }
    guard let commandLength = bytes.bigEndian32(at: 4) else { return .incomplete(scannedByteCount: 0) }
    guard commandLength >= 2, Int(commandLength) <= longestCommand, commandLength <= length - 4 else {
      return .invalid("impossible length")
    }
    let end = 4 + Int(length)
    let commandEnd = 8 + Int(commandLength)
    guard bytes.byteCount >= commandEnd else {
      return context.isTruncated ? .invalid("a command that is cut") : .incomplete(scannedByteCount: 0)
    }
    guard var message = PulsarCommandReader.read(8..<commandEnd, bytes) else { return .invalid("not a command of Pulsar") }
    var headEnd = commandEnd
    if message.command == .send || message.command == .message {
      switch metadata(bytes, commandEnd, end) {
      case .found(let range):
        message.metadata = range
        headEnd = range.upperBound
      case .incomplete where !context.isTruncated: return .incomplete(scannedByteCount: 0)
      case .incomplete, .none: break
      }
    }
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }

  private enum Metadata {
    case found(Range<Int>)
    case incomplete
    case none
  }

  private static func metadata(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Metadata {
    var offset = start
    for magic in [UInt16(0x0e02), 0x0e01] {
      guard offset + 2 <= end else { return .none }
      guard let found = bytes.bigEndian16(at: offset) else { return .incomplete }
      guard found == magic else { continue }
      guard magic == 0x0e02 else {
        offset += 6
        continue
      }
      guard let length = bytes.bigEndian32(at: offset + 2) else { return .incomplete }
      guard Int(length) <= longestMetadata else { return .none }
      offset += 6 + Int(length)
    }
    guard offset + 4 <= end else { return .none }
    guard let length = bytes.bigEndian32(at: offset) else { return .incomplete }
    guard Int(length) <= longestMetadata, offset + 4 + Int(length) <= end else { return .none }
    guard bytes.byteCount >= offset + 4 + Int(length) else { return .incomplete }
    return .found(offset + 4..<offset + 4 + Int(length))
  }
}

/// Reads BaseCommand: 1 the command's number, and its message under this number.
enum PulsarCommandReader {
  static func read(_ range: Range<Int>, _ bytes: RawSpan) -> PulsarMessage? {
    var fields = ProtobufFields(range)
    guard let type = fields.next(bytes), type.number == 1, let number = UInt8(exactly: type.value) else { return nil }
    let command = PulsarCommand(number: number)
    guard command.name != nil else { return nil }
    var message = PulsarMessage(command: command)
    while let field = fields.next(bytes) {
      guard field.number == Int(number) else { continue }
      guard read(field.range, bytes, &message) else { return nil }
    }
    return fields.isBroken ? nil : message
  }

  private static func read(_ range: Range<Int>, _ bytes: RawSpan, _ message: inout PulsarMessage) -> Bool {
    let command = message.command
    var fields = ProtobufFields(range)
    while let field = fields.next(bytes) {
      if field.number == command.requestField { message.requestIdentifier = field.value }
      if field.number == command.topicField { message.topic = field.range }
      if let errors = command.errorFields {
        if field.number == errors.code { message.errorCode = field.value }
        if field.number == errors.text { message.errorText = field.range }
      }
      switch (command.number, field.number) {
      case (2, 4), (3, 2): message.version = field.value
      case (2, 6): message.broker = field.range
      case (6, 1), (7, 1), (8, 1): message.producer = field.value
      case (6, 2), (7, 2), (8, 2): message.sequence = field.value
      case (7, 3), (9, 2): message.messageIdentifier = field.range
      default: break
      }
    }
    return !fields.isBroken
  }
}

/// Whether bytes are Pulsar: lengths that agree, and a command that is all it must be.
enum PulsarRecognition {
  /// Bytes that settle it.
  private static let sureByteCount = 512

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard bytes.uint8(at: 0) ?? 0 < 0x10 else { return .no }
    guard let length = bytes.bigEndian32(at: 0) else { return bytes.uint8(at: 0) == 0 ? .needsMore : .no }
    guard length >= 6, Int(length) <= PulsarParser.longestFrame else { return .no }
    guard let commandLength = bytes.bigEndian32(at: 4) else { return .needsMore }
    guard commandLength >= 2, commandLength <= length - 4, Int(commandLength) <= PulsarParser.longestCommand else { return .no }
    // The first field is the command's number.
    guard bytes.uint8(at: 8) ?? 0x08 == 0x08 else { return .no }
    guard let number = bytes.uint8(at: 9) else { return .needsMore }
    guard PulsarCommand(number: number).name != nil else { return .no }
    let commandEnd = 8 + Int(commandLength)
    guard bytes.byteCount >= commandEnd else { return bytes.byteCount < sureByteCount ? .needsMore : .no }
    guard let message = PulsarCommandReader.read(8..<commandEnd, bytes) else { return .no }
    let isServer = Pulsar.facts.ports.contains(context.sourcePort)
    return .certain(message.command.sender ?? context.likelySender ?? (isServer ? .server : .client))
  }
}
