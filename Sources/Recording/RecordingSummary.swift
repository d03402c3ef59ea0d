package import Capture

/// What a recording came to: the figures of the last lines, and the exit status.
package struct RecordingSummary: Sendable {
  package enum StopReason: String, Sendable {
    case interrupted
    case duration
    case size
    case count
    case commandExited = "command exited"
    case failed
  }

  package var path: String
  package var byteCount: UInt64 = 0
  package var reason: StopReason = .failed
  package var recordsPackets = false
  package var recordsSystemCalls = false
  package var packetCount: UInt64 = 0
  package var packetsReceived: UInt64 = 0
  package var packetsDroppedByKernel: UInt64 = 0
  package var packetsDroppedByInterface: UInt64 = 0
  package var socketEventCount: UInt64 = 0
  package var processRecordCount: UInt64 = 0
  package var takesSamples = false
  package var sampleCount: UInt64 = 0
  /// Everything that is missing or cut, added up.
  package var losses: [LossRecord] = []
  /// A failure that ended the recording early; the file is readable up to there.
  package var failure: String?
  /// The exit status of the command, when there was one that ran.
  package var commandStatus: Int32?

  package init(path: String) { self.path = path }

  /// 1 when the recording failed, else what the command says, else 0.
  package var exitStatus: Int32 { failure != nil ? 1 : commandStatus ?? 0 }

  /// Whether evidence is missing (and not only cut at a limit that was asked for).
  package var hasLosses: Bool { losses.contains { !$0.isTruncation } }

  /// The last lines, in tcpdump's words.
  package var lines: [String] {
    var lines: [String] = []
    func plural(_ count: UInt64, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    if recordsPackets {
      lines.append("\(plural(packetCount, "packet")) captured")
      lines.append("\(plural(packetsReceived, "packet")) received by filter")
      lines.append("\(plural(packetsDroppedByKernel, "packet")) dropped by kernel")
      if packetsDroppedByInterface > 0 { lines.append("\(plural(packetsDroppedByInterface, "packet")) dropped by interface") }
    }
    if recordsSystemCalls {
      lines.append("\(plural(socketEventCount, "event")) captured")
      let lost = losses.filter {
        ($0.source == .socketEvents || $0.source == .processes) && !$0.isTruncation && $0.cause != .unreadableMemory
      }
      let causes = lost.map { "\($0.cause.name)\($0.source == .processes ? " (processes)" : ""): \($0.count)" }.joined(separator: ", ")
      lines.append("\(plural(lost.reduce(0) { $0 + $1.count }, "event")) lost" + (causes.isEmpty ? "" : " (\(causes))"))
      let cut = losses.filter { $0.source == .socketEvents && ($0.isTruncation || $0.cause == .unreadableMemory) }
      if !cut.isEmpty {
        let causes = cut.map { "\($0.cause.name)\($0.place.isEmpty ? "" : " (\($0.place))"): \($0.count)" }.joined(separator: ", ")
        lines.append("\(plural(cut.reduce(0) { $0 + $1.count }, "event")) cut (\(causes))")
      }
    }
    if takesSamples {
      lines.append("\(plural(sampleCount, "stack sample")) captured")
      let lost = losses.filter { $0.source == .samples }.reduce(0) { $0 + $1.count }
      lines.append("\(plural(lost, "stack sample")) lost")
    }
    lines.append("\(path == "-" ? "standard output" : path): \(RecordingSummary.sizeText(byteCount))")
    return lines
  }

  /// `1.2 MB`: powers of ten, one decimal.
  static func sizeText(_ byteCount: UInt64) -> String {
    var unit = 0
    var tenths = byteCount * 10
    while tenths >= 10_000, unit < 4 {
      tenths = (tenths + 500) / 1000
      unit += 1
    }
    let names = ["bytes", "kB", "MB", "GB", "TB"]
    return unit == 0 ? "\(byteCount) bytes" : "\(tenths / 10).\(tenths % 10) \(names[unit])"
  }
}
