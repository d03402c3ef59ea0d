package import Capture

/// What every protocol's messages look like to the request log. A field that the protocol or the message does not have is `nil`.
/// Meanings per protocol: reference in the README's protocol table.
package struct MessageSummary: Sendable {
  /// What the exchange is, when the protocol of the conversation carries others (gRPC in HTTP/2).
  package var l7Protocol: L7Protocol?
  /// Some of what the message says cannot be known, because what it refers to was not seen (header compression joined midway).
  package var isPartial = false
  /// Of a request: all is well when no response comes (memcached's quiet commands).
  package var mayGoUnanswered = false
  /// The request asks the server to wait until there is something to say (a consumer's fetch, a blocking pop): how long it took says nothing of
  /// the server's speed. Set by `markLongPoll`.
  package var isLongPoll = false
  package var version: TextID?
  package var requestType: TextID?
  package var requestDomain: TextID?
  package var requestResource: TextID?
  package var endpoint: TextID?
  package var requestID: UInt64?
  package var responseStatus: ResponseStatus?
  package var responseCode: Int32?
  package var responseException: TextID?
  package var responseResult: TextID?
  package var affectedRowCount: UInt64?
  package var trace = TraceContext()
  package var proxyClient: TextID?
  /// Further facts by name, in the order they were found; at most `MessageSummary.attributeLimit`.
  package var attributes: [MessageAttribute] = []

  /// Attributes kept of one message; further ones are dropped.
  package static let attributeLimit = 64

  package init() {}

  package mutating func add(_ name: TextID, _ value: TextID) {
    if attributes.count < MessageSummary.attributeLimit { attributes.append(MessageAttribute(name: name, value: value)) }
  }

  /// Adds the attribute, or gives it another value.
  mutating func set(_ name: TextID, _ value: TextID) {
    guard let index = attributes.firstIndex(where: { $0.name == name }) else { return add(name, value) }
    attributes[index].value = value
  }

  /// Marks the exchange as a long poll, for the figures and, as the attribute `long_poll`, for the reader. Of request and response one is enough.
  package mutating func markLongPoll(_ texts: inout TextTable) {
    guard !isLongPoll else { return }
    isLongPoll = true
    add(texts.intern("long_poll"), texts.intern("true"))
  }

  /// Takes over what a later message of the same exchange says; where both say something, the later one has the last word.
  mutating func add(_ later: MessageSummary) {
    l7Protocol = later.l7Protocol ?? l7Protocol
    isPartial = isPartial || later.isPartial
    isLongPoll = isLongPoll || later.isLongPoll
    version = later.version ?? version
    requestType = later.requestType ?? requestType
    requestDomain = later.requestDomain ?? requestDomain
    requestResource = later.requestResource ?? requestResource
    endpoint = later.endpoint ?? endpoint
    requestID = later.requestID ?? requestID
    responseStatus = later.responseStatus ?? responseStatus
    responseCode = later.responseCode ?? responseCode
    responseException = later.responseException ?? responseException
    responseResult = later.responseResult ?? responseResult
    affectedRowCount = later.affectedRowCount ?? affectedRowCount
    trace.traceID = later.trace.traceID ?? trace.traceID
    trace.spanID = later.trace.spanID ?? trace.spanID
    trace.parentSpanID = later.trace.parentSpanID ?? trace.parentSpanID
    trace.requestID = later.trace.requestID ?? trace.requestID
    proxyClient = later.proxyClient ?? proxyClient
    for attribute in later.attributes { add(attribute.name, attribute.value) }
  }
}

package struct MessageAttribute: Hashable, Sendable {
  package var name: TextID
  package var value: TextID

  package init(name: TextID, value: TextID) {
    self.name = name
    self.value = value
  }
}

/// What joins a message to spans elsewhere.
package struct TraceContext: Hashable, Sendable {
  package var traceID: TextID?
  package var spanID: TextID?
  package var parentSpanID: TextID?
  package var requestID: TextID?

  package init() {}
}

/// `response_status`.
package enum ResponseStatus: UInt8, Sendable, CaseIterable {
  case ok = 0
  case timeout = 2
  case serverError = 3
  case clientError = 4
  case unknown = 5
  case parseFailed = 6

  package var name: String {
    switch self {
    case .ok: "ok"
    case .timeout: "timeout"
    case .serverError: "server_error"
    case .clientError: "client_error"
    case .unknown: "unknown"
    case .parseFailed: "parse_failed"
    }
  }
}
