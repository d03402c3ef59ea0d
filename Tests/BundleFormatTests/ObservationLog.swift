import BundleFormat
import Capture
import Wire

/// Writes down what it receives, one line an observation, so that two readings can be compared.
struct ObservationLog: ObservationSink {
  private(set) var lines: [String] = []
  private(set) var packets: [(header: PacketHeader, bytes: [UInt8])] = []
  private(set) var interfaces: [CaptureInterface] = []
  private(set) var events: [(event: SocketEvent, payload: [UInt8])] = []
  private(set) var processes: [ProcessRecord] = []
  private(set) var samples: [StackSample] = []
  private(set) var stacks: [SampledStack] = []
  private(set) var frames: [StackFrame] = []
  private(set) var clocks: [ClockSnapshot] = []
  private(set) var statistics: [InterfaceStatistics] = []
  private(set) var recordings: [RecordingInfo] = []
  private(set) var ends: [RecordingEnd] = []
  /// The loss ledger of the recording, and what the reader found.
  private(set) var ledger: [LossRecord] = []
  private(set) var fileLosses: [LossRecord] = []

  mutating func begin(_ recording: RecordingInfo) {
    recordings.append(recording)
    lines.append("begin \(recording.recordingID) \(recording.host)")
  }

  mutating func interface(_ interface: CaptureInterface) {
    interfaces.append(interface)
    lines.append("interface \(interface)")
  }

  mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) {
    let copy = bytes.withUnsafeBytes { Array($0) }
    packets.append((header, copy))
    lines.append("packet \(header) \(digest(bytes))")
  }

  mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) {
    let copy = payload.withUnsafeBytes { Array($0) }
    events.append((event, copy))
    lines.append("event \(event) \(digest(payload))")
  }

  private func digest(_ bytes: RawSpan) -> String {
    var checksum = CRC32C()
    checksum.update(bytes)
    return "\(bytes.byteCount) bytes \(checksum.value)"
  }

  mutating func process(_ process: ProcessRecord) {
    processes.append(process)
    lines.append("process \(process)")
  }

  mutating func sample(_ sample: StackSample) {
    samples.append(sample)
    lines.append("sample \(sample)")
  }

  mutating func stack(_ stack: SampledStack) {
    stacks.append(stack)
    lines.append("stack \(stack)")
  }

  mutating func frame(_ frame: StackFrame) {
    frames.append(frame)
    lines.append("frame \(frame)")
  }

  mutating func clock(_ snapshot: ClockSnapshot) {
    clocks.append(snapshot)
    lines.append("clock \(snapshot)")
  }

  mutating func loss(_ loss: LossRecord) {
    if loss.source == .file {
      fileLosses.append(loss)
    } else {
      ledger.append(loss)
      lines.append("loss \(loss)")
    }
  }

  mutating func statistics(_ statistics: InterfaceStatistics) {
    self.statistics.append(statistics)
    lines.append("statistics \(statistics)")
  }

  mutating func end(_ end: RecordingEnd) {
    ends.append(end)
    lines.append("end \(end)")
  }
}

extension ObservationLog {
  /// What the reader found wrong, without places and counts.
  var causes: [LossRecord.Cause] { fileLosses.map(\.cause) }
}
