package import Transport
package import Capture

/// One observed message: when, where, how much of it, and what it says.
package struct ObservedMessage: Sendable {
  package var summary: MessageSummary
  /// First and last byte seen.
  package var origin: ChunkOrigin
  package var lastTime: Timestamp
  /// Bytes of the message on the wire, as far as it was followed, and how many of them were captured.
  package var byteCount: Int
  package var capturedByteCount: Int
  /// Followed to its end without loss.
  package var isComplete: Bool
  /// Number of the message among those that began in the same observation; with the ordinal it identifies the message.
  package var indexInChunk: UInt16
}

/// A request and its response on one connection at one observation point, or either alone: what the one pairing algorithm yields,
/// and all that stages above know of any protocol.
package struct Exchange: Sendable {
  package enum Ending: UInt8, Sendable {
    case answered
    /// No response is expected, or the message is a response without a request.
    case alone
    /// The session timeout passed without a response.
    case timedOut
    /// The connection ended without a response.
    case connectionClosed
    /// The capture ended (or the flow was given up) while the response could still come.
    case captureEnded
    /// Bytes in which the response lay, or may have lain, were lost.
    case responseLost
    /// One of the two gave it up before there was a response; the request's summary says how.
    case abandoned
  }

  package var l7Protocol: L7Protocol
  /// The end that sends requests.
  package var clientSide: FlowSide
  package var request: ObservedMessage?
  package var response: ObservedMessage?
  package var ending: Ending

  /// `l7Protocol` is the conversation's; a message may know better.
  init(
    l7Protocol: L7Protocol, clientSide: FlowSide, request: ObservedMessage?, response: ObservedMessage?, ending: Ending
  ) {
    self.l7Protocol = request?.summary.l7Protocol ?? response?.summary.l7Protocol ?? l7Protocol
    self.clientSide = clientSide
    self.request = request
    self.response = response
    self.ending = ending
  }
}
