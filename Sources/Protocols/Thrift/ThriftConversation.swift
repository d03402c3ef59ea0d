/// What Thrift must remember of a connection: how far each direction is inside a message without a frame.
struct ThriftConversation: ConversationState {
  private var fromClient: ThriftWalker?
  private var fromServer: ThriftWalker?

  subscript(walkerOf sender: MessageSender) -> ThriftWalker? {
    get { sender == .client ? fromClient : fromServer }
    set { if sender == .client { fromClient = newValue } else { fromServer = newValue } }
  }
}
