package import Analysis
import Capture

/// The report as one JSON object on one line, for programs that compare two recordings.
package struct ReportJSON: Sendable {
  private let files: [String]

  package init(files: [String]) { self.files = files }

  package func append(_ report: Report, to bytes: inout [UInt8]) {
    var object = JSONObject()
    object.strings("nodes", report.header.nodes)
    if let start = report.header.startTime { object.number("start_time", start.microseconds) }
    object.number("duration", report.header.duration)
    object.number("packet", Int64(clamping: report.header.packetCount))
    object.number("packet_dropped", Int64(clamping: report.header.droppedPacketCount))
    object.number("socket_event", Int64(clamping: report.header.socketEventCount))
    object.number("socket_event_lost", Int64(clamping: report.header.lostSocketEventCount))
    object.boolean("complete", report.header.isComplete)
    let writer = FindingText(files: files)
    object.array("finding", report.findings) { finding, object in
      object.string("kind", kind(finding))
      object.string("text", writer.sentence(finding))
      object.string("command", writer.command(finding))
      switch finding {
      case .slow(let endpoint, _), .failing(let endpoint): append(endpoint, to: &object)
      case .connectFailure(let failure):
        object.string("ip_1", failure.server.address.description)
        object.number("server_port", Int64(failure.server.port))
        object.number("close_type", Int64(failure.closeType.rawValue))
        object.number("failed", Int64(failure.failureCount))
        object.number("attempt", Int64(failure.attemptCount))
      case .retransmissions(let share, _): object.real("share", share)
      }
    }
    object.array("service", report.services) { service, object in
      object.string("service", service.service)
      object.string("l7_protocol_str", service.l7Protocol)
      object.number("request", Int64(service.exchangeCount))
      object.number("error", Int64(service.errorCount))
      object.real("rate", service.rate)
      append(service.durations, to: &object)
      if let call = service.slowestCall { object.string("slowest_call", call) }
    }
    object.array("endpoint", report.endpoints) { endpoint, object in append(endpoint, to: &object) }
    object.object("network") { object in
      object.number("flow", Int64(report.network.flowCount))
      object.number("connection", Int64(report.network.connectionCount))
      object.number("byte_tx", Int64(clamping: report.network.bytesToServers))
      object.number("byte_rx", Int64(clamping: report.network.bytesToClients))
      object.number("segment", Int64(clamping: report.network.segmentCount))
      object.number("retrans", Int64(clamping: report.network.retransmissionCount))
      object.number("zero_win", Int64(clamping: report.network.zeroWindowCount))
      if let handshakes = report.network.handshakes { object.object("rtt") { append(handshakes, to: &$0) } }
    }
    object.number("trace", Int64(report.traceCount))
    object.strings("not_seen", report.blindSpots)
    bytes += object.finished
    bytes.append("\n")
  }

  private func kind(_ finding: Finding) -> String {
    switch finding {
    case .slow: "slow"
    case .failing: "failing"
    case .connectFailure: "connect_failure"
    case .retransmissions: "retransmissions"
    }
  }

  private func append(_ endpoint: EndpointSummary, to object: inout JSONObject) {
    object.string("service", endpoint.key.service)
    object.string("l7_protocol_str", endpoint.key.l7Protocol)
    if !endpoint.key.requestType.isEmpty { object.string("request_type", endpoint.key.requestType) }
    if !endpoint.key.endpoint.isEmpty { object.string("endpoint", endpoint.key.endpoint) }
    object.number("request", Int64(endpoint.exchangeCount))
    object.number("error", Int64(endpoint.errorCount))
    append(endpoint.durations, to: &object)
    guard let wait = endpoint.wait else { return }
    object.object("waits_for") { object in
      object.string("service", wait.key.service)
      object.string("call", wait.key.call)
      object.real("share", wait.share)
    }
  }

  private func append(_ durations: Percentiles?, to object: inout JSONObject) {
    guard let durations else { return }
    object.number("p50", durations.p50)
    object.number("p95", durations.p95)
    object.number("p99", durations.p99)
    object.number("max", durations.maximum)
  }
}
