import Wire

/// Bytes of MQTT to parse steps: a kind and flags (1), the length of the rest (1 to 4), and the rest.
enum MQTTParser {
  /// Bytes of a packet other than a publication that are waited for.
  static let longestControlPacket = 64 * 1024
  /// The longest properties of a publication.
  static let longestProperties = 64 * 1024

  struct FixedHeader {
    var kind: MQTTPacketKind
    var flags: UInt8
    /// Where the rest begins, and where it ends.
    var rest: Range<Int>
  }

  enum HeaderReading {
    case header(FixedHeader)
    case incomplete
    case none
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MQTTConversation) -> ParseStep<MQTTMessage> {
    let header: FixedHeader
    switch fixedHeader(bytes, at: 0) {
    case .header(let read): header = read
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .none: return .invalid("not a packet of MQTT")
    }
    if header.kind == .publish {
      if conversation.isOpen, !decide(header, bytes, context, &conversation) { return .incomplete(scannedByteCount: 0) }
      return publication(header, bytes, context, conversation.version)
    }
    guard header.rest.count <= longestControlPacket else { return .invalid("a packet longer than the limit") }
    guard bytes.byteCount >= header.rest.upperBound else {
      return context.isTruncated ? .invalid("a packet that is cut") : .incomplete(scannedByteCount: 0)
    }
    if conversation.isOpen { _ = decide(header, bytes, context, &conversation) }
    guard let message = MQTTPacketReader.read(header, bytes, conversation.version) else { return .invalid("a malformed packet") }
    if header.kind == .connect { conversation = MQTTConversation(version: message.version) }
    return .message(message, MessageExtent(byteCount: header.rest.upperBound))
  }

  /// Looks at a packet of a connection whose first one was not seen, for its version. Returns `false` when more of it is needed.
  private static func decide(
    _ header: FixedHeader, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MQTTConversation
  ) -> Bool {
    switch MQTTVersionEvidence.verdict(header, bytes, isTruncated: context.isTruncated) {
    case .version5: conversation.version = 5
    case .earlier: conversation.isEarlierVersion = true
    case .open: break
    case .needsMore: return false
    }
    return true
  }

  /// Source: MQTT 5.0 §2.1, §1.5.5.
  static func fixedHeader(_ bytes: RawSpan, at start: Int) -> HeaderReading {
    guard let first = bytes.uint8(at: start) else { return .incomplete }
    guard let kind = MQTTPacketKind(rawValue: first >> 4), kind.allows(flags: first & 15) else { return .none }
    var length = 0
    for index in 0..<4 {
      guard let byte = bytes.uint8(at: start + 1 + index) else { return .incomplete }
      length |= Int(byte & 0x7f) << (7 * index)
      guard byte & 0x80 == 0 else { continue }
      guard length >= kind.shortestRest else { return .none }
      if kind == .pingRequest || kind == .pingResponse, length != 0 { return .none }
      return .header(FixedHeader(kind: kind, flags: first & 15, rest: start + 2 + index..<start + 2 + index + length))
    }
    return .none
  }

  /// A topic, an identifier when there is a quality of service, in version 5 properties; the payload passes unseen. Source: §3.3.
  private static func publication(
    _ header: FixedHeader, _ bytes: RawSpan, _ context: ParseContext, _ version: UInt8?
  ) -> ParseStep<MQTTMessage> {
    var message = MQTTMessage(kind: .publish, version: version, qualityOfService: header.flags >> 1 & 3)
    var reader = MQTTReader(header.rest)
    guard let length = bytes.bigEndian16(at: header.rest.lowerBound) else { return .incomplete(scannedByteCount: 0) }
    guard Int(length) + 2 <= header.rest.count else { return .invalid("a topic longer than its packet") }
    // The bytes may end before what the packet begins with.
    func cut() -> ParseStep<MQTTMessage> {
      bytes.byteCount < header.rest.upperBound && !context.isTruncated ? .incomplete(scannedByteCount: 0) : .invalid("a malformed packet")
    }
    guard let topic = reader.text(bytes) else { return cut() }
    message.topic = topic
    if message.qualityOfService > 0 {
      guard let identifier = reader.number(bytes) else { return cut() }
      message.identifier = identifier
    }
    if version == 5 {
      guard let properties = reader.properties(bytes), properties.count <= longestProperties else { return cut() }
      message.properties = properties
    }
    return .message(message, MessageExtent(byteCount: reader.offset, skippedByteCount: header.rest.upperBound - reader.offset))
  }
}

/// Reads packets that are all there.
enum MQTTPacketReader {
  static func read(_ header: MQTTParser.FixedHeader, _ bytes: RawSpan, _ version: UInt8?) -> MQTTMessage? {
    var message = MQTTMessage(kind: header.kind, version: version)
    var reader = MQTTReader(header.rest)
    switch header.kind {
    case .connect: return connect(&reader, bytes)
    case .connectAcknowledgement:
      guard reader.byte(bytes) != nil, let code = reader.byte(bytes) else { return nil }
      message.reason = code
    case .publishAcknowledgement, .publishReceived, .publishRelease, .publishComplete:
      guard let identifier = reader.number(bytes) else { return nil }
      message.identifier = identifier
      // A reason of 0 may be left out, and has no place before version 5.
      message.reason = reader.byte(bytes)
    case .subscribe, .unsubscribe:
      guard let identifier = reader.number(bytes) else { return nil }
      message.identifier = identifier
      if version == 5 {
        guard let properties = reader.properties(bytes) else { return nil }
        message.properties = properties
      }
      let start = reader.offset
      guard let topic = reader.text(bytes) else { return nil }
      message.topic = topic
      message.filters = start..<header.rest.upperBound
    case .subscribeAcknowledgement, .unsubscribeAcknowledgement:
      guard let identifier = reader.number(bytes) else { return nil }
      message.identifier = identifier
      if version == 5, reader.properties(bytes) == nil { return nil }
      while let code = reader.byte(bytes) { message.reason = max(message.reason ?? 0, code >= 0x80 ? code : 0) }
    case .disconnect, .authentication: message.reason = reader.byte(bytes)
    case .publish, .pingRequest, .pingResponse: break
    }
    return message
  }

  /// A name, a level, flags, seconds, in version 5 properties; then the client, a will, the user, the password. Source: §3.1.
  private static func connect(_ reader: inout MQTTReader, _ bytes: RawSpan) -> MQTTMessage? {
    guard let name = reader.text(bytes), bytes.equals("MQTT", in: name) || bytes.equals("MQIsdp", in: name),
      let level = reader.byte(bytes), let flags = reader.byte(bytes), reader.number(bytes) != nil
    else { return nil }
    // Bridges set the level's highest bit.
    guard (3...5).contains(level & 0x7f) else { return nil }
    var message = MQTTMessage(kind: .connect, version: level & 0x7f)
    if level == 5 {
      guard let properties = reader.properties(bytes) else { return nil }
      message.properties = properties
    }
    guard let client = reader.text(bytes) else { return nil }
    message.client = client
    if flags & 0x04 != 0 {
      if level == 5, reader.properties(bytes) == nil { return nil }
      guard reader.text(bytes) != nil, reader.text(bytes) != nil else { return nil }
    }
    if flags & 0x80 != 0 {
      guard let user = reader.text(bytes) else { return nil }
      message.user = user
    }
    return message
  }
}

/// Reads values one after the other.
struct MQTTReader {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }

  mutating func byte(_ bytes: RawSpan) -> UInt8? {
    guard offset < end, let byte = bytes.uint8(at: offset) else { return nil }
    offset += 1
    return byte
  }

  mutating func number(_ bytes: RawSpan) -> UInt16? {
    guard end - offset >= 2, let number = bytes.bigEndian16(at: offset) else { return nil }
    offset += 2
    return number
  }

  /// Text, or bytes, behind their length.
  mutating func text(_ bytes: RawSpan) -> Range<Int>? {
    guard let length = number(bytes) else { return nil }
    return run(Int(length), bytes)
  }

  /// Source: MQTT 5.0 §2.2.2.
  mutating func properties(_ bytes: RawSpan) -> Range<Int>? {
    guard let length = variable(bytes) else { return nil }
    return run(length, bytes)
  }

  mutating func variable(_ bytes: RawSpan) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 28, by: 7) {
      guard let byte = byte(bytes) else { return nil }
      value |= Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  mutating func run(_ count: Int, _ bytes: RawSpan) -> Range<Int>? {
    guard count <= end - offset, count <= bytes.byteCount - offset else { return nil }
    defer { offset += count }
    return offset..<offset + count
  }
}
