/// What ZooKeeper must remember of a connection: that its next record of either side is the session's first, or that the client sent a
/// four-letter word.
struct ZooKeeperConversation: ConversationState {
  /// The session was asked for, and the answer has not come.
  var awaitsSession = false
  /// Something of the client's was seen.
  var hasClientRecord = false
  var hasWord = false
}
