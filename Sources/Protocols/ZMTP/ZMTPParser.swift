import Wire

/// Bytes of ZMTP to parse steps: a greeting, then frames of flags (1), a length (1 or 8) and a body.
///
///     greeting: ff, eight bytes, 7f, major; from version 3 on minor, mechanism (20), as-server (1), filler (31); before, a socket type (1)
///     flags:    more frames follow (1), a long length (2), a command (4)
enum ZMTPParser {
  /// The longest frame taken at its word.
  static let longestFrame = 1 << 40
  /// The longest command.
  static let longestCommand = 64 * 1024
  static let signatureByteCount = 10
  private static let greetingByteCount = 64

  struct FrameHeader {
    var flags: UInt8
    var body: Range<Int>

    var hasMore: Bool { flags & 1 != 0 }
    var isCommand: Bool { flags & 4 != 0 }
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZMTPConversation) -> ParseStep<ZMTPMessage> {
    if !context.continues, bytes.load8(at: 0) == 0xff { return greeting(bytes, context, &conversation) }
    guard let header = header(bytes, at: 0) else {
      return bytes.load8(at: 0) > 7 || bytes.byteCount > 8 ? .invalid("not a frame of ZMTP") : .incomplete(scannedByteCount: 0)
    }
    guard header.body.upperBound <= longestFrame, !header.isCommand || !header.hasMore else { return .invalid("impossible frame") }
    if header.isCommand, !context.continues { return command(header, bytes, context, &conversation) }
    let start = header.body.lowerBound
    // Who publishes and who subscribes talk in messages before version 3.1: 1 and a topic, 0 and a topic.
    let extent = MessageExtent(
      byteCount: start, skippedByteCount: header.body.count, ending: header.hasMore ? .continues : .complete)
    if context.continues { return .part(nil, extent) }
    var message = ZMTPMessage()
    if conversation[side: context.sender].isRequester, conversation[side: context.sender.opposite].isReplier { message.part = .request }
    if conversation[side: context.sender].isReplier, conversation[side: context.sender.opposite].isRequester { message.part = .response }
    return .message(message, extent)
  }

  /// The header at `offset`; `nil` when it is not there, or none.
  static func header(_ bytes: RawSpan, at offset: Int) -> FrameHeader? {
    guard let flags = bytes.uint8(at: offset), flags <= 7 else { return nil }
    guard flags & 2 != 0 else {
      return bytes.uint8(at: offset + 1).map { FrameHeader(flags: flags, body: offset + 2..<offset + 2 + Int($0)) }
    }
    guard let length = bytes.bigEndian64(at: offset + 1), length <= UInt64(longestFrame) else { return nil }
    return FrameHeader(flags: flags, body: offset + 9..<offset + 9 + Int(length))
  }

  private static func greeting(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZMTPConversation
  ) -> ParseStep<ZMTPMessage> {
    guard bytes.byteCount > signatureByteCount else { return .incomplete(scannedByteCount: 0) }
    guard bytes.load8(at: 9) == 0x7f else { return .invalid("not a greeting of ZMTP") }
    let major = bytes.load8(at: signatureByteCount)
    let byteCount = major >= 3 ? greetingByteCount : 12
    guard major >= 1, major <= 3 else { return .invalid("an unknown version of ZMTP") }
    guard bytes.byteCount >= byteCount else { return .incomplete(scannedByteCount: 0) }
    var message = ZMTPMessage(isGreeting: true)
    if major == 3 {
      message.version = (major, bytes.load8(at: 11))
      let name = bytes.firstIndex(of: 0, from: 12, to: 32) ?? 32
      message.mechanism = 12..<name
    } else {
      message.version = (2, 0)
    }
    // With it the side begins; nothing that was noted before holds.
    conversation[side: context.sender] = ZMTPConversation.Side()
    return .message(message, MessageExtent(byteCount: byteCount))
  }

  /// A name behind its length (1), and what the command says.
  private static func command(
    _ header: FrameHeader, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZMTPConversation
  ) -> ParseStep<ZMTPMessage> {
    guard header.body.count <= longestCommand, !header.body.isEmpty else { return .invalid("a command of impossible length") }
    guard bytes.byteCount >= header.body.upperBound else {
      return context.isTruncated ? .invalid("a command that is cut") : .incomplete(scannedByteCount: 0)
    }
    // libzmq writes "\x5ERROR", which to a C compiler is ^RROR: the length and the first letter became one byte.
    let isError = bytes.hasBytes("^RROR", at: header.body.lowerBound) && header.body.count >= 5
    let nameLength = isError ? 4 : Int(bytes.load8(at: header.body.lowerBound))
    let name = header.body.lowerBound + 1..<header.body.lowerBound + 1 + nameLength
    guard name.upperBound <= header.body.upperBound, ZMTPRecognition.isName(name, bytes) else {
      return .invalid("a command without a name")
    }
    var message = ZMTPMessage(name: name)
    let rest = name.upperBound..<header.body.upperBound
    if bytes.equals("READY", in: name) {
      message.socketType = property("Socket-Type", rest, bytes)
    } else if bytes.equals("INITIATE", in: name) {
      message.socketType = property("Socket-Type", rest, bytes)
    } else if bytes.equals("SUBSCRIBE", in: name) || bytes.equals("CANCEL", in: name) {
      message.subscription = rest
    } else if isError || bytes.equals("ERROR", in: name), let length = bytes.uint8(at: rest.lowerBound), !rest.isEmpty {
      message.error = rest.lowerBound + 1..<min(rest.upperBound, rest.lowerBound + 1 + Int(length))
    }
    if let type = message.socketType {
      conversation[side: context.sender].isRequester = bytes.equals("REQ", in: type)
      conversation[side: context.sender].isReplier = bytes.equals("REP", in: type)
    }
    return .message(message, MessageExtent(byteCount: header.body.upperBound))
  }

  /// Of metadata: a name behind its length (1), a value behind its length (4).
  private static func property(_ wanted: StaticString, _ range: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var offset = range.lowerBound
    while offset < range.upperBound, let nameLength = bytes.uint8(at: offset) {
      let name = offset + 1..<offset + 1 + Int(nameLength)
      guard name.upperBound + 4 <= range.upperBound, let length = bytes.bigEndian32(at: name.upperBound) else { return nil }
      let value = name.upperBound + 4..<name.upperBound + 4 + Int(length)
      guard value.upperBound <= range.upperBound else { return nil }
      if bytes.equalsIgnoringCase(wanted, in: name) { return value }
      offset = value.upperBound
    }
    return nil
  }
}

/// Whether bytes are ZMTP: its greeting, which both sides send first.
enum ZMTPRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    if context.isResynchronizing { return resynchronizes(bytes, context) }
    guard bytes.uint8(at: 0) == 0xff else { return .no }
    // Eight bytes are a length of 0 or 1 to peers of version 1, which sent the length of their identity there.
    for index in 1..<min(8, bytes.byteCount) where bytes.load8(at: index) != 0 { return .no }
    guard bytes.uint8(at: 9) ?? 0x7f == 0x7f else { return .no }
    let isServer = ZMTP.facts.ports.contains(context.sourcePort)
    let sender = context.likelySender ?? (isServer ? .server : .client)
    // The signature is sent by itself; both sides wait for the other's before they say their version.
    guard let major = bytes.uint8(at: 10) else { return bytes.byteCount == ZMTPParser.signatureByteCount ? .likely(sender) : .needsMore }
    return (1...3).contains(major) && bytes.uint8(at: 11) ?? 0 <= 11 ? .certain(sender) : .no
  }

  /// Frames that lead from the beginning to the end.
  private static func resynchronizes(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    var offset = 0
    while offset < bytes.byteCount {
      guard let header = ZMTPParser.header(bytes, at: offset) else { return .no }
      offset = header.body.upperBound
    }
    return offset == bytes.byteCount ? context.likelySender.map { .likely($0) } ?? .no : .no
  }

  static func isName(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    for index in range where !bytes.load8(at: index).isASCIILetter { return false }
    return !range.isEmpty
  }
}
