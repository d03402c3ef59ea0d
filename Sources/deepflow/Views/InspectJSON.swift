import Analysis
import BundleFormat
import Capture
import Export

/// A file's summary as one JSON object on one line. Parts that are tables have the tables' keys.
enum InspectJSON {
  static func append(_ summary: FileSummary, to bytes: inout [UInt8]) {
    let texts = TextTable()
    bytes.append("{")
    key("file", isFirst: true, to: &bytes)
    bytes.append(json: summary.path)
    key("format", to: &bytes)
    bytes.append(json: summary.format.rawValue)
    if !summary.compression.isEmpty {
      key("compression", to: &bytes)
      bytes.append(json: summary.compression)
    }
    if let recording = summary.recording { append(recording, to: &bytes) }
    if let first = summary.firstTime { number("start_time", first.microseconds, to: &bytes) }
    if let last = summary.lastTime { number("end_time", last.microseconds, to: &bytes) }
    if let end = summary.end {
      key("end_reason", to: &bytes)
      bytes.append(json: end.reason)
    }
    number("packet", Int64(clamping: summary.packetCount), to: &bytes)
    number("packet_byte", Int64(clamping: summary.originalByteCount), to: &bytes)
    number("captured_packet_byte", Int64(clamping: summary.capturedByteCount), to: &bytes)
    number("socket_event", Int64(clamping: summary.socketEventCount), to: &bytes)
    number("payload_byte", Int64(clamping: summary.payloadByteCount), to: &bytes)
    number("process", Int64(clamping: summary.processCount), to: &bytes)
    number("stack_sample", Int64(clamping: summary.sampleCount), to: &bytes)
    rows("interface", .interfaces, summary.interfaces, texts, to: &bytes)
    rows("clock", .clocks, summary.clockSnapshots, texts, to: &bytes)
    rows("loss", .losses, summary.losses, texts, to: &bytes)
    append(statistics: summary.statistics, to: &bytes)
    append(sections: summary.sections, to: &bytes)
    key("intact", to: &bytes)
    bytes.append(summary.isIntact ? "true" : "false")
    key("verification", to: &bytes)
    bytes.append(json: InspectText.verdict(summary))
    bytes.append("}\n")
  }

  private static func append(_ recording: RecordingInfo, to bytes: inout [UInt8]) {
    let facts = [
      ("recording_id", recording.recordingID), ("host", recording.host), ("kernel", recording.kernel), ("machine", recording.machine),
      ("program", recording.program), ("command_line", recording.commandLine),
    ]
    for (name, value) in facts {
      key(name, to: &bytes)
      bytes.append(json: value)
    }
    list("source", recording.sources, to: &bytes)
    list("missing", recording.missing, to: &bytes)
  }

  private static func append(statistics: [InterfaceStatistics], to bytes: inout [UInt8]) {
    key("interface_statistics", to: &bytes)
    bytes.append("[")
    for (index, entry) in statistics.enumerated() {
      bytes.append(index == 0 ? "{" : ",{")
      key("interface", isFirst: true, to: &bytes)
      bytes.appendDecimal(UInt64(entry.interfaceIndex))
      if let received = entry.received { number("received", Int64(clamping: received), to: &bytes) }
      if let dropped = entry.dropped { number("dropped", Int64(clamping: dropped), to: &bytes) }
      bytes.append("}")
    }
    bytes.append("]")
  }

  private static func append(sections: [FileSummary.Section], to bytes: inout [UInt8]) {
    key("section", to: &bytes)
    bytes.append("[")
    for (index, section) in sections.enumerated() {
      bytes.append(index == 0 ? "{" : ",{")
      key("name", isFirst: true, to: &bytes)
      bytes.append(json: section.name)
      number("block", Int64(clamping: section.blockCount), to: &bytes)
      number("record", Int64(clamping: section.recordCount), to: &bytes)
      number("byte", Int64(clamping: section.byteCount), to: &bytes)
      bytes.append("}")
    }
    bytes.append("]")
  }

  private static func rows<Row>(
    _ name: String, _ table: Table<Row>, _ rows: [Row], _ texts: borrowing TextTable, to bytes: inout [UInt8]
  ) {
    key(name, to: &bytes)
    bytes.append("[")
    let writer = JSONRows(table.columns)
    for (index, row) in rows.enumerated() {
      if index > 0 { bytes.append(",") }
      writer.append(row, texts, to: &bytes)
    }
    bytes.append("]")
  }

  private static func list(_ name: String, _ values: [String], to bytes: inout [UInt8]) {
    key(name, to: &bytes)
    bytes.append("[")
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(",") }
      bytes.append(json: value)
    }
    bytes.append("]")
  }

  private static func number(_ name: String, _ value: Int64, to bytes: inout [UInt8]) {
    key(name, to: &bytes)
    bytes.appendDecimal(value)
  }

  private static func key(_ name: String, isFirst: Bool = false, to bytes: inout [UInt8]) {
    if !isFirst { bytes.append(",") }
    bytes.append(json: name)
    bytes.append(":")
  }
}
