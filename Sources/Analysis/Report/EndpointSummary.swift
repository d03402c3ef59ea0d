/// What requests are grouped by: one operation of one service.
package struct EndpointKey: Hashable, Sendable {
  package var service: String
  package var l7Protocol: String
  /// Method or command; empty when the protocol has none.
  package var requestType: String
  package var endpoint: String

  /// `GET /buy`, `SELECT orders`, or the protocol's name when neither is known.
  package var call: String {
    let words = [requestType, endpoint].filter { !$0.isEmpty }
    return words.isEmpty ? l7Protocol : words.joined(separator: " ")
  }
}

/// The exchanges of one endpoint.
package struct EndpointSummary: Sendable {
  /// What an endpoint's slow exchanges wait for.
  package struct Wait: Equatable, Sendable {
    package var key: EndpointKey
    /// 0…1 of the time of the exchanges at or above the 95th percentile.
    package var share: Double
  }

  package var key: EndpointKey
  package var exchangeCount: Int
  /// Client errors, server errors and timeouts.
  package var errorCount: Int
  /// The status that most of the errors have, with its code, as `server_error 500`, and how many have it.
  package var commonError: (text: String, count: Int)?
  /// Of the exchanges that were answered.
  package var durations: Percentiles?
  package var wait: Wait?
}

/// The exchanges of one service in one protocol.
package struct ServiceSummary: Sendable {
  package var service: String
  package var l7Protocol: String
  package var exchangeCount: Int
  package var errorCount: Int
  /// Exchanges per second of the capture.
  package var rate: Double
  package var durations: Percentiles?
  /// The call with the highest 95th percentile.
  package var slowestCall: String?
}
