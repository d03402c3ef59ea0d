/// A request, a response, or a later part of one.
struct FastCGIMessage: Sendable {
  enum Content: Sendable {
    /// The request begins; its parameters follow.
    case request
    /// The request's beginning was not seen: these are the first of its parameters that were.
    case cutRequest(FastCGIParameters)
    case parameters(FastCGIParameters)
    /// The response begins with what the application says on its error output.
    case response
    /// The header section of the response. The text is that of the section's lines.
    case head(FastCGIHead, begins: Bool)
    case end(FastCGIEnd, begins: Bool)
  }

  var request: UInt16
  var content: Content
  /// What the application wrote to its error output, as far as it is kept.
  var errorText: [UInt8] = []
  /// What came before was not seen.
  var isCut = false
}

/// What a response's header section says. Source: RFC 3875 §6.3.
struct FastCGIHead: Sendable {
  /// Of `Status`; without one it is 200. `nil` when the section was not seen.
  var status: Int?
  /// Behind the code.
  var reason: [UInt8] = []
  var requestID: [UInt8] = []
}

/// Source: FastCGI Specification 1.0, §5.5.
struct FastCGIEnd: Hashable, Sendable {
  var applicationStatus: UInt32
  var protocolStatus: UInt8

  /// Why the application did not take the request; `nil` when it did.
  var refusal: StaticString? {
    switch protocolStatus {
    case 0: nil
    case 1: "FCGI_CANT_MPX_CONN"
    case 2: "FCGI_OVERLOADED"
    case 3: "FCGI_UNKNOWN_ROLE"
    default: "unknown protocol status"
    }
  }
}
