import Capture
import Wire

/// Reads a file once and says what is in it and whether it is whole.
package enum BundleInspector {
  /// - Throws: `BundleError` when the file cannot be opened or is no capture at all.
  package static func inspect(path: String) throws(BundleError) -> FileSummary {
    var reader = try CaptureReader(path: path, numbering: ObservationNumbering(), tally: BlockTally())
    let compression: String
    switch reader.compression {
    case .none: compression = ""
    case .gzip: compression = "gzip"
    case .zstd: compression = "zstd"
    }
    var sink = SummarySink(
      summary: FileSummary(path: path, format: FileSummary.Format(reader.format), compression: compression))
    try reader.read(into: &sink)
    var summary = sink.summary
    guard let tally = reader.tally else { return summary }
    let counted = tally.index
    summary.sections = counted.entries.map { FileSummary.Section($0) }
    if summary.sections.contains(where: { $0.blockType == BundleBlock.type && $0.kind != 0 }) { summary.format = .bundle }
    summary.verification = verification(of: tally, counted)
    return summary
  }

  private static func verification(of tally: BlockTally, _ counted: ClosingIndex) -> FileSummary.Verification {
    guard let stated = tally.stated, let before = tally.countedAtEnd else { return .noClosingBlock }
    if stated.byteCount != before.byteCount {
      return .contradicted("the closing block follows \(before.byteCount) bytes, not \(stated.byteCount)")
    }
    if stated.checksum != before.checksum { return .contradicted("the bytes before the closing block have another checksum") }
    for entry in stated.entries {
      let found = before.entries.first { $0.blockType == entry.blockType && $0.kind == entry.kind }
      if found?.blockCount != entry.blockCount || found?.recordCount != entry.recordCount {
        return .contradicted("the number of blocks \(FileSummary.Section(entry).name) is another than the closing block says")
      }
    }
    let closingBlocks = counted.entries.reduce(0) { $0 &+ $1.blockCount } &- before.entries.reduce(0) { $0 &+ $1.blockCount }
    return closingBlocks == 1 ? .verified : .continued
  }
}

extension FileSummary.Format {
  fileprivate init(_ format: CaptureReader.Format) {
    switch format {
    case .classic: self = .pcap
    case .pcapng: self = .pcapng
    case .erf: self = .erf
    }
  }
}

/// Adds up observations.
private struct SummarySink: ObservationSink {
  var summary: FileSummary

  mutating func begin(_ recording: RecordingInfo) { if summary.recording == nil { summary.recording = recording } }

  mutating func interface(_ interface: CaptureInterface) { summary.interfaces.append(interface) }

  mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) {
    summary.packetCount += 1
    summary.originalByteCount &+= UInt64(header.originalByteCount)
    summary.capturedByteCount &+= UInt64(bytes.byteCount)
    if header.time.nanoseconds != 0 { extend(header.time) }
  }

  mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) {
    summary.socketEventCount += 1
    summary.payloadByteCount &+= UInt64(payload.byteCount)
    extend(event.enterTime)
    extend(event.exitTime)
  }

  mutating func process(_ process: ProcessRecord) { summary.processCount += 1 }

  mutating func sample(_ sample: StackSample) {
    summary.sampleCount &+= sample.sampleCount
    if let time = sample.time { extend(time) }
  }

  mutating func clock(_ snapshot: ClockSnapshot) {
    if summary.clockSnapshots.count < FileSummary.mostClockSnapshots { summary.clockSnapshots.append(snapshot) }
  }

  mutating func loss(_ loss: LossRecord) {
    guard summary.losses.count >= FileSummary.mostLosses else {
      summary.losses.append(loss)
      return
    }
    if let index = summary.losses.lastIndex(where: { $0.source == loss.source && $0.cause == loss.cause }) {
      summary.losses[index].count &+= loss.count
      summary.losses[index].byteCount &+= loss.byteCount
    } else {
      summary.losses.append(loss)
    }
  }

  mutating func statistics(_ statistics: InterfaceStatistics) {
    if let index = summary.statistics.firstIndex(where: { $0.interfaceIndex == statistics.interfaceIndex }) {
      summary.statistics[index] = statistics
    } else {
      summary.statistics.append(statistics)
    }
  }

  mutating func end(_ end: RecordingEnd) { summary.end = end }

  private mutating func extend(_ time: Timestamp) {
    summary.firstTime = min(summary.firstTime ?? time, time)
    summary.lastTime = max(summary.lastTime ?? time, time)
  }
}
