/// What MongoDB must remember of a connection: how far each direction is inside a message, replies that come without further requests, and
/// cursors that wait for data.
struct MongoDBConversation: ConversationState {
  /// Finds whose replies are awaited, and cursors, that are remembered; the oldest make room.
  private static let awaitingFindLimit = 16
  private static let awaitingCursorLimit = 64

  private var clientWalker = MongoDBWalker()
  private var serverWalker = MongoDBWalker()
  /// The reply that said that another one follows: the next one answers it.
  private var exhaustIdentifier: UInt32?
  private var awaitingFinds: [UInt32] = []
  private var awaitingCursors: [UInt64] = []
  /// The reply under way answers a find whose cursor waits for data.
  private var replyOpensAwaitingCursor = false

  subscript(walkerOf sender: MessageSender) -> MongoDBWalker {
    get { sender == .client ? clientWalker : serverWalker }
    set { if sender == .client { clientWalker = newValue } else { serverWalker = newValue } }
  }

  /// The role of a message, of which the head and the first elements are known.
  mutating func role(
    of body: inout MongoDBParser.Body, _ header: MongoDBHeader, _ findings: inout MongoDBFindings, _ sender: MessageSender
  ) -> MessageRole {
    let moreToCome = body.flags & MongoDBFlags.moreToCome != 0
    guard sender == .server else {
      if findings.opensAwaitingCursor { remember(header.requestIdentifier, in: &awaitingFinds, MongoDBConversation.awaitingFindLimit) }
      if let cursor = findings.cursor, awaitingCursors.contains(cursor) { findings.awaits = true }
      // A write that asks for no acknowledgement (mongodb/specifications, OP_MSG, "moreToCome").
      if moreToCome || MongoDBOperation.isOneWay(body.head.operation) { return .oneWay }
      return .request(.identifier(UInt64(header.requestIdentifier)))
    }
    replyOpensAwaitingCursor = awaitingFinds.contains(header.responseTo)
    if replyOpensAwaitingCursor { awaitingFinds.removeAll { $0 == header.responseTo } }
    noteCursor(&findings)
    let continuesExhaust = exhaustIdentifier == header.responseTo
    exhaustIdentifier = moreToCome ? header.requestIdentifier : nil
    body.head.isExhaust = continuesExhaust
    return continuesExhaust ? .oneWay : .response(.identifier(UInt64(header.responseTo)))
  }

  /// A reply's cursor became known.
  mutating func noteCursor(_ findings: inout MongoDBFindings) {
    if findings.isChangeStream { findings.awaits = true }
    guard replyOpensAwaitingCursor, let cursor = findings.cursor, cursor != 0 else { return }
    remember(cursor, in: &awaitingCursors, MongoDBConversation.awaitingCursorLimit)
  }

  private func remember<Number: Equatable>(_ number: Number, in list: inout [Number], _ limit: Int) {
    if list.count == limit { list.removeFirst() }
    list.append(number)
  }
}
