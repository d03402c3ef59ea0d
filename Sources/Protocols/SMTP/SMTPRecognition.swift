import Wire

/// Whether bytes are SMTP: by a client's first commands, or by a greeting that says so. FTP greets with the same code.
enum SMTPRecognition {
  private static let longestGreeting = 512

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    if context.isResynchronizing {
      let isReply = bytes.byteCount >= 4 && (0..<3).allSatisfy { bytes.load8(at: $0).isASCIIDigit }
      switch context.likelySender {
      case .server?: return isReply ? .likely(.server) : .no
      default: return command(bytes)
      }
    }
    let greeting = greeting(bytes, context)
    return greeting == .no ? command(bytes) : greeting
  }

  /// "220 mail.example.com ESMTP Postfix".
  private static func greeting(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard begins(bytes, "220 ") || begins(bytes, "220-") || begins(bytes, "554 ") || begins(bytes, "421 ") else {
      return isPrefix(bytes, of: "220 ") || isPrefix(bytes, of: "554 ") || isPrefix(bytes, of: "421 ") ? .needsMore : .no
    }
    guard let end = bytes.firstIndex(of: 0x0a) else { return bytes.byteCount <= longestGreeting ? .needsMore : .no }
    var offset = 4
    while offset + 4 <= end {
      if bytes.equalsIgnoringCase("SMTP", in: offset..<offset + 4) || bytes.equalsIgnoringCase("LMTP", in: offset..<offset + 4) {
        return .certain(.server)
      }
      offset += 1
    }
    return SMTP.facts.ports.contains(context.sourcePort) ? .likely(.server) : .no
  }

  private static func command(_ bytes: RawSpan) -> Recognition {
    for beginning in ["EHLO ", "HELO ", "LHLO ", "MAIL FROM:", "RCPT TO:"] as [StaticString] {
      let length = beginning.utf8CodeUnitCount
      if bytes.byteCount >= length, bytes.equalsIgnoringCase(beginning, in: 0..<length) { return .certain(.client) }
      if isPrefix(bytes, of: beginning) { return .needsMore }
    }
    return .no
  }

  private static func begins(_ bytes: RawSpan, _ text: StaticString) -> Bool { bytes.hasBytes(text, at: 0) }

  /// Whether the bytes are the beginning of `text`, letters compared without case, and no more than that.
  private static func isPrefix(_ bytes: RawSpan, of text: StaticString) -> Bool {
    guard bytes.byteCount > 0, bytes.byteCount < text.utf8CodeUnitCount else { return bytes.byteCount == 0 }
    for index in 0..<bytes.byteCount where bytes.load8(at: index).asciiLowercased != text.utf8Start[index].asciiLowercased { return false }
    return true
  }
}
