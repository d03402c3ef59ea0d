import Capture
import Protocols

/// What a flow carried at the application's level (`l7_…` and `rrt_…` of `l4_flow_log`).
package struct RequestCounters: Sendable {
  package private(set) var requestCount: UInt32 = 0
  package private(set) var responseCount: UInt32 = 0
  package private(set) var clientErrorCount: UInt32 = 0
  package private(set) var serverErrorCount: UInt32 = 0
  package private(set) var serverTimeoutCount: UInt32 = 0
  package private(set) var parseFailureCount: UInt32 = 0
  /// Request to response.
  package private(set) var responseTime = DurationFigures()
  /// Duration of the TLS handshake, microseconds.
  package private(set) var tlsHandshake: UInt32?
  /// A response came that was no error.
  package private(set) var hasSuccess = false

  package init() {}

  package mutating func countRequest() { requestCount &+= 1 }

  /// How a response, or its absence, counts.
  package enum Outcome: Sendable { case success, clientError, serverError }

  /// - Parameter microseconds: From the request; `nil` when that was not seen.
  package mutating func countResponse(_ outcome: Outcome, microseconds: Int64?) {
    responseCount &+= 1
    switch outcome {
    case .success: hasSuccess = true
    case .clientError: clientErrorCount &+= 1
    case .serverError: serverErrorCount &+= 1
    }
    if let microseconds, microseconds > 0 { responseTime.add(microseconds: UInt32(clamping: microseconds)) }
  }

  /// No response came within the protocol's time.
  package mutating func countTimeout() { serverTimeoutCount &+= 1 }

  package mutating func countParseFailure() { parseFailureCount &+= 1 }

  package mutating func setTLSHandshake(microseconds: Int64) {
    if tlsHandshake == nil, microseconds > 0 { tlsHandshake = UInt32(clamping: microseconds) }
  }

  /// Counts what one row of the request log says.
  mutating func count(_ row: RequestRow) {
    if row.kind != .response { countRequest() }
    if row.l7Protocol == .tls, row.kind == .session, row.status == .ok {
      setTLSHandshake(microseconds: row.lastByteTime.microseconds(since: row.startTime))
    }
    switch row.status {
    case .timeout: countTimeout()
    case .parseFailed: countParseFailure()
    case .clientError: countResponse(.clientError, microseconds: row.responseDuration)
    case .serverError: countResponse(.serverError, microseconds: row.responseDuration)
    case .ok where row.kind != .request, .unknown where row.kind != .request:
      countResponse(.success, microseconds: row.responseDuration)
    case .ok, .unknown: break
    }
  }
}
