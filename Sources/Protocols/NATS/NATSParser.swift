import Wire

/// Bytes of NATS to parse steps: a line, and behind those that say so headers and a payload of so many bytes.
enum NATSParser {
  /// The longest line; clients are refused beyond 4 KiB, but a server's INFO names its whole cluster.
  static let longestLine = 64 * 1024
  /// The longest payload taken at its word; servers allow 64 MiB at most.
  static let longestPayload = 1 << 28
  /// The longest headers.
  static let longestHeaders = 64 * 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NATSConversation) -> ParseStep<NATSMessage> {
    // A handshake of TLS follows INFO in the place of CONNECT.
    if context.sender == .client, !conversation.isConnected, bytes.load8(at: 0) == 0x16 { return .handOver(.tls) }
    guard let lineEnd = bytes.firstIndex(of: 0x0a, from: context.scannedByteCount) else {
      guard bytes.byteCount <= longestLine else { return .invalid("a line longer than the limit") }
      return context.isTruncated ? .invalid("a line that is cut") : .incomplete(scannedByteCount: bytes.byteCount)
    }
    let line = 0..<(lineEnd > 0 && bytes.load8(at: lineEnd - 1) == 0x0d ? lineEnd - 1 : lineEnd)
    // Empty lines are stepped over by servers.
    if line.isEmpty { return .padding(byteCount: lineEnd + 1) }
    guard let read = NATSLine(line, bytes) else { return .invalid("not an operation of NATS") }
    let start = lineEnd + 1
    guard read.headerByteCount <= longestHeaders, read.payloadByteCount <= longestPayload else { return .invalid("impossible length") }
    let headEnd = start + read.headerByteCount
    guard bytes.byteCount >= headEnd else {
      return context.isTruncated ? .invalid("headers that are cut") : .incomplete(scannedByteCount: lineEnd)
    }
    var message = read.message
    if read.headerByteCount > 0 { message.headers = start..<headEnd }
    note(&message, line, bytes, context.sender, &conversation)
    // Behind the payload stands an end of line.
    let rest = read.hasPayload ? read.payloadByteCount - read.headerByteCount + 2 : 0
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: rest))
  }

  private static func note(
    _ message: inout NATSMessage, _ line: Range<Int>, _ bytes: RawSpan, _ sender: MessageSender, _ conversation: inout NATSConversation
  ) {
    switch message.operation {
    case .info:
      read(line, bytes) { member in
        if bytes.equals("server_name", in: member.name) { conversation.serverName = bytes.copy(member.value) }
        if bytes.equals("version", in: member.name) { conversation.version = bytes.copy(member.value) }
      }
      // Later ones tell of changes, and have no answer; the same line again is another beginning.
      let hash = hash(line, bytes)
      guard !conversation.isConnected || conversation.firstInformation == hash else { break }
      conversation.firstInformation = hash
      conversation.isConnected = false
      conversation.isVerbose = false
      message.part = .request(.info)
    case .connect:
      if !conversation.isConnected { message.part = .response(.info) }
      read(line, bytes) { member in
        if bytes.equals("verbose", in: member.name) { conversation.isVerbose = bytes.equals("true", in: member.value) }
      }
      conversation.isConnected = true
    case .ping: message.part = .request(.ping)
    case .pong: message.part = .response(.ping)
    case .publish, .publishWithHeaders, .subscribe, .unsubscribe:
      conversation.isConnected = true
      if conversation.isVerbose { message.part = .request(.ok) }
    case .ok, .error: if conversation.isVerbose { message.part = .response(.ok) }
    case .message, .messageWithHeaders: conversation.isConnected = true
    }
    message.serverName = conversation.serverName
    message.version = conversation.version
  }

  /// FNV-1a.
  private static func hash(_ line: Range<Int>, _ bytes: RawSpan) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in line { hash = (hash ^ UInt64(bytes.load8(at: index))) &* 0x100_0000_01b3 }
    return hash
  }

  private static func read(_ line: Range<Int>, _ bytes: RawSpan, _ take: (JSONMembers.Member) -> Void) {
    guard let brace = bytes.firstIndex(of: UInt8(ascii: "{"), from: line.lowerBound, to: line.upperBound) else { return }
    var members = JSONMembers(brace..<line.upperBound)
    while let member = members.next(bytes) { take(member) }
  }
}

/// A line: an operation and its arguments, between blanks.
struct NATSLine {
  /// Arguments of the operation with the most.
  private static let argumentLimit = 5

  var message: NATSMessage
  var hasPayload = false
  /// Of headers and payload together.
  var payloadByteCount = 0
  var headerByteCount = 0

  /// `nil` when the line is none of NATS.
  init?(_ line: Range<Int>, _ bytes: RawSpan) {
    var words = NATSWords(line)
    guard let word = words.next(bytes), let operation = NATSOperation(word, bytes) else { return nil }
    message = NATSMessage(part: .alone, operation: operation)
    switch operation {
    case .info, .connect:
      guard let object = words.next(bytes), bytes.load8(at: object.lowerBound) == UInt8(ascii: "{") else { return nil }
    case .ping, .pong, .ok: guard words.next(bytes) == nil else { return nil }
    case .error: message.error = NATSLine.quoted(words.rest(bytes), bytes)
    default:
      var arguments: [Range<Int>] = []
      while arguments.count <= NATSLine.argumentLimit, let argument = words.next(bytes) { arguments.append(argument) }
      guard read(arguments, bytes) else { return nil }
    }
  }

  /// Source: "Client Protocol": what stands in brackets there may be missing.
  private mutating func read(_ arguments: [Range<Int>], _ bytes: RawSpan) -> Bool {
    guard let subject = arguments.first else { return false }
    let count = arguments.count
    switch message.operation {
    case .publish:
      guard count == 2 || count == 3 else { return false }
      if count == 3 { message.reply = arguments[1] }
    case .publishWithHeaders:
      guard count == 3 || count == 4 else { return false }
      if count == 4 { message.reply = arguments[1] }
    case .message:
      guard count == 3 || count == 4 else { return false }
      if count == 4 { message.reply = arguments[2] }
    case .messageWithHeaders:
      guard count == 4 || count == 5 else { return false }
      if count == 5 { message.reply = arguments[2] }
    case .subscribe:
      guard count == 2 || count == 3 else { return false }
      if count == 3 { message.queue = arguments[1] }
      message.subject = subject
      return true
    case .unsubscribe: return count == 1 || count == 2 && bytes.decimal(in: arguments[1]) != nil
    default: return false
    }
    message.subject = subject
    hasPayload = true
    guard let total = bytes.decimal(in: arguments[count - 1]) else { return false }
    payloadByteCount = total
    guard message.operation == .publishWithHeaders || message.operation == .messageWithHeaders else { return true }
    guard let headers = bytes.decimal(in: arguments[count - 2]), headers <= total else { return false }
    headerByteCount = headers
    return true
  }

  /// Whether the line may be the end of a longer one, of which the beginning was lost: UNSUB's, HPUB's or HMSG's. Then a number stands where
  /// otherwise a subject does.
  func mayBeEnd(_ bytes: RawSpan) -> Bool {
    switch message.operation {
    case .subscribe: message.subject.map { bytes.decimal(in: $0) != nil } ?? false
    case .publish, .message: message.reply.map { bytes.decimal(in: $0) != nil } ?? false
    default: false
    }
  }

  private static func quoted(_ range: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
    guard range.count >= 2, bytes.load8(at: range.lowerBound) == UInt8(ascii: "'") else { return range }
    let end = bytes.load8(at: range.upperBound - 1) == UInt8(ascii: "'") ? range.upperBound - 1 : range.upperBound
    return range.lowerBound + 1..<max(range.lowerBound + 1, end)
  }
}

/// Words between blanks.
struct NATSWords {
  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> Range<Int>? {
    let start = rest(bytes).lowerBound
    guard start < end else { return nil }
    offset = start
    while offset < end, !bytes.load8(at: offset).isASCIIBlank { offset += 1 }
    return start..<offset
  }

  /// What follows, without the blanks before it.
  func rest(_ bytes: RawSpan) -> Range<Int> {
    var start = offset
    while start < end, bytes.load8(at: start).isASCIIBlank { start += 1 }
    return start..<end
  }
}

/// Whether bytes are NATS: operations that no other protocol has.
enum NATSRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    let isUsual =
      context.isResynchronizing || NATS.facts.ports.contains(context.destinationPort) || NATS.facts.ports.contains(context.sourcePort)
    guard let operation = operation(bytes, isUsual) else {
      return isPrefix(bytes, isUsual) ? .needsMore : .no
    }
    let sender = operation.sender ?? context.likelySender ?? (NATS.facts.ports.contains(context.sourcePort) ? .server : .client)
    // An object must follow, before the line's end.
    if operation == .info || operation == .connect {
      let start = operation.word.utf8CodeUnitCount
      for index in start..<bytes.byteCount where !bytes.load8(at: index).isASCIIBlank {
        return bytes.load8(at: index) == UInt8(ascii: "{") ? .certain(sender) : .no
      }
      return .needsMore
    }
    guard let lineEnd = bytes.firstIndex(of: 0x0a) else { return bytes.byteCount <= 512 ? .needsMore : .no }
    guard lineEnd > 0, bytes.load8(at: lineEnd - 1) == 0x0d, let line = NATSLine(0..<lineEnd - 1, bytes) else { return .no }
    return context.isResynchronizing && line.mayBeEnd(bytes) ? .no : .likely(sender)
  }

  /// Redis has PING, PONG and +OK as well.
  private static func isOwn(_ operation: NATSOperation, _ isUsual: Bool) -> Bool {
    switch operation {
    case .ping, .pong, .ok, .error: isUsual
    default: true
    }
  }

  private static func operation(_ bytes: RawSpan, _ isUsual: Bool) -> NATSOperation? {
    NATSOperation.allCases.first { operation in
      let length = operation.word.utf8CodeUnitCount
      guard isOwn(operation, isUsual), bytes.hasBytes(operation.word, at: 0), let next = bytes.uint8(at: length) else { return false }
      return next.isASCIIBlank || next == 0x0d
    }
  }

  private static func isPrefix(_ bytes: RawSpan, _ isUsual: Bool) -> Bool {
    NATSOperation.allCases.contains { operation in
      guard isOwn(operation, isUsual), bytes.byteCount <= operation.word.utf8CodeUnitCount else { return false }
      for index in 0..<bytes.byteCount where bytes.load8(at: index) != operation.word.utf8Start[index] { return false }
      return true
    }
  }
}
