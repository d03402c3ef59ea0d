/// The keys of the exchanges of a flow of datagrams that were answered last, where a key is used only once: what comes with one of them was sent
/// again.
struct AnsweredKeys: Sendable {
  /// Keys remembered. What is sent again comes within seconds, after a few others at most.
  static let limit = 32

  private var keys: [ExchangeKey] = []

  mutating func add(_ key: ExchangeKey) {
    if keys.count >= AnsweredKeys.limit { keys.removeFirst() }
    keys.append(key)
  }

  func contains(_ key: ExchangeKey) -> Bool { keys.contains(key) }
}
