/// One half of a stream: the request or the response.
struct HTTP2HalfStream: Sendable {
  enum Phase: Sendable {
    /// Its header section was not seen.
    case idle
    case open
    case ended
  }

  var phase = Phase.idle
  /// Present where the body is a sequence of length-prefixed messages, all of which were followed.
  var messages: GRPCMessageWalker?
}

/// What must be remembered of a stream while it is open.
struct HTTP2Stream: Sendable {
  /// `nil` for plain HTTP/2.
  var l7Protocol: L7Protocol?
  var request = HTTP2HalfStream()
  var response = HTTP2HalfStream()

  subscript(sender: MessageSender) -> HTTP2HalfStream {
    get { sender == .client ? request : response }
    set { if sender == .client { request = newValue } else { response = newValue } }
  }

  /// Nothing more of it is expected.
  var isOver: Bool { response.phase == .ended && request.phase != .open }

  /// `nil` when the stream carries no gRPC messages.
  var tally: GRPCTally? {
    guard request.messages != nil || response.messages != nil else { return nil }
    return GRPCTally(
      request: request.messages.map { GRPCTally.Sum(count: $0.messageCount, byteCount: $0.byteCount) },
      response: response.messages.map { GRPCTally.Sum(count: $0.messageCount, byteCount: $0.byteCount) })
  }
}

/// The open streams of a connection.
struct HTTP2StreamTable: Sendable {
  /// Streams remembered. Servers allow 100 to 250 at once; beyond the limit the lowest number, most often the oldest, is forgotten.
  static let limit = 4096
  /// Streams that were reset and are remembered for what was still under way.
  static let resetLimit = 64

  /// In no particular order; apart from the streams, so that searching touches little memory.
  private var identifiers: [UInt32] = []
  private var streams: [HTTP2Stream] = []
  private var resets = [64 of UInt32](repeating: 0)
  private var resetCount = 0

  subscript(identifier: UInt32) -> HTTP2Stream? {
    get { identifiers.firstIndex(of: identifier).map { streams[$0] } }
    set {
      guard let newValue else { return remove(identifier) }
      if let index = identifiers.firstIndex(of: identifier) {
        streams[index] = newValue
        return
      }
      if identifiers.count >= HTTP2StreamTable.limit, let lowest = identifiers.min() { remove(lowest) }
      identifiers.append(identifier)
      streams.append(newValue)
    }
  }

  mutating func reset(_ identifier: UInt32) {
    remove(identifier)
    resets[resetCount % HTTP2StreamTable.resetLimit] = identifier
    resetCount += 1
  }

  /// Whether frames of the stream may still arrive from a peer that did not know.
  func wasReset(_ identifier: UInt32) -> Bool {
    for index in 0..<min(resetCount, HTTP2StreamTable.resetLimit) where resets[index] == identifier { return true }
    return false
  }

  /// The stream begins anew.
  mutating func revive(_ identifier: UInt32) {
    for index in 0..<min(resetCount, HTTP2StreamTable.resetLimit) where resets[index] == identifier { resets[index] = 0 }
  }

  mutating func remove(above last: UInt32) {
    for identifier in identifiers where identifier > last { remove(identifier) }
  }

  /// Bytes of one side were lost: what is counted in its open bodies no longer holds.
  mutating func loseMessages(of sender: MessageSender) {
    for index in streams.indices where streams[index][sender].phase == .open { streams[index][sender].messages = nil }
  }

  private mutating func remove(_ identifier: UInt32) {
    guard let index = identifiers.firstIndex(of: identifier) else { return }
    identifiers.swapAt(index, identifiers.count - 1)
    streams.swapAt(index, streams.count - 1)
    identifiers.removeLast()
    streams.removeLast()
  }
}
