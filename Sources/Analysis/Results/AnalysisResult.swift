package import Capture
package import Profiles

/// A place in a stream where parsing went wrong or a limit was hit: a row of `anomaly`.
package struct AnomalyRow: Sendable {
  package var time: Timestamp
  package var flowID: UInt64
  package var subject: TextID
  package var reason: TextID

  package init(time: Timestamp, flowID: UInt64, subject: TextID, reason: TextID) {
    self.time = time
    self.flowID = flowID
    self.subject = subject
    self.reason = reason
  }
}

/// Everything an analysis yields. Rows are in their canonical order: by start time, then by identifier.
package struct AnalysisResult: ~Copyable, Sendable {
  package var texts: TextTable
  package var recordings: [RecordingInfo]
  package var ends: [RecordingEnd]
  package var interfaces: [CaptureInterface]
  package var interfaceStatistics: [InterfaceStatistics]
  package var processes: [ProcessRecord]
  package var clocks: [ClockSnapshot]
  package var losses: [LossRecord]
  package var anomalies: [AnomalyRow]
  /// Anomalies by reason, also those beyond the limit of `anomalies`.
  package var anomalyCounts: [(reason: String, count: Int)]
  package var flows: [FlowRow]
  /// What flows that lasted longer did in each second; rows of `flows` have ranges of it. Empty unless that was asked for.
  package var flowSlices: [FlowSlice] = []
  /// Flows by what they were to be grouped by, in no order to rely on.
  package var flowGroups: [MetricRow<NetworkFigures>] = []
  package var requests: [RequestRow]
  package var traces: [TraceRow]
  package var spans: [SpanRow]
  package var packetCount: UInt64
  package var socketEventCount: UInt64
  package var firstTime: Timestamp?
  package var lastTime: Timestamp?
  package var sampleCount: UInt64 = 0
  /// Stack samples summed up, when they were asked for; `profileRows[i]` is its stack `i`.
  package var profile = FoldedProfile()
  package var profileRows: [ProfileRow] = []
}
