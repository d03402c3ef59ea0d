import Capture
import Transport

/// A request that waits for its response.
struct PendingRequest: Sendable {
  var key: ExchangeKey
  var message: ObservedMessage
  /// Number of the request on its connection: finds the entry again when the request's last byte arrives.
  var serial: UInt64
  var sender: MessageSender
  /// When it was sent, the last time.
  var sentTime: Timestamp
  /// How often it was sent again.
  var repetitionCount = 0
  /// Its sender tried again: it no longer waited for this one's answer.
  var isSuperseded = false

  init(key: ExchangeKey, message: ObservedMessage, serial: UInt64, sender: MessageSender) {
    self.key = key
    self.message = message
    self.serial = serial
    self.sender = sender
    sentTime = message.origin.time
  }
}

/// The requests of one connection that wait for a response, oldest first. The one pairing algorithm: a response takes the oldest
/// request with its key; in-order keys are all equal, so it takes the oldest of all. Only where a request with a waiting one's key is another
/// try of it (`ProtocolFacts.Repetition.anotherTry`) the newest is taken.
struct PairingQueue: Sendable {
  /// Requests that may wait on one connection. A pipelined bulk load reaches thousands; beyond the limit the oldest is given up.
  static let limit = 65_536
  /// Entries searched for an identifier; older ones with identifiers are given up by then.
  static let searchLimit = 4096

  private var entries: [PendingRequest] = []
  private var head = 0
  private var latestTime = Timestamp(nanoseconds: .min)

  var isEmpty: Bool { head == entries.count }

  /// When a request was sent, or sent again, last.
  var newestTime: Timestamp? { isEmpty ? nil : latestTime }

  /// How many requests with such keys may wait. Where responses come in order, the oldest is found at once.
  static func limit(_ key: ExchangeKey, respondsInOrder: Bool = false) -> Int {
    key == .inOrder || respondsInOrder ? limit : searchLimit
  }

  /// Adds a request; returns the oldest when `limit` were waiting.
  mutating func push(_ request: PendingRequest, limit: Int) -> PendingRequest? {
    let evicted = entries.count - head >= limit ? popOldest() : nil
    entries.append(request)
    latestTime = max(latestTime, request.sentTime)
    return evicted
  }

  mutating func take(_ key: ExchangeKey) -> PendingRequest? {
    var index = head
    while index < entries.count {
      if entries[index].key == key { return remove(at: index) }
      index += 1
    }
    return nil
  }

  /// The newest request with the key.
  mutating func takeNewest(_ key: ExchangeKey) -> PendingRequest? {
    var index = entries.count - 1
    while index >= head {
      if entries[index].key == key { return remove(at: index) }
      index -= 1
    }
    return nil
  }

  /// Notes that `sender` tries again; returns how many of its tries with this key wait.
  mutating func supersede(_ key: ExchangeKey, from sender: MessageSender) -> Int {
    var count = 0
    for index in head..<entries.count where entries[index].key == key && entries[index].sender == sender {
      entries[index].isSuperseded = true
      count += 1
    }
    return count
  }

  /// The oldest request with an identifier of `identifiers`.
  mutating func take(anyOf identifiers: ClosedRange<UInt64>) -> PendingRequest? {
    var index = head
    while index < entries.count {
      if case .identifier(let identifier) = entries[index].key, identifiers.contains(identifier) { return remove(at: index) }
      index += 1
    }
    return nil
  }

  mutating func popOldest() -> PendingRequest? {
    head < entries.count ? remove(at: head) : nil
  }

  /// The oldest request when its identifier is below `identifier`.
  mutating func popOldest(before identifier: UInt64) -> PendingRequest? {
    guard head < entries.count, case .identifier(let oldest) = entries[head].key, oldest < identifier else { return nil }
    return remove(at: head)
  }

  /// The oldest request when it was sent before `time`.
  mutating func popOldest(startedBefore time: Timestamp) -> PendingRequest? {
    guard head < entries.count, entries[head].sentTime < time else { return nil }
    return remove(at: head)
  }

  /// Replaces what was known of a request, when it is still waiting. Most often it is the newest.
  mutating func update(serial: UInt64, with message: ObservedMessage) -> Bool {
    var index = entries.count - 1
    while index >= head, entries[index].serial >= serial {
      if entries[index].serial == serial {
        entries[index].message = message
        return true
      }
      index -= 1
    }
    return false
  }

  /// Notes that a request that waits was sent again, also in its summary; returns whether there is one of the sender's with this key.
  mutating func noteRepetition(_ key: ExchangeKey, from sender: MessageSender, at time: Timestamp, _ texts: inout TextTable) -> Bool {
    var index = entries.count - 1
    while index >= head {
      if entries[index].key == key, entries[index].sender == sender {
        entries[index].sentTime = time
        entries[index].repetitionCount += 1
        entries[index].message.summary.set(texts.intern("retransmissions"), texts.intern(String(entries[index].repetitionCount)))
        latestTime = max(latestTime, time)
        return true
      }
      index -= 1
    }
    return false
  }

  /// Adds a further part to the request that came last, when it still waits.
  mutating func addToNewest(_ part: ObservedMessage) {
    guard !isEmpty else { return }
    let index = entries.count - 1
    entries[index].message.summary.add(part.summary)
    entries[index].message.byteCount += part.byteCount
    entries[index].message.capturedByteCount += part.capturedByteCount
    entries[index].message.isComplete = entries[index].message.isComplete && part.isComplete
    entries[index].message.lastTime = max(entries[index].message.lastTime, part.lastTime)
  }

  private mutating func remove(at index: Int) -> PendingRequest {
    if index == head {
      let first = entries[head]
      head += 1
      if head == entries.count {
        entries.removeAll(keepingCapacity: entries.capacity <= 64)
        head = 0
      } else if head >= 1024, head * 2 >= entries.count {
        entries.removeFirst(head)
        head = 0
      }
      return first
    }
    return entries.remove(at: index)
  }
}
