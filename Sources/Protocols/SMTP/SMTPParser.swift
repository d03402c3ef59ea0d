import Wire

/// Lines of SMTP to parse steps.
enum SMTPParser {
  /// The longest line. RFC 5321 §4.5.3.1 allows 512 bytes, and extensions more: the longest are those of authentication, 12,288
  /// (RFC 4954 §4).
  static let longestLine = 16_384
  /// The longest verb; the longest in use has eight letters (STARTTLS).
  private static let longestVerb = 10
  /// The largest chunk taken at its word.
  private static let largestChunk = 1 << 48

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout SMTPConversation) -> ParseStep<SMTPMessage> {
    if conversation.startsTLS { return .handOver(.tls) }
    guard context.sender == .client else { return reply(bytes, context, &conversation) }
    switch conversation.phase {
    case .commands: return command(bytes, context, &conversation)
    case .content(let isAtLineStart): return content(bytes, isAtLineStart, context, &conversation)
    case .authentication:
      guard let end = lineEnd(bytes, context) else { return unfinished(bytes) }
      // A dialogue goes on for as long as the server asks for more.
      conversation.phase = .commands
      return .message(SMTPMessage(content: .content, role: .addition(isLast: false)), MessageExtent(byteCount: end))
    }
  }

  /// The offset behind the line feed.
  private static func lineEnd(_ bytes: RawSpan, _ context: ParseContext) -> Int? {
    bytes.firstIndex(of: 0x0a, from: context.scannedByteCount).map { $0 + 1 }
  }

  private static func unfinished(_ bytes: RawSpan) -> ParseStep<SMTPMessage> {
    bytes.byteCount > longestLine ? .invalid("a line longer than the limit") : .incomplete(scannedByteCount: bytes.byteCount)
  }

  /// The line without its end, CRLF or a bare LF.
  private static func text(_ start: Int, _ end: Int, _ bytes: RawSpan) -> Range<Int> {
    var textEnd = max(start, end - 1)
    if textEnd > start, bytes.load8(at: textEnd - 1) == 0x0d { textEnd -= 1 }
    return start..<textEnd
  }

  // MARK: Client

  private static func command(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout SMTPConversation
  ) -> ParseStep<SMTPMessage> {
    var nameEnd = 0
    while let byte = bytes.uint8(at: nameEnd), byte.isASCIILetter, nameEnd <= longestVerb { nameEnd += 1 }
    guard nameEnd <= longestVerb else { return .invalid("not a command") }
    if let byte = bytes.uint8(at: nameEnd), byte != 0x20, byte != 0x0d, byte != 0x0a { return .invalid("not a command") }
    guard let end = lineEnd(bytes, context) else { return unfinished(bytes) }
    // RFC 5321 §2.3.8 knows no empty lines; clients send them all the same.
    guard nameEnd > 0 else { return .padding(byteCount: end) }
    let line = text(0, end, bytes)
    guard nameEnd <= line.upperBound else { return .invalid("not a command") }
    let argument = bytes.trimmingBlanks(nameEnd..<line.upperBound)
    let verb = SMTPVerb(0..<nameEnd, bytes)
    var awaited = verb
    var skippedByteCount = 0
    if verb == .chunk {
      // RFC 3030 §2: BDAT, the number of bytes, and LAST for the last chunk.
      let sizeEnd = bytes.firstIndex(of: 0x20, from: argument.lowerBound, to: argument.upperBound) ?? argument.upperBound
      guard let size = bytes.decimal(in: argument.lowerBound..<sizeEnd), size <= largestChunk else {
        return .invalid("a chunk without a length")
      }
      skippedByteCount = size
      if bytes.equalsIgnoringCase("last", in: bytes.trimmingBlanks(sizeEnd..<argument.upperBound)) { awaited = .lastChunk }
    }
    conversation.noteCommand(awaited, isLHLO: bytes.equalsIgnoringCase("lhlo", in: 0..<nameEnd))
    let message = SMTPMessage(content: .command(verb, name: 0..<nameEnd, argument: argument), role: .request(.inOrder))
    return .message(message, MessageExtent(byteCount: end, skippedByteCount: skippedByteCount))
  }

  /// Mail content ends with a line that is a single dot. Source: RFC 5321 §4.5.2.
  private static func content(
    _ bytes: RawSpan, _ isAtLineStart: Bool, _ context: ParseContext, _ conversation: inout SMTPConversation
  ) -> ParseStep<SMTPMessage> {
    let message = SMTPMessage(content: .content, role: .addition(isLast: false))
    func step(_ byteCount: Int, _ ending: MessageExtent.Ending) -> ParseStep<SMTPMessage> {
      let extent = MessageExtent(byteCount: byteCount, ending: ending)
      return context.continues ? .part(nil, extent) : .message(message, extent)
    }
    var lineStart = isAtLineStart ? 0 : -1
    while true {
      if lineStart >= 0 {
        switch terminator(bytes, lineStart) {
        case .found(let end):
          conversation.phase = .commands
          return step(end, .complete)
        case .possible:
          // What comes before the line can go; the beginning of the line stays until more is known.
          guard lineStart > 0 else { return .incomplete(scannedByteCount: 0) }
          conversation.phase = .content(isAtLineStart: true)
          return step(lineStart, .continues)
        case .none: break
        }
      }
      guard let lineFeed = bytes.firstIndex(of: 0x0a, from: max(lineStart, 0)) else { break }
      lineStart = lineFeed + 1
    }
    conversation.phase = .content(isAtLineStart: false)
    return step(bytes.byteCount, .continues)
  }

  private enum Terminator {
    case found(end: Int)
    /// The bytes end before it is known.
    case possible
    case none
  }

  private static func terminator(_ bytes: RawSpan, _ start: Int) -> Terminator {
    guard let dot = bytes.uint8(at: start) else { return .possible }
    guard dot == 0x2e else { return .none }
    guard let second = bytes.uint8(at: start + 1) else { return .possible }
    if second == 0x0a { return .found(end: start + 2) }
    guard second == 0x0d else { return .none }
    guard let third = bytes.uint8(at: start + 2) else { return .possible }
    return third == 0x0a ? .found(end: start + 3) : .none
  }

  // MARK: Server

  /// A reply has one or more lines: a code of three digits, then "-" when another line follows. Source: RFC 5321 §4.2.
  private static func reply(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout SMTPConversation
  ) -> ParseStep<SMTPMessage> {
    for index in 0..<min(3, bytes.byteCount) where !bytes.load8(at: index).isASCIIDigit { return .invalid("not a reply") }
    if let separator = bytes.uint8(at: 3), ![0x20, 0x2d, 0x0d, 0x0a].contains(separator) { return .invalid("not a reply") }
    guard let end = lineEnd(bytes, context) else { return unfinished(bytes) }
    guard end >= 4, let code = bytes.decimal(in: 0..<3) else { return .invalid("not a reply") }
    let continues = bytes.load8(at: 3) == 0x2d
    let line = text(min(4, end - 1), end, bytes)
    if !context.continues { conversation.dropFurtherReplies() }
    let isFurtherReply = conversation.furtherReplyCount > 0
    let message = SMTPMessage(content: .reply(code: code, text: line), role: role(code, conversation))
    if !continues {
      if isFurtherReply { conversation.takeFurtherReply() } else { noteReply(code, &conversation) }
    }
    let extent = MessageExtent(byteCount: end, ending: continues || conversation.furtherReplyCount > 0 ? .continues : .complete)
    guard context.continues else { return .message(message, extent) }
    // Lines after the first of a reply say no more than it does.
    return .part(isFurtherReply ? message : nil, extent)
  }

  /// 3yz asks for more of the same command (RFC 5321 §4.2.1). The greeting is nobody's reply, and of interest when it is a refusal.
  private static func role(_ code: Int, _ conversation: SMTPConversation) -> MessageRole {
    if code / 100 == 3 { return .interim }
    return conversation.firstAwaited == nil && code < 400 ? .interim : .response(.inOrder)
  }

  /// Notes what a reply, now whole, means for the connection.
  private static func noteReply(_ code: Int, _ conversation: inout SMTPConversation) {
    guard code / 100 == 3 else {
      if conversation.takeCommand(code: code) == .startTLS, code == 220 { conversation.startsTLS = true }
      return
    }
    switch conversation.firstAwaited {
    case .data?: conversation.askForContent()
    case .authenticate?: conversation.phase = .authentication
    // Joined between the command and its reply: 354 is DATA's, 334 is AUTH's.
    case nil: conversation.phase = code == 354 ? .content(isAtLineStart: true) : .authentication
    default: break
    }
  }
}
