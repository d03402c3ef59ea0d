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

  mutating func noteCommand(_ verb: SMTPVerb) {
    if awaited.count < SMTPConversation.commandLimit { awaited.append(verb) }
  }

  /// A final reply came; returns the command it answers.
  mutating func takeCommand() -> SMTPVerb? { awaited.isEmpty ? nil : awaited.removeFirst() }

  /// The command that the next reply answers.
  var firstAwaited: SMTPVerb? { awaited.first }

  mutating func loseSynchrony(of sender: MessageSender) {
    if sender == .server { awaited = [] } else { phase = .commands }
  }
}
