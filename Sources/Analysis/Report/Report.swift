package import Capture

/// What `deepflow analyze` says: what is slow, what fails, who talks to whom, and how much was lost. Values only; the printing is
/// elsewhere.
package struct Report: Sendable {
  package struct Header: Sendable {
    /// `host · kernel` of each node, without repetition.
    package var nodes: [String]
    package var startTime: Timestamp?
    /// Microseconds from the first observation to the last.
    package var duration: Int64
    package var packetCount: UInt64
    package var droppedPacketCount: UInt64
    package var socketEventCount: UInt64
    package var lostSocketEventCount: UInt64
    /// Nothing is known to be missing.
    package var isComplete: Bool
  }

  package var header: Header
  package var findings: [Finding]
  package var endpoints: [EndpointSummary]
  package var services: [ServiceSummary]
  package var network: NetworkTotals
  package var traceCount: Int
  /// What could not be seen, and why: a sentence each.
  package var blindSpots: [String]

  package init(_ result: borrowing AnalysisResult, _ selection: ReportSelection? = nil) {
    header = Report.header(result)
    let selection = selection ?? ReportSelection(everythingOf: result)
    let census = EndpointCensus(result, exchanges: selection.exchanges)
    endpoints = census.endpoints(result)
    services = census.services(result, endpoints, seconds: Double(header.duration) / 1_000_000)
    network = NetworkTotals(result, flows: selection.flows)
    findings = Finding.all(endpoints, network)
    traceCount = selection.traceCount
    blindSpots = BlindSpots.sentences(result)
  }

  private static func header(_ result: borrowing AnalysisResult) -> Header {
    var nodes: [String] = []
    for recording in result.recordings {
      let node = recording.kernel.isEmpty ? recording.host : "\(recording.host) · \(recording.kernel)"
      if !nodes.contains(node) { nodes.append(node) }
    }
    var duration: Int64 = 0
    if let first = result.firstTime, let last = result.lastTime { duration = max(0, last.microseconds(since: first)) }
    return Header(
      nodes: nodes, startTime: result.firstTime, duration: duration, packetCount: result.packetCount,
      droppedPacketCount: result.droppedPacketCount, socketEventCount: result.socketEventCount,
      lostSocketEventCount: result.lostSocketEventCount, isComplete: !result.hasLostEvidence && !result.isCutOff)
  }
}
