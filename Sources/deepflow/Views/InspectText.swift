import BundleFormat
import Capture
import Export

/// A file's summary for people: one fact a line, its name in front.
enum InspectText {
  private static let nameWidth = 14
  /// Movement of the wall clock against the monotonic one that is worth a word, ns.
  private static let notableClockStep: Int64 = 1_000_000
  /// Lines of the loss ledger that are printed; the rest is counted.
  private static let lossLimit = 20

  static func append(_ summary: FileSummary, verify: Bool, to bytes: inout [UInt8]) {
    bytes.append(terminal: summary.path)
    bytes.append("\n")
    line("format", to: &bytes) {
      $0.append(text: summary.format == .bundle ? "deepflow bundle (pcapng)" : summary.format.rawValue)
      if !summary.compression.isEmpty { $0.append(text: ", \(summary.compression)") }
    }
    if let recording = summary.recording { append(recording, to: &bytes) }
    appendTimes(summary, to: &bytes)
    line("packets", to: &bytes) {
      $0.appendGrouped(summary.packetCount)
      $0.append(", ")
      $0.appendGrouped(summary.originalByteCount)
      $0.append(" bytes on the wire, ")
      $0.appendGrouped(summary.capturedByteCount)
      $0.append(" captured")
    }
    line("socket events", to: &bytes) {
      $0.appendGrouped(summary.socketEventCount)
      $0.append(", ")
      $0.appendGrouped(summary.payloadByteCount)
      $0.append(" bytes of payload")
    }
    if summary.processCount > 0 { line("processes", to: &bytes) { $0.appendGrouped(summary.processCount) } }
    if summary.sampleCount > 0 { line("stack samples", to: &bytes) { $0.appendGrouped(summary.sampleCount) } }
    append(clocks: summary.clockSnapshots, to: &bytes)
    appendInterfaces(summary, to: &bytes)
    for (index, section) in summary.sections.enumerated() {
      line(index == 0 ? "sections" : "", to: &bytes) {
        $0.append(terminal: section.name)
        $0.append(": ")
        $0.appendGrouped(section.blockCount)
        $0.append(section.blockCount == 1 ? " block, " : " blocks, ")
        if section.recordCount > 0 {
          $0.appendGrouped(section.recordCount)
          $0.append(section.recordCount == 1 ? " record, " : " records, ")
        }
        $0.appendGrouped(section.byteCount)
        $0.append(" bytes")
      }
    }
    append(losses: summary.losses, to: &bytes)
    line("whole", to: &bytes) { $0.append(terminal: verdict(summary)) }
  }

  private static func append(_ recording: RecordingInfo, to bytes: inout [UInt8]) {
    line("node", to: &bytes) {
      $0.append(terminal: "\(recording.host) · \(recording.kernel) · \(recording.machine) · \(recording.processorCount) processors")
    }
    line("recorded by", to: &bytes) { $0.append(terminal: "\(recording.program): \(recording.commandLine)") }
    line("recording", to: &bytes) { $0.append(terminal: recording.recordingID) }
    line("sources", to: &bytes) { $0.append(terminal: recording.sources.joined(separator: ", ")) }
    for sentence in recording.missing { line("missing", to: &bytes) { $0.append(terminal: sentence) } }
  }

  private static func appendTimes(_ summary: FileSummary, to bytes: inout [UInt8]) {
    guard let first = summary.firstTime, let last = summary.lastTime else { return }
    line("time", to: &bytes) {
      $0.append(time: first.microseconds)
      $0.append(" to ")
      $0.append(time: last.microseconds)
      $0.append(" (")
      $0.append(duration: last.microseconds(since: first))
      $0.append(")")
    }
    if let end = summary.end { line("ended", to: &bytes) { $0.append(terminal: end.reason) } }
  }

  private static func append(clocks: [ClockSnapshot], to bytes: inout [UInt8]) {
    guard let first = clocks.first, let last = clocks.last else { return }
    line("clocks", to: &bytes) {
      $0.appendGrouped(UInt64(clocks.count))
      $0.append(clocks.count == 1 ? " snapshot" : " snapshots")
      let drift = last.realTime.nanoseconds(since: first.realTime).subtractingReportingOverflow(last.monotonic &- first.monotonic)
      if !drift.overflow, drift.partialValue.magnitude >= notableClockStep.magnitude {
        $0.append("; the wall clock was moved by ")
        $0.append(duration: drift.partialValue / 1000)
        $0.append(" against the monotonic clock")
      }
    }
  }

  private static func appendInterfaces(_ summary: FileSummary, to bytes: inout [UInt8]) {
    for (index, interface) in summary.interfaces.enumerated() {
      line(index == 0 ? "interfaces" : "", to: &bytes) {
        $0.append(terminal: interface.name.isEmpty ? "interface \(interface.index)" : interface.name)
        $0.append(text: ": link type \(interface.linkType.rawValue)")
        if !interface.addresses.isEmpty { $0.append(text: ", " + interface.addresses.map(\.description).joined(separator: " ")) }
        guard let statistics = summary.statistics.last(where: { $0.interfaceIndex == interface.index }) else { return }
        if let received = statistics.received {
          $0.append(", ")
          $0.appendGrouped(received)
          $0.append(" received")
        }
        if let dropped = statistics.dropped {
          $0.append(", ")
          $0.appendGrouped(dropped)
          $0.append(" dropped")
        }
      }
    }
  }

  private static func append(losses: [LossRecord], to bytes: inout [UInt8]) {
    if losses.isEmpty { line("losses", to: &bytes) { $0.append("none known") } }
    for (index, loss) in losses.prefix(lossLimit).enumerated() {
      line(index == 0 ? "losses" : "", to: &bytes) {
        $0.append(terminal: "\(loss.source.name): \(loss.cause.name): ")
        $0.appendGrouped(loss.count)
        if loss.byteCount > 0 {
          $0.append(", ")
          $0.appendGrouped(loss.byteCount)
          $0.append(" bytes")
        }
        if !loss.place.isEmpty { $0.append(terminal: " (\(loss.place))") }
      }
    }
    if losses.count > lossLimit {
      line("", to: &bytes) {
        $0.append("… and ")
        $0.appendGrouped(UInt64(losses.count - lossLimit))
        $0.append(" more lines of the loss ledger")
      }
    }
  }

  static func verdict(_ summary: FileSummary) -> String {
    switch summary.verification {
    case .verified: return "yes: the closing block agrees with every byte before it"
    case .contradicted(let how): return "no: \(how)"
    case .continued: return "no: bytes follow the closing block"
    case .noClosingBlock:
      if summary.format == .bundle { return "no: the recording was cut off; everything up to its last whole block is there" }
      return summary.isIntact ? "nothing is damaged; a foreign capture has no digest to check" : "no: see losses"
    }
  }

  private static func line(_ name: String, to bytes: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
    bytes.append("  ")
    bytes.append(text: name)
    for _ in 0..<max(1, nameWidth - name.count) { bytes.append(UInt8(ascii: " ")) }
    body(&bytes)
    bytes.append("\n")
  }
}
