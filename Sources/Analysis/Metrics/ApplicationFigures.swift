import Protocols

/// Rate, errors and durations of exchanges: the figures of `application` and `application_map`.
package struct ApplicationFigures: MergeableFigures {
  package private(set) var requestCount: UInt64 = 0
  package private(set) var responseCount: UInt64 = 0
  package private(set) var clientErrorCount: UInt64 = 0
  package private(set) var serverErrorCount: UInt64 = 0
  /// Requests that no response came to in time. DeepFlow does not count them as errors: it divides errors by responses.
  package private(set) var timeoutCount: UInt64 = 0
  /// Microseconds from request to response, of every exchange that was answered and was no long poll.
  package private(set) var responseTime = LatencyHistogram()
  /// Every exchange rests on all of its evidence.
  package private(set) var isComplete = true

  package init() {}

  /// Client and server errors (DeepFlow's `error`).
  package var errorCount: UInt64 { clientErrorCount &+ serverErrorCount }

  /// Responses that are no error.
  package var successCount: UInt64 { responseCount < errorCount ? 0 : responseCount - errorCount }

  /// Counts an exchange, given by the row that stands for it.
  mutating func add(_ row: borrowing RequestRow) {
    requestCount &+= 1
    if row.kind == .session { responseCount &+= 1 }
    switch row.status {
    case .clientError: clientErrorCount &+= 1
    case .serverError: serverErrorCount &+= 1
    case .timeout: timeoutCount &+= 1
    case .ok, .unknown, .parseFailed: break
    }
    if let duration = row.serviceDuration { responseTime.add(duration) }
    if row.completeness != .complete { isComplete = false }
  }

  package mutating func merge(_ other: ApplicationFigures) {
    requestCount &+= other.requestCount
    responseCount &+= other.responseCount
    clientErrorCount &+= other.clientErrorCount
    serverErrorCount &+= other.serverErrorCount
    timeoutCount &+= other.timeoutCount
    responseTime.merge(other.responseTime)
    isComplete = isComplete && other.isComplete
  }
}

/// `part` of `whole` in percent, DeepFlow's unit of ratios; `nil` of nothing.
func percentage(_ part: UInt64, of whole: UInt64) -> Double? {
  whole == 0 ? nil : Double(part) * 100 / Double(whole)
}
