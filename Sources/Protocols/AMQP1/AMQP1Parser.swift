import Wire

/// Bytes of AMQP 1.0 to parse steps: headers of the protocol, and frames.
///
///     frame: length (4), offset of the body in fours (1), type (1), channel (2), extended header, performative, payload
enum AMQP1Parser {
  /// The longest frame taken at its word.
  static let longestFrame = 1 << 28
  /// Bytes of a frame that are read.
  static let headByteLimit = 16 * 1024
  private static let headerByteCount = 8
  private static let saslType: UInt8 = 1

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQP1Conversation) -> ParseStep<AMQP1Message> {
    guard bytes.byteCount >= headerByteCount else {
      return AMQP1Recognition.isBeginning(bytes) ? .incomplete(scannedByteCount: 0) : .invalid("not a frame of AMQP")
    }
    if bytes.load8(at: 0) == UInt8(ascii: "A") {
      guard AMQP1Recognition.isBeginning(bytes) else { return .invalid("not a header of AMQP") }
      // Behind a header for TLS comes its handshake.
      if bytes.load8(at: 4) == 2 { return .handOver(.tls) }
      // A client that begins again: nothing that was noted before holds.
      if context.sender == .client { conversation = AMQP1Conversation() }
      return .padding(byteCount: headerByteCount)
    }
    guard let frame = AMQP1Frame(bytes) else { return .invalid("not a frame of AMQP") }
    let headEnd = min(frame.end, headByteLimit)
    guard bytes.byteCount >= headEnd else {
      return context.isTruncated ? .invalid("a frame that is cut") : .incomplete(scannedByteCount: 0)
    }
    // An empty frame keeps the connection awake.
    if frame.body >= frame.end { return .padding(byteCount: frame.end) }
    var reader = AMQP1Reader(frame.body..<headEnd)
    guard let code = reader.descriptor(bytes), let small = UInt8(exactly: code), let performative = AMQP1Performative(rawValue: small),
      var fields = reader.elements(bytes)
    else { return .invalid("not a performative of AMQP") }
    var message = AMQP1Message(performative: performative)
    let extent = MessageExtent(byteCount: headEnd, skippedByteCount: frame.end - headEnd)
    switch performative {
    case .transfer:
      transfer(&fields, frame.channel, bytes, context.sender, &message, &conversation)
      message.payload = reader.offset..<headEnd
    case .disposition:
      return disposition(&fields, frame, bytes, context.sender, message, extent)
    default: read(&fields, frame.channel, bytes, context.sender, &message, &conversation)
    }
    return .message(message, extent)
  }

  /// What opens and closes: the first to say it asks, the other answers.
  private static func read(
    _ fields: inout AMQP1Reader, _ channel: UInt16, _ bytes: RawSpan, _ sender: MessageSender, _ message: inout AMQP1Message,
    _ conversation: inout AMQP1Conversation
  ) {
    var key = UInt64(message.performative.rawValue) << 56
    switch message.performative {
    case .open:
      message.container = fields.text(bytes)
      message.host = fields.text(bytes)
    case .attach: key |= attach(&fields, channel, bytes, sender, &message, &conversation) & 0xff_ffff_ffff_ffff
    case .begin: break
    case .detach, .end:
      key |= UInt64(channel)
      if message.performative == .detach {
        let handle = fields.number(bytes)
        _ = fields.skip(bytes)
        message.address = handle.flatMap { conversation.address(sender, channel, $0) }
      }
      error(&fields, bytes, &message)
    case .close: error(&fields, bytes, &message)
    case .saslMechanisms, .saslInit, .saslChallenge, .saslResponse, .saslOutcome:
      sasl(&fields, bytes, &message)
      return
    case .flow, .transfer, .disposition: return
    }
    message.part = conversation.answers(key, sender) ? .response(key) : .request(key)
  }

  /// Name, handle, role, two modes, source, target. Source: part 2, §2.7.3.
  private static func attach(
    _ fields: inout AMQP1Reader, _ channel: UInt16, _ bytes: RawSpan, _ sender: MessageSender, _ message: inout AMQP1Message,
    _ conversation: inout AMQP1Conversation
  ) -> UInt64 {
    let name = fields.text(bytes)
    let handle = fields.number(bytes)
    let isReceiver = fields.truth(bytes) ?? false
    _ = fields.skip(bytes)
    _ = fields.skip(bytes)
    let source = terminus(&fields, bytes)
    let target = terminus(&fields, bytes)
    // Where messages come from to who receives them, else where they go to.
    if let address = isReceiver ? source : target { message.address = bytes.copy(address) }
    if let handle, let address = message.address {
      conversation.note(AMQP1Conversation.Link(sender: sender, channel: channel, handle: handle, address: address))
    }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in name ?? 0..<0 { hash = (hash ^ UInt64(bytes.load8(at: index))) &* 0x100_0000_01b3 }
    return hash
  }

  /// The address of a source or a target, a described list whose first element it is.
  private static func terminus(_ fields: inout AMQP1Reader, _ bytes: RawSpan) -> Range<Int>? {
    guard fields.descriptor(bytes) != nil else {
      _ = fields.skip(bytes)
      return nil
    }
    guard var elements = fields.elements(bytes) else { return nil }
    return elements.text(bytes)
  }

  /// A described list of a condition and a text. Source: part 2, §2.8.14.
  private static func error(_ fields: inout AMQP1Reader, _ bytes: RawSpan, _ message: inout AMQP1Message) {
    guard fields.descriptor(bytes) == 0x1d, var elements = fields.elements(bytes) else { return }
    message.condition = elements.text(bytes)
    message.description = elements.text(bytes)
  }

  /// Mechanisms ask, the client's choice answers; a challenge asks, its response answers; the outcome stands alone. Source: part 5, §5.3.
  private static func sasl(_ fields: inout AMQP1Reader, _ bytes: RawSpan, _ message: inout AMQP1Message) {
    switch message.performative {
    case .saslMechanisms: message.part = .request(0x40 << 56)
    case .saslInit:
      message.part = .response(0x40 << 56)
      message.mechanism = fields.text(bytes)
    case .saslChallenge: message.part = .request(0x42 << 56)
    case .saslResponse: message.part = .response(0x42 << 56)
    default:
      message.part = .alone
      message.saslCode = fields.number(bytes)
    }
  }

  /// Handle, delivery, tag, format, settled, more. Further frames of a delivery leave the middle three out. Source: part 2, §2.7.5.
  private static func transfer(
    _ fields: inout AMQP1Reader, _ channel: UInt16, _ bytes: RawSpan, _ sender: MessageSender, _ message: inout AMQP1Message,
    _ conversation: inout AMQP1Conversation
  ) {
    let handle = fields.number(bytes) ?? 0
    let delivery = fields.number(bytes)
    _ = fields.skip(bytes)
    _ = fields.skip(bytes)
    let isSettled = fields.truth(bytes) ?? false
    let hasMore = fields.truth(bytes) ?? false
    let link = UInt64(channel) << 32 | handle
    let isContinued = conversation[transferOf: sender] == link
    conversation[transferOf: sender] = hasMore ? link : nil
    guard !isContinued else { return }
    message.address = conversation.address(sender, channel, handle)
    message.part = isSettled ? .alone : .request(key(delivery ?? 0, sender))
  }

  /// Role, first, last, settled, state. One delivery has its answer; several end together. Source: part 2, §2.7.6.
  private static func disposition(
    _ fields: inout AMQP1Reader, _ frame: AMQP1Frame, _ bytes: RawSpan, _ sender: MessageSender, _ message: AMQP1Message,
    _ extent: MessageExtent
  ) -> ParseStep<AMQP1Message> {
    var message = message
    let isReceiver = fields.truth(bytes) ?? false
    guard let first = fields.number(bytes) else { return .invalid("a disposition of nothing") }
    let last = max(first, fields.number(bytes) ?? first)
    _ = fields.skip(bytes)
    if let code = fields.descriptor(bytes) {
      message.outcome = UInt8(exactly: code).flatMap { AMQP1Message.Outcome(rawValue: $0) }
      if var elements = fields.elements(bytes), message.outcome == .rejected { error(&elements, bytes, &message) }
    }
    // The sender's own word that a delivery is settled says nothing new.
    guard isReceiver, first <= UInt64(UInt32.max), last <= UInt64(UInt32.max) else { return .message(message, extent) }
    if first == last {
      message.part = .response(key(first, sender.opposite))
      return .message(message, extent)
    }
    guard extent.skippedByteCount == 0 else { return .message(message, extent) }
    return .abandonment(of: key(first, sender.opposite)...key(last, sender.opposite), message, byteCount: extent.byteCount)
  }

  private static func key(_ delivery: UInt64, _ sender: MessageSender) -> UInt64 {
    UInt64(AMQP1Performative.transfer.rawValue) << 56 | (sender == .client ? 0 : 1) << 40 | delivery & 0xffff_ffff
  }
}

/// The header of a frame.
struct AMQP1Frame {
  var channel: UInt16
  var body: Int
  var end: Int

  init?(_ bytes: RawSpan) {
    guard let length = bytes.bigEndian32(at: 0), let offset = bytes.uint8(at: 4), let type = bytes.uint8(at: 5),
      let channel = bytes.bigEndian16(at: 6), length >= 8, Int(length) <= AMQP1Parser.longestFrame, offset >= 2,
      Int(offset) * 4 <= Int(length),
      type <= 1
    else { return nil }
    self.channel = channel
    body = Int(offset) * 4
    end = Int(length)
  }
}

/// Whether bytes are AMQP 1.0: its header, or a frame with a performative.
enum AMQP1Recognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard isBeginning(bytes) else { return .no }
    let isServer = AMQP1.facts.ports.contains(context.sourcePort)
    let sender = context.likelySender ?? (isServer ? .server : .client)
    if bytes.uint8(at: 0) == UInt8(ascii: "A") { return bytes.byteCount < 8 ? .needsMore : .certain(sender) }
    guard let frame = AMQP1Frame(bytes) else { return bytes.byteCount < 8 ? .needsMore : .no }
    guard bytes.byteCount >= min(frame.end, frame.body + 4) else { return .needsMore }
    // Only frames that say what they are; the shortest have little else.
    var reader = AMQP1Reader(frame.body..<max(frame.body, min(frame.end, bytes.byteCount)))
    guard let code = reader.descriptor(bytes), let small = UInt8(exactly: code), let performative = AMQP1Performative(rawValue: small),
      [0x45, 0xc0, 0xd0].contains(bytes.uint8(at: reader.offset) ?? 0xc0)
    else { return .no }
    switch performative {
    case .saslMechanisms, .saslChallenge, .saslOutcome: return .certain(.server)
    case .saslInit, .saslResponse: return .certain(.client)
    default: return .likely(sender)
    }
  }

  /// "AMQP", 0, 2 or 3, 1 0 0; or a frame of type 0 or 1 whose body is described by a number.
  static func isBeginning(_ bytes: RawSpan) -> Bool {
    guard bytes.uint8(at: 0) == UInt8(ascii: "A") else {
      guard bytes.uint8(at: 0) ?? 0 < 0x10, (2...16).contains(bytes.uint8(at: 4) ?? 2), bytes.uint8(at: 5) ?? 0 <= 1 else { return false }
      guard bytes.byteCount >= 8 else { return true }
      guard let frame = AMQP1Frame(bytes) else { return false }
      guard frame.end > frame.body else { return bytes.load8(at: 5) == 0 && bytes.loadBigEndian16(at: 6) == 0 }
      return bytes.uint8(at: frame.body) ?? 0 == 0 && [0x53, 0x80].contains(bytes.uint8(at: frame.body + 1) ?? 0x53)
    }
    let wanted: [UInt8] = Array("AMQP".utf8)
    for index in 0..<min(4, bytes.byteCount) where bytes.load8(at: index) != wanted[index] { return false }
    guard [0, 2, 3].contains(bytes.uint8(at: 4) ?? 0), bytes.uint8(at: 5) ?? 1 == 1 else { return false }
    return bytes.uint8(at: 6) ?? 0 == 0 && bytes.uint8(at: 7) ?? 0 == 0
  }
}
