/// What SMTP must remember of a connection: which commands await replies, as far as they change what comes next, and what the client
/// sends now.
struct SMTPConversation: ConversationState {
  /// Commands remembered while they await their reply; a pipeline has a few, and one recipient a command.
  static let commandLimit = 1024

  /// What the client's next bytes are.
  enum ClientPhase: Sendable {
    case commands
    /// Mail content up to a line with a single dot; whether the next byte begins a line.
    case content(isAtLineStart: Bool)
    /// Lines of an authentication dialogue.
    case authentication
  }

  var phase = ClientPhase.commands
  /// A reply said that TLS begins.
  var startsTLS = false
  private var awaited: [SMTPVerb] = []
  /// The client said LHLO.
  private var isLMTP = false
  /// DATA's content was asked for: the next reply is about the mail.
  private var hasAskedForContent = false
  /// Recipients of the mail under way that were accepted.
  private var recipientCount = 0
  /// Replies that still belong to the mail whose first one has passed: LMTP has one for each recipient. Source: RFC 2033 §4.2.
  private(set) var furtherReplyCount = 0

  mutating func noteCommand(_ verb: SMTPVerb, isLHLO: Bool = false) {
    if isLHLO { isLMTP = true }
    if awaited.count < SMTPConversation.commandLimit { awaited.append(verb) }
  }

  /// A final reply came; returns the command it answers.
  mutating func takeCommand(code: Int) -> SMTPVerb? {
    let command = awaited.isEmpty ? nil : awaited.removeFirst()
    switch command {
    case .mail?: recipientCount = 0
    case .recipient? where code / 100 == 2: recipientCount += 1
    case .data? where hasAskedForContent, .lastChunk?:
      if isLMTP { furtherReplyCount = max(0, recipientCount - 1) }
      recipientCount = 0
    default: break
    }
    hasAskedForContent = false
    return command
  }

  /// The server asked for a mail's content.
  mutating func askForContent() {
    phase = .content(isAtLineStart: true)
    hasAskedForContent = true
  }

  /// One more of the replies to a mail passed.
  mutating func takeFurtherReply() { furtherReplyCount -= 1 }

  mutating func dropFurtherReplies() { furtherReplyCount = 0 }

  /// The command that the next reply answers.
  var firstAwaited: SMTPVerb? { awaited.first }

  mutating func loseSynchrony(of sender: MessageSender) {
    if sender == .server {
      awaited = []
      furtherReplyCount = 0
      hasAskedForContent = false
    } else {
      phase = .commands
    }
  }
}
