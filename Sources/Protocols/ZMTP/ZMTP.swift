import Capture
import Wire

/// ZMTP 2.0 to 3.1, what ZeroMQ speaks over TCP. Messages between REQ and REP pair; all others, and commands, stand alone.
///
/// Source: rfc.zeromq.org, 15/ZMTP, 23/ZMTP and 37/ZMTP; 24/ZMTP-PLAIN.
enum ZMTP: ApplicationProtocol {
  typealias Message = ZMTPMessage
  typealias Conversation = ZMTPConversation

  static let facts = ProtocolFacts(identity: .zmtp, ports: [5555, 5556])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    return ZMTPRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZMTPConversation) -> ParseStep<ZMTPMessage> {
    ZMTPParser.parse(bytes, context, &conversation)
  }

  static func role(of message: ZMTPMessage, _ context: ParseContext) -> MessageRole {
    switch message.part {
    case .request: .request(.inOrder)
    case .response: .response(.inOrder)
    case .alone: .oneWay
    }
  }

  static func summarize(_ message: ZMTPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    switch message.part {
    case .response: summary.responseStatus = .ok
    case .request, .alone:
      if message.error != nil {
        summary.requestType = texts.intern("ERROR")
      } else {
        summary.requestType = message.name.map { texts.intern(bytes, $0) } ?? texts.intern(message.isGreeting ? "Greeting" : "Message")
      }
      summary.version = message.version.map { texts.intern("\($0.major).\($0.minor)") }
      if let topic = message.subscription, !topic.isEmpty {
        summary.requestDomain = texts.intern(bytes, topic)
        summary.requestResource = summary.requestDomain
        summary.endpoint = summary.requestDomain
      }
      if let mechanism = message.mechanism { summary.add(texts.intern("mechanism"), texts.intern(bytes, mechanism)) }
      if let type = message.socketType { summary.add(texts.intern("socket_type"), texts.intern(bytes, type)) }
      guard let error = message.error else { return }
      summary.responseStatus = .serverError
      if !error.isEmpty { summary.responseException = texts.intern(bytes, error) }
    }
  }
}

/// Of what type each side's socket is.
struct ZMTPConversation: ConversationState {
  struct Side: Sendable {
    var isRequester = false
    var isReplier = false
  }

  private var client = Side()
  private var server = Side()

  subscript(side sender: MessageSender) -> Side {
    get { sender == .client ? client : server }
    set { if sender == .client { client = newValue } else { server = newValue } }
  }
}
