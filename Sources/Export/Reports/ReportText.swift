package import Analysis
import Capture

/// The one-page report for people.
package struct ReportText: Sendable {
  /// Services that are listed; the busiest first.
  private static let serviceLimit = 20

  package var lineWidth = 100
  package var isColored = false
  private let files: [String]

  /// - Parameter files: the inputs, as the commands in the report shall name them.
  package init(files: [String]) { self.files = files }

  package func append(_ report: Report, to bytes: inout [UInt8]) {
    appendHeader(report.header, to: &bytes)
    appendFindings(report.findings, to: &bytes)
    appendServices(report.services, to: &bytes)
    appendNetwork(report, to: &bytes)
    if !report.blindSpots.isEmpty {
      heading("NOT SEEN", to: &bytes)
      for sentence in report.blindSpots {
        bytes.append("  ")
        bytes.append(terminal: sentence)
        bytes.append("\n")
      }
    }
  }

  private func appendHeader(_ header: Report.Header, to bytes: inout [UInt8]) {
    bytes.append(terminal: header.nodes.isEmpty ? files.joined(separator: ", ") : header.nodes.joined(separator: ", "))
    if let start = header.startTime {
      bytes.append(" · ")
      var time: [UInt8] = []
      time.append(time: start.microseconds)
      // Seconds are enough for a headline; exact times are in the tables.
      bytes.append(contentsOf: time.dropLast(8))
      bytes.append("Z, ")
      bytes.append(duration: header.duration)
    }
    bytes.append(" · ")
    bytes.appendGrouped(header.packetCount)
    bytes.append(header.packetCount == 1 ? " packet, " : " packets, ")
    bytes.appendGrouped(header.droppedPacketCount)
    bytes.append(" dropped · ")
    bytes.appendGrouped(header.socketEventCount)
    bytes.append(header.socketEventCount == 1 ? " event, " : " events, ")
    bytes.appendGrouped(header.lostSocketEventCount)
    bytes.append(" lost · ")
    if isColored, !header.isComplete { bytes.append(TextColor.red.begin) }
    bytes.append(header.isComplete ? "complete" : "incomplete: counts are lower bounds")
    if isColored, !header.isComplete { bytes.append(TextColor.end) }
    bytes.append("\n")
  }

  private func appendFindings(_ findings: [Finding], to bytes: inout [UInt8]) {
    heading("FINDINGS", to: &bytes)
    if findings.isEmpty { bytes.append("  nothing was slow, failed or was refused in what was recorded\n") }
    let writer = FindingText(files: files)
    for (index, finding) in findings.enumerated() {
      var number: [UInt8] = []
      number.appendDecimal(UInt64(index + 1))
      bytes.append(rightAligned: number, toWidth: 3)
      bytes.append("  ")
      bytes.append(terminal: writer.sentence(finding))
      bytes.append("\n     ")
      if isColored { bytes.append(TextColor.faint.begin) }
      bytes.append(terminal: writer.command(finding))
      if isColored { bytes.append(TextColor.end) }
      bytes.append("\n")
    }
  }

  private func appendServices(_ services: [ServiceSummary], to bytes: inout [UInt8]) {
    guard !services.isEmpty else {
      bytes.append("\nNo request of a protocol that deepflow knows was seen.\n")
      return
    }
    let lines = services.prefix(ReportText.serviceLimit).map { service in
      [
        cell { $0.append(terminal: service.service) }, cell { $0.append(text: service.l7Protocol) },
        cell { $0.appendGrouped(UInt64(service.exchangeCount)) },
        cell { $0.appendFixed(Int64((service.rate * 10).rounded()), fractionDigits: 1) },
        cell {
          $0.appendFixed(Int64((Double(service.errorCount) * 1000 / Double(max(1, service.exchangeCount))).rounded()), fractionDigits: 1)
        },
        cell { append(service.durations?.p50, to: &$0) }, cell { append(service.durations?.p95, to: &$0) },
        cell { append(service.durations?.p99, to: &$0) }, cell { $0.append(terminal: service.slowestCall ?? "-") },
      ]
    }
    let headings = ["SERVICE", "PROTOCOL", "REQUESTS", "REQ/S", "ERR %", "P50", "P95", "P99", "SLOWEST ENDPOINT"]
    bytes.append("\n")
    ReportTable(headings: headings, leftAligned: [0, 1, 8], flexible: [0, 8]).append(lines, lineWidth, isColored, to: &bytes)
    if services.count > ReportText.serviceLimit {
      bytes.append("… and ")
      bytes.appendGrouped(UInt64(services.count - ReportText.serviceLimit))
      bytes.append(" more services\n")
    }
  }

  private func appendNetwork(_ report: Report, to bytes: inout [UInt8]) {
    let network = report.network
    heading("NETWORK", to: &bytes)
    bytes.append("  ")
    bytes.appendGrouped(UInt64(network.flowCount))
    bytes.append(network.flowCount == 1 ? " flow, " : " flows, ")
    bytes.appendGrouped(UInt64(network.connectionCount))
    bytes.append(" of them TCP · ")
    append(byteCount: network.bytesToServers, to: &bytes)
    bytes.append(" to servers, ")
    append(byteCount: network.bytesToClients, to: &bytes)
    bytes.append(" to clients · ")
    bytes.appendGrouped(network.retransmissionCount)
    bytes.append(" of ")
    bytes.appendGrouped(network.segmentCount)
    bytes.append(" segments sent again")
    if network.zeroWindowCount > 0 {
      bytes.append(" · ")
      bytes.appendGrouped(network.zeroWindowCount)
      bytes.append(" zero windows")
    }
    if let handshakes = network.handshakes {
      bytes.append(" · handshake p95 ")
      bytes.append(duration: handshakes.p95)
    }
    bytes.append("\n  ")
    bytes.appendGrouped(UInt64(report.traceCount))
    bytes.append(report.traceCount == 1 ? " trace\n" : " traces\n")
  }

  private func append(_ duration: Int64?, to bytes: inout [UInt8]) {
    if let duration { bytes.append(duration: duration) } else { bytes.append("-") }
  }

  /// Decimal units, as the network counts.
  private func append(byteCount: UInt64, to bytes: inout [UInt8]) {
    let units: [StaticString] = [" B", " kB", " MB", " GB", " TB", " PB", " EB"]
    var unit = 0
    var scale: UInt64 = 1
    while unit < units.count - 1, byteCount / scale >= 1000 {
      scale *= 1000
      unit += 1
    }
    if unit == 0 {
      bytes.appendDecimal(byteCount)
    } else {
      bytes.appendFixed(Int64(clamping: byteCount / (scale / 10)), fractionDigits: 1)
    }
    bytes.append(units[unit])
  }

  private func cell(_ body: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    body(&bytes)
    return bytes
  }

  private func heading(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(isColored ? "\n\u{1b}[1m" : "\n")
    bytes.append(text)
    bytes.append(isColored ? "\u{1b}[0m\n" : "\n")
  }
}
