/// A message, or the later part of one, on a stream.
struct HTTP2Message: Sendable {
  enum Content: Sendable {
    case request(HTTP2FieldSection, isPromised: Bool)
    case response(HTTP2FieldSection)
    /// 1xx: the response is still to come.
    case informational
    case trailers(HTTP2FieldSection)
    /// The last DATA frame.
    case end
    case reset(HTTP2ErrorCode, by: MessageSender)
    /// The server takes no stream beyond those it named.
    case goAway(HTTP2ErrorCode)
  }

  var stream: UInt32
  /// What the stream carries, as far as it is known; `nil` for plain HTTP/2.
  var l7Protocol: L7Protocol?
  var content: Content
  /// gRPC messages of the stream, when it ends.
  var tally: GRPCTally?
}

/// The gRPC messages that passed on a stream, either way; `nil` where they were not followed from the first on.
struct GRPCTally: Hashable, Sendable {
  struct Sum: Hashable, Sendable {
    var count: Int
    /// Bytes of the messages, without the five before each.
    var byteCount: Int
  }

  var request: Sum?
  var response: Sum?
}
