package import Capture
package import Protocols
import Transport

/// What a row takes from the flow it was seen on.
package struct RequestObserver: Sendable {
  package var flowID: UInt64
  package var source: SignalSource
  package var observationPoint: ObservationPoint
  package var interfaceName: TextID?
  package var initiator: Endpoint
  package var responder: Endpoint
  package var ipProtocol: IPProtocol
}

extension RequestRow {
  /// A row from an exchange; processes, services and thread order are filled in later, when the whole capture is known.
  package init(_ exchange: Exchange, _ observer: RequestObserver) {
    guard let first = exchange.request ?? exchange.response else { preconditionFailure("an exchange has a request or a response") }
    let response = exchange.response
    id = first.origin.ordinal << 16 | UInt64(first.indexInChunk)
    flowID = observer.flowID
    kind = exchange.request == nil ? .response : response == nil ? .request : .session
    startTime = first.origin.time
    endTime = response?.origin.time ?? first.origin.time
    lastByteTime = response?.lastTime ?? first.lastTime
    source = observer.source
    observationPoint = observer.observationPoint
    interfaceName = observer.interfaceName
    let clientIsInitiator = exchange.clientSide == .initiator
    client = clientIsInitiator ? observer.initiator : observer.responder
    server = clientIsInitiator ? observer.responder : observer.initiator
    ipProtocol = observer.ipProtocol
    l7Protocol = exchange.l7Protocol
    isTLS = false
    summary = first.summary
    if exchange.request != nil, let response { summary.take(response.summary) }
    status = RequestRow.status(exchange)
    requestXRequestID = exchange.request?.summary.trace.requestID
    responseXRequestID = response?.summary.trace.requestID
    requestByteCount = exchange.request?.byteCount
    responseByteCount = response?.byteCount
    capturedRequestByteCount = exchange.request?.capturedByteCount
    capturedResponseByteCount = response?.capturedByteCount
    requestTCPSequence = exchange.request?.origin.tcpSequence
    responseTCPSequence = response?.origin.tcpSequence
    requestThread = exchange.request?.origin.thread
    responseThread = response?.origin.thread
    completeness = RequestRow.completeness(exchange)
  }

  private static func status(_ exchange: Exchange) -> ResponseStatus {
    if let response = exchange.response { return response.summary.responseStatus ?? .unknown }
    switch exchange.ending {
    case .answered: return .ok
    // A message that nobody answers may itself say that something went wrong.
    case .alone: return exchange.request?.summary.responseStatus ?? .ok
    // A connection that ended without an answer will not bring one: to the client that is the same as waiting in vain.
    case .timedOut, .connectionClosed: return .timeout
    case .captureEnded, .responseLost: return .unknown
    case .abandoned: return exchange.request?.summary.responseStatus ?? .unknown
    }
  }

  private static func completeness(_ exchange: Exchange) -> Completeness {
    guard exchange.request != nil else { return .unknown }
    switch exchange.ending {
    case .captureEnded: return .unknown
    case .responseLost: return .lowerBound
    case .answered, .alone, .timedOut, .connectionClosed, .abandoned:
      let whole = exchange.request?.isComplete ?? true && exchange.response?.isComplete ?? true
      return whole ? .complete : .lowerBound
    }
  }
}

extension MessageSummary {
  /// Adds what a response says to what its request said: where both say something, the response has the last word, except
  /// about what was asked.
  mutating func take(_ response: MessageSummary) {
    version = version ?? response.version
    requestType = requestType ?? response.requestType
    requestDomain = requestDomain ?? response.requestDomain
    requestResource = requestResource ?? response.requestResource
    endpoint = endpoint ?? response.endpoint
    requestID = requestID ?? response.requestID
    responseStatus = response.responseStatus
    responseCode = response.responseCode
    responseException = response.responseException
    responseResult = response.responseResult
    affectedRowCount = response.affectedRowCount
    trace.traceID = trace.traceID ?? response.trace.traceID
    trace.spanID = trace.spanID ?? response.trace.spanID
    trace.parentSpanID = trace.parentSpanID ?? response.trace.parentSpanID
    proxyClient = proxyClient ?? response.proxyClient
    isLongPoll = isLongPoll || response.isLongPoll
    attributes += response.attributes
  }
}
