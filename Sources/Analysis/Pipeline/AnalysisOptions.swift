package import Protocols

/// What an analysis computes. Less is faster.
package struct AnalysisOptions: Sendable {
  /// Recognize protocols and fill the request log.
  package var includesRequests = true
  /// Join the request log into traces.
  package var includesTraces = true
  /// Divide the figures of flows into seconds.
  package var includesFlowSeconds = false

  /// Group flows instead of listing them: the result has groups and no rows of flows.
  package var flowGrouping: FlowGrouping?
  /// Put stack samples together.
  package var includesProfile = false
  /// Only stack samples of this range of time, nanoseconds since the epoch.
  package var profileWindow: Range<Int64>?

  /// How protocols are recognized and read.
  package var protocols = ProtocolOptions()

  package init() {}

  /// For exports: every table as exact as it can be.
  package static var everything: AnalysisOptions {
    var options = AnalysisOptions()
    options.includesFlowSeconds = true
    options.includesProfile = true
    return options
  }
}
