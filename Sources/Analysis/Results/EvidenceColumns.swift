package import Capture

extension Table where Row == ProcessRecord {
  package static let processes = Table(
    "process", "a process or thread, at one point of its life",
    [
      Column("time", .time, "when this was so, µs since the epoch") { .time($0.time.microseconds) },
      Column("event", .text, "existing, started, executed or exited") { .name($0.kind.name) },
      Column("process_id", .integer, "identifier of the process") { Cell($0.processID) },
      Column("thread_id", .integer, "identifier of the thread; that of the process for its main thread") { Cell($0.threadID) },
      Column("parent_process_id", .integer, "identifier of the parent") { Cell($0.parentProcessID) },
      Column("process_kname", .text, "name of the process") { .string($0.command) },
      Column("executable", .text, "path of the program") { Cell(known: $0.executable) },
      Column("arguments", .text, "command line, with secrets masked") { Cell(known: $0.arguments) },
      Column("cgroup", .text, "path of the control group") { Cell(known: $0.cgroup) },
      Column("cgroup_id", .integer, "the kernel's identifier of the control group") { $0.cgroupID == 0 ? .null : Cell($0.cgroupID) },
      Column("start_time", .time, "start of the process, µs since the epoch") { $0.startTime.map { .time($0.microseconds) } ?? .null },
      Column("exit_code", .integer, "exit status") { Cell($0.exitCode) },
    ])
}

extension Table where Row == CaptureInterface {
  package static let interfaces = Table(
    "interface", "an interface that packets were captured on",
    [
      Column("_id", .integer, "number of the interface") { Cell($0.index) },
      Column("name", .text, "name of the interface") { Cell(known: $0.name) },
      Column("link_type", .integer, "LINKTYPE_ value of its packets") { Cell($0.linkType.rawValue) },
      Column("snap_length", .integer, "longest captured packet, bytes; null when unlimited") {
        $0.snapLength == 0 ? .null : Cell($0.snapLength)
      },
      Column("mac", .text, "hardware address") { $0.hardwareAddress.map { .hardwareAddress($0) } ?? .null },
      Column("network_namespace", .integer, "the kernel's identifier of its network namespace") { Cell($0.networkNamespace) },
      Column("addresses", .text, "its addresses, separated by commas") {
        Cell(known: $0.addresses.map(\.description).joined(separator: ", "))
      },
    ])
}

extension Table where Row == ClockSnapshot {
  package static let clocks = Table(
    "clock", "the node's clocks, read together",
    [
      Column("time", .time, "wall clock, µs since the epoch") { .time($0.realTime.microseconds) },
      Column("monotonic_ns", .integer, "CLOCK_MONOTONIC, ns") { Cell($0.monotonic) },
      Column("boottime_ns", .integer, "CLOCK_BOOTTIME, ns") { Cell($0.bootTime) },
      Column("realtime_ns", .integer, "CLOCK_REALTIME, ns since the epoch") { Cell($0.realTime.nanoseconds) },
    ])
}

extension Table where Row == LossRecord {
  package static let losses = Table(
    "loss", "evidence that was there and is not in the file",
    [
      Column("time", .time, "when it was noticed, µs since the epoch") { .time($0.time.microseconds) },
      Column("source", .text, "what is missing: packets, socket events, processes, samples, blocks of the file") {
        .string($0.source.name)
      },
      Column("cause", .text, "why") { .string($0.cause.name) },
      Column("place", .text, "interface or file") { Cell(known: $0.place) },
      Column("count", .integer, "events, packets or blocks that are missing or cut") { Cell($0.count) },
      Column("byte", .integer, "bytes that are missing, when known") { $0.byteCount == 0 ? .null : Cell($0.byteCount) },
      Column("is_truncation", .integer, "1 when something was cut short rather than lost") { .integer($0.isTruncation ? 1 : 0) },
    ])
}

extension Table where Row == AnomalyRow {
  package static let anomalies = Table(
    "anomaly", "a place in a stream where parsing went wrong or a limit was hit",
    [
      Column("time", .time, "µs since the epoch") { .time($0.time.microseconds) },
      Column("flow_id", .integer, "identifier of the flow") { Cell($0.flowID) },
      Column("subject", .text, "protocol or stage") { .text($0.subject) },
      Column("reason", .text, "what went wrong") { .text($0.reason) },
    ])
}

extension Cell {
  /// A text of which nothing means that it is not known.
  fileprivate init(known text: String) { self = text.isEmpty ? .null : .string(text) }
}

extension ProcessRecord.Kind {
  package var name: StaticString {
    switch self {
    case .existing: "existing"
    case .started: "started"
    case .executed: "executed"
    case .exited: "exited"
    }
  }
}

/// Six bytes in the usual notation: `02:42:ac:11:00:02`.
