/// The messages of one direction that wait for their next part while parts of others pass: the open streams of HTTP/2, the requests of a
/// FastCGI connection.
struct InterleavedMessages: Sendable {
  /// Messages that may be open at once in one direction. Servers allow 100 to 250; beyond the limit the lowest identifier, which most
  /// often is the oldest, is given up.
  static let limit = 4096

  /// Apart from the messages, so that the search for one of a thousand touches little memory. In no particular order: what leaves is
  /// replaced by the last.
  private var identifiers: [UInt64] = []
  private var messages: [OpenMessage] = []

  var isEmpty: Bool { identifiers.isEmpty }

  /// Keeps a message; returns the one that had to make room for it.
  mutating func put(_ message: OpenMessage, _ identifier: UInt64) -> OpenMessage? {
    let evicted = identifiers.count < InterleavedMessages.limit ? nil : identifiers.min().flatMap { take($0) }
    identifiers.append(identifier)
    messages.append(message)
    return evicted
  }

  mutating func take(_ identifier: UInt64) -> OpenMessage? {
    identifiers.firstIndex(of: identifier).map { remove(at: $0) }
  }

  mutating func take(anyOf range: ClosedRange<UInt64>) -> OpenMessage? {
    identifiers.firstIndex { range.contains($0) }.map { remove(at: $0) }
  }

  /// What is known so far of the request with this number.
  func request(_ identifier: UInt64, serial: UInt64) -> ObservedMessage? {
    guard let index = identifiers.firstIndex(of: identifier), case .request = messages[index].role, messages[index].serial == serial else {
      return nil
    }
    return messages[index].observed
  }

  /// Replaces what the response with this identifier knows of the request that it answers, which ended after the response began.
  mutating func update(requestOf identifier: UInt64, serial: UInt64, with message: ObservedMessage) {
    guard let index = identifiers.firstIndex(of: identifier), messages[index].request?.serial == serial else { return }
    messages[index].request?.message = message
  }

  /// Bytes of any of these messages may have been lost.
  mutating func markIncomplete() {
    for index in messages.indices { messages[index].observed.isComplete = false }
  }

  /// All of them, by identifier.
  mutating func takeAll() -> [OpenMessage] {
    defer { self = InterleavedMessages() }
    return zip(identifiers, messages).sorted { $0.0 < $1.0 }.map(\.1)
  }

  private mutating func remove(at index: Int) -> OpenMessage {
    let last = identifiers.count - 1
    identifiers.swapAt(index, last)
    messages.swapAt(index, last)
    identifiers.removeLast()
    return messages.removeLast()
  }
}
