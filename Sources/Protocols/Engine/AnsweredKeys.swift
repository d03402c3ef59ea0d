/// The keys of the exchanges of a flow of datagrams that were answered last: what comes with one of them may be an answer, or a request, that
/// was sent again.
struct AnsweredKeys: Sendable {
  /// Keys remembered. What is sent again comes within seconds, after a few others at most.
  static let limit = 32

  private struct Entry: Sendable {
    var key: ExchangeKey
    /// Answers to the key that may still come; `nil` for any number.
    var expectedCount: Int?
  }

  private var entries: [Entry] = []

  /// - Parameter repetitionCount: How often the request was sent again before the answer came.
  mutating func add(_ key: ExchangeKey, repetitionCount: Int, _ repetition: ProtocolFacts.Repetition) {
    guard repetition == .always || repetitionCount > 0 else { return }
    if entries.count >= AnsweredKeys.limit { entries.removeFirst() }
    entries.append(Entry(key: key, expectedCount: repetition == .always ? nil : repetitionCount))
  }

  /// Whether a response without a request that waits is one that was sent again.
  mutating func takeRepeatedResponse(_ key: ExchangeKey) -> Bool {
    guard let index = entries.lastIndex(where: { $0.key == key }) else { return false }
    guard let count = entries[index].expectedCount else { return true }
    if count > 1 { entries[index].expectedCount = count - 1 } else { entries.remove(at: index) }
    return true
  }

  /// Whether a request is one that was answered already. Where keys are used again it is not, and what was remembered of the key is past.
  mutating func takeRepeatedRequest(_ key: ExchangeKey) -> Bool {
    guard let index = entries.lastIndex(where: { $0.key == key }) else { return false }
    if entries[index].expectedCount == nil { return true }
    entries.remove(at: index)
    return false
  }
}
