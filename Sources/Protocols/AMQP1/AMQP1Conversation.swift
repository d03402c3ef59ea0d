/// What must be remembered of a connection: who asked what, the addresses of links, transfers under way.
struct AMQP1Conversation: ConversationState {
  /// Questions that wait, and links whose addresses are known; of more the oldest is forgotten.
  static let limit = 256

  struct Link: Sendable {
    var sender: MessageSender
    var channel: UInt16
    var handle: UInt64
    var address: [UInt8]
  }

  private var waiting: [(key: UInt64, asker: MessageSender)] = []
  private var links: [Link] = []
  /// Links whose transfer has more frames, by side.
  private var fromClient: UInt64?
  private var fromServer: UInt64?

  subscript(transferOf sender: MessageSender) -> UInt64? {
    get { sender == .client ? fromClient : fromServer }
    set { if sender == .client { fromClient = newValue } else { fromServer = newValue } }
  }

  /// Whether what is asked under the key was asked by the other side, so that this is the answer.
  mutating func answers(_ key: UInt64, _ sender: MessageSender) -> Bool {
    if let index = waiting.firstIndex(where: { $0.key == key && $0.asker != sender }) {
      waiting.remove(at: index)
      return true
    }
    if waiting.count >= AMQP1Conversation.limit { waiting.removeFirst() }
    waiting.append((key, sender))
    return false
  }

  mutating func note(_ link: Link) {
    links.removeAll { $0.sender == link.sender && $0.channel == link.channel && $0.handle == link.handle }
    if links.count >= AMQP1Conversation.limit { links.removeFirst() }
    links.append(link)
  }

  func address(_ sender: MessageSender, _ channel: UInt16, _ handle: UInt64) -> [UInt8]? {
    links.first { $0.sender == sender && $0.channel == channel && $0.handle == handle }?.address
  }

  mutating func loseSynchrony(of sender: MessageSender) { self[transferOf: sender] = nil }
}
