/// What must be remembered of a connection: which methods wait for an answer, whose content is under way, the virtual host.
struct AMQPConversation: ConversationState {
  /// Methods that wait at once; of more the oldest is forgotten.
  static let waitingLimit = 256

  struct Waiting: Sendable {
    var sender: MessageSender
    var channel: UInt16
    var method: AMQPMethod
  }

  /// What the next bytes of one direction are.
  struct Progress: Sendable {
    /// A frame's header that was read already.
    var header: AMQPFrameHeader?
    /// A method that answered a question and is one itself: all of its frame but the last byte counts with the answer.
    var question: AMQPMessage?
    /// The channel whose content is under way, and what is to come of its body; `nil` before its header.
    var contentChannel: UInt16?
    var bodyByteCount: UInt64?
  }

  var virtualHost: [UInt8]?
  private(set) var waiting: [Waiting] = []
  private var fromClient = Progress()
  private var fromServer = Progress()

  subscript(progressOf sender: MessageSender) -> Progress {
    get { sender == .client ? fromClient : fromServer }
    set { if sender == .client { fromClient = newValue } else { fromServer = newValue } }
  }

  mutating func note(_ method: AMQPMethod, _ channel: UInt16, from sender: MessageSender) {
    if waiting.count >= AMQPConversation.waitingLimit { waiting.removeFirst() }
    waiting.append(Waiting(sender: sender, channel: channel, method: method))
  }

  /// The oldest question of the other side that a message of `sender` can be the answer to.
  mutating func take(_ channel: UInt16, _ method: AMQPMethod?, answeredBy sender: MessageSender) -> Waiting? {
    guard
      let index = waiting.firstIndex(where: {
        $0.sender != sender && (channel == 0 && method == nil || $0.channel == channel) && (method == nil || $0.method == method)
      })
    else { return nil }
    return waiting.remove(at: index)
  }

  mutating func loseSynchrony(of sender: MessageSender) { self[progressOf: sender] = Progress() }

  /// Under which an exchange is paired.
  static func key(_ asker: MessageSender, _ channel: UInt16, _ method: AMQPMethod) -> UInt64 {
    (asker == .client ? 0 : 1) << 48 | UInt64(channel) << 32 | UInt64(method.group) << 16 | UInt64(method.number)
  }
}
