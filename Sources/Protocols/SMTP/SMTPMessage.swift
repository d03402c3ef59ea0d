import Wire

/// A command line, a reply, or a piece of what a client sends after a command.
struct SMTPMessage: Sendable {
  enum Content: Sendable {
    /// The verb, and what follows it on the line.
    case command(SMTPVerb, name: Range<Int>, argument: Range<Int>)
    /// The code and the text of one line of a reply.
    case reply(code: Int, text: Range<Int>)
    /// Mail content, or a line of an authentication dialogue: never read.
    case content
  }

  var content: Content
  var role: MessageRole
}

/// Commands that mean more to the parser than their name.
enum SMTPVerb: UInt8, Sendable {
  case hello, mail, recipient, data, chunk, authenticate, startTLS, other
  /// The chunk that ends a mail.
  case lastChunk
  /// Not a command that is known: perhaps a credential, and not shown.
  case unknown

  init(_ name: Range<Int>, _ bytes: RawSpan) {
    switch name.count {
    case 4 where SMTPVerb.isHello(name, bytes): self = .hello
    case 4 where bytes.equalsIgnoringCase("MAIL", in: name): self = .mail
    case 4 where bytes.equalsIgnoringCase("RCPT", in: name): self = .recipient
    case 4 where bytes.equalsIgnoringCase("DATA", in: name): self = .data
    case 4 where bytes.equalsIgnoringCase("BDAT", in: name): self = .chunk
    case 4 where bytes.equalsIgnoringCase("AUTH", in: name): self = .authenticate
    case 8 where bytes.equalsIgnoringCase("STARTTLS", in: name): self = .startTLS
    default: self = SMTPVerb.isKnown(name, bytes) ? .other : .unknown
    }
  }

  /// Source: IANA Mail Parameters, SMTP Service Extensions; XCLIENT and XFORWARD are Postfix's.
  private static let known: [StaticString] = [
    "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "ETRN", "ATRN", "TURN", "SEND", "SOML", "SAML", "BURL", "XCLIENT", "XFORWARD",
  ]

  private static func isKnown(_ name: Range<Int>, _ bytes: RawSpan) -> Bool {
    for verb in known where bytes.equalsIgnoringCase(verb, in: name) { return true }
    return false
  }

  private static func isHello(_ name: Range<Int>, _ bytes: RawSpan) -> Bool {
    bytes.equalsIgnoringCase("EHLO", in: name) || bytes.equalsIgnoringCase("HELO", in: name) || bytes.equalsIgnoringCase("LHLO", in: name)
  }
}
