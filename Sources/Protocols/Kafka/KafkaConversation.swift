import Wire

/// What Kafka must remember of a connection: which calls await their response, since a response says neither its API nor its version; and
/// the names of topics, which newer versions call by identifiers.
struct KafkaConversation: ConversationState {
  /// Calls remembered; clients have a handful in flight.
  static let callLimit = 4096
  /// Topics whose names are remembered.
  private static let topicLimit = 256

  /// Tokens of an authentication come next, without headers.
  var sendsTokens = false
  private(set) var awaitsToken = false

  private var calls: [KafkaCall] = []
  /// What Metadata said: the names of topics by their identifiers, two halves of 64 bits each.
  private var topicNames: [(high: UInt64, low: UInt64, name: [UInt8])] = []

  /// Bytes of either side were lost.
  private(set) var hasLosses = false

  mutating func loseSynchrony(of sender: MessageSender) { hasLosses = true }

  mutating func note(_ call: KafkaCall) {
    if calls.count == KafkaConversation.callLimit { calls.removeFirst() }
    calls.append(call)
  }

  /// The call with this number, the oldest first.
  mutating func take(_ correlation: Int32) -> KafkaCall? {
    calls.firstIndex { $0.correlation == correlation }.map { calls.remove(at: $0) }
  }

  mutating func noteTopics(_ topics: [(name: Range<Int>, identifier: Range<Int>)], _ bytes: RawSpan) {
    for (name, identifier) in topics {
      let high = bytes.loadBigEndian64(at: identifier.lowerBound)
      let low = bytes.loadBigEndian64(at: identifier.lowerBound + 8)
      guard high != 0 || low != 0, !topicNames.contains(where: { $0.high == high && $0.low == low }) else { continue }
      if topicNames.count == KafkaConversation.topicLimit { topicNames.removeFirst() }
      topicNames.append((high, low, bytes.copy(name)))
    }
  }

  /// Gives a topic that is called by its identifier its name, when it is known.
  func noteName(in fields: inout KafkaFields, _ bytes: RawSpan) {
    guard let identifier = fields.topicIdentifier else { return }
    let high = bytes.loadBigEndian64(at: identifier.lowerBound)
    let low = bytes.loadBigEndian64(at: identifier.lowerBound + 8)
    fields.topicName = topicNames.first { $0.high == high && $0.low == low }?.name
    fields.mayMissName = fields.topicName == nil && hasLosses
  }

  // Tokens have no numbers of their own, and one follows the other: those of calls are below 2^32.
  private static let tokenKey = ExchangeKey.identifier(1 << 32)

  mutating func noteToken() -> MessageRole {
    awaitsToken = true
    return .request(KafkaConversation.tokenKey)
  }

  mutating func takeToken() -> MessageRole {
    awaitsToken = false
    return .response(KafkaConversation.tokenKey)
  }

  static func key(_ correlation: Int32) -> ExchangeKey { .identifier(UInt64(UInt32(bitPattern: correlation))) }
}
