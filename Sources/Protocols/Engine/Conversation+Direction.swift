package import Capture
import Transport

/// Why a conversation ends, and when the evidence for it ends.
package struct ConversationEnd: Sendable {
  package enum Reason: Sendable {
    /// FIN or RST, or the socket was closed.
    case closed
    /// The capture ended, or the flow was silent for too long.
    case silent
  }

  package var reason: Reason
  /// The last time of the capture: requests older than the session timeout by then have timed out.
  package var time: Timestamp

  package init(reason: Reason, time: Timestamp) {
    self.reason = reason
    self.time = time
  }
}

/// A message whose last byte has not passed yet.
struct OpenMessage: Sendable {
  var role: MessageRole
  var observed: ObservedMessage
  /// Of a request: its number on the connection.
  var serial: UInt64 = 0
  /// Of a response: the request it answers.
  var request: PendingRequest?

  init(role: MessageRole, observed: ObservedMessage) {
    self.role = role
    self.observed = observed
  }

  mutating func add(_ byteCount: Int, _ time: Timestamp) {
    observed.byteCount += byteCount
    observed.capturedByteCount += byteCount
    observed.lastTime = time
  }

  /// A later part added to what the message says.
  mutating func noteAmendment() {
    if observed.summary.isPartial { observed.isComplete = false }
  }

  /// Bytes that were to be skipped anyway are missing: the message's length stays exact, its content was not needed.
  mutating func lose(_ byteCount: Int) {
    observed.byteCount += byteCount
  }
}

/// Bytes of an incomplete message, and where they came from.
struct PendingBytes: Sendable {
  var bytes: [UInt8]
  var origins: OriginMap
}

/// One direction of a conversation.
struct Direction: Sendable {
  /// Bytes of an incomplete message; empty most of the time.
  private(set) var pending: [UInt8] = []
  private var origins: OriginMap?
  /// How much of `pending` the parser has scanned to no avail.
  var scannedByteCount = 0
  /// Bytes of the open message that are still to pass unseen. `pending` is empty meanwhile.
  var skippedByteCount = 0
  var skipsUntilClose = false
  /// More parts of the open message follow the skipped bytes.
  var continues = false
  /// The open message waits for a later part behind the skipped bytes, while others may pass.
  var interleaves = false
  var open: OpenMessage?
  /// Further open messages, none of which the next bytes belong to unless their parser says so.
  var waiting = InterleavedMessages()
  /// After a loss: the next message is looked for at chunk beginnings.
  var isSearching = false
  /// The number of the first request after the loss, when none waited at the loss.
  var firstSerialBehindLoss: UInt64?
  private var lastOrdinal: UInt64 = 0
  private var lastIndex: UInt16 = 0

  mutating func keep(_ rest: RawSpan, _ offset: Int, _ map: OriginMap) {
    rest.withUnsafeBytes { pending.append(contentsOf: $0) }
    var map = map
    map.dropFirst(offset)
    origins = map
  }

  mutating func append(_ bytes: RawSpan, _ origin: ChunkOrigin) {
    if origins == nil { origins = OriginMap(origin) } else { origins?.append(origin, at: pending.count) }
    bytes.withUnsafeBytes { pending.append(contentsOf: $0) }
  }

  mutating func dropPending() {
    pending = []
    origins = nil
  }

  mutating func takePending() -> PendingBytes {
    guard let map = origins else { preconditionFailure("pending bytes have an origin") }
    let taken = PendingBytes(bytes: pending, origins: map)
    pending = []
    origins = nil
    return taken
  }

  mutating func restore(_ buffer: consuming PendingBytes, droppingFirst count: Int) {
    if count > 0 {
      buffer.bytes.removeFirst(count)
      buffer.origins.dropFirst(count)
    }
    pending = buffer.bytes
    origins = buffer.origins
  }

  /// Forgets everything but the numbering of messages and those that wait: they may go on behind a loss.
  mutating func reset() {
    pending = []
    origins = nil
    scannedByteCount = 0
    skippedByteCount = 0
    skipsUntilClose = false
    continues = false
    interleaves = false
    open = nil
  }

  /// What is known so far of a request that has not ended.
  func openRequest(_ request: PendingRequest) -> ObservedMessage? {
    if let open, open.serial == request.serial, case .request = open.role { return open.observed }
    guard case .identifier(let identifier) = request.key else { return nil }
    return waiting.request(identifier, serial: request.serial)
  }

  /// A request ended after the response to it began: the response takes it as it is now.
  mutating func update(requestOf ended: OpenMessage) {
    if open?.request?.serial == ended.serial {
      open?.request?.message = ended.observed
    } else if let identifier = ended.role.identifier {
      waiting.update(requestOf: identifier, serial: ended.serial, with: ended.observed)
    }
  }

  /// The number of the next message among those that begin in one observation. Saturates at 65,535.
  mutating func numberMessage(in ordinal: UInt64) -> UInt16 {
    if ordinal == lastOrdinal {
      lastIndex = lastIndex == .max ? .max : lastIndex + 1
    } else {
      lastOrdinal = ordinal
      lastIndex = 0
    }
    return lastIndex
  }
}
