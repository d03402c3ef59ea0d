/// What DNS must remember of a flow: the questions of the last few queries, because a response may come without its question
/// (FORMERR, UPDATE), and whether a zone transfer is going on, because its response is many messages.
struct DNSConversation: ConversationState {
  /// Queries remembered. On one flow, more than a few are outstanding only in load tests, whose responses have their questions.
  static let queryLimit = 8

  private struct Query: Sendable {
    var identifier: UInt16 = 0
    var questionKey: UInt64 = 0
  }

  private var queries = [8 of Query](repeating: Query())
  private var queryCount = 0
  /// Identifier of the query whose transfer has begun to be answered.
  private var transfer: UInt16?

  mutating func noteQuery(_ identifier: UInt16, _ questionKey: UInt64) {
    queries[queryCount % DNSConversation.queryLimit] = Query(identifier: identifier, questionKey: questionKey)
    queryCount += 1
    if transfer == identifier { transfer = nil }
  }

  /// The question of the latest query with this identifier.
  func questionKey(of identifier: UInt16) -> UInt64? {
    for age in 1...DNSConversation.queryLimit where age <= queryCount {
      let query = queries[(queryCount - age) % DNSConversation.queryLimit]
      if query.identifier == identifier { return query.questionKey }
    }
    return nil
  }

  /// Whether a response with this identifier is a further message of a transfer; the first one begins it.
  mutating func continuesTransfer(_ identifier: UInt16, isTransfer: Bool) -> Bool {
    if transfer == identifier { return true }
    if isTransfer { transfer = identifier }
    return false
  }
}
