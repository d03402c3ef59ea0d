import Capture

/// A fact about the recordings that were analysed: a row of `meta`.
package struct MetaRow: Sendable {
  /// Number of the recording among the inputs, from 1; `nil` for what holds for all of them.
  package var recording: Int?
  package var name: String
  package var value: String
}

extension Table where Row == MetaRow {
  package static let meta = Table(
    "meta", "a fact about the recordings that were analysed",
    [
      Column("recording", .integer, "number of the recording, from 1; null for all of them together") { Cell($0.recording) },
      Column("name", .text, "what it is") { .string($0.name) },
      Column("value", .text, "its value") { .string($0.value) },
    ])
}

extension AnalysisResult {
  /// The rows of `meta`, in a fixed order.
  package var metaRows: [MetaRow] {
    var rows: [MetaRow] = [
      MetaRow(recording: nil, name: "packet_count", value: "\(packetCount)"),
      MetaRow(recording: nil, name: "socket_event_count", value: "\(socketEventCount)"),
    ]
    if sampleCount > 0 { rows.append(MetaRow(recording: nil, name: "stack_sample_count", value: "\(sampleCount)")) }
    if let firstTime { rows.append(MetaRow(recording: nil, name: "first_time", value: "\(firstTime.microseconds)")) }
    if let lastTime { rows.append(MetaRow(recording: nil, name: "last_time", value: "\(lastTime.microseconds)")) }
    for (reason, count) in anomalyCounts { rows.append(MetaRow(recording: nil, name: "anomaly_count: \(reason)", value: "\(count)")) }
    for (index, recording) in recordings.enumerated() {
      func add(_ name: String, _ value: String) {
        if !value.isEmpty { rows.append(MetaRow(recording: index + 1, name: name, value: value)) }
      }
      add("recording_id", recording.recordingID)
      add("host", recording.host)
      add("kernel", recording.kernel)
      add("machine", recording.machine)
      add("processor_count", "\(recording.processorCount)")
      add("program", recording.program)
      add("command_line", recording.commandLine)
      add("start_time", "\(recording.startTime.microseconds)")
      for source in recording.sources { add("source", source) }
      for sentence in recording.missing { add("missing", sentence) }
      add("payload_byte_limit", "\(recording.payloadByteLimit)")
      for key in recording.options.keys.sorted() { add("option_\(key)", recording.options[key] ?? "") }
    }
    for (index, end) in ends.enumerated() {
      rows.append(MetaRow(recording: index + 1, name: "end_time", value: "\(end.time.microseconds)"))
      rows.append(MetaRow(recording: index + 1, name: "end_reason", value: end.reason))
    }
    return rows
  }
}
