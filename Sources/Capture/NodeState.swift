/// A process or thread, and what is known of its life within the recording.
package struct ProcessRecord: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// It was there when the recording began.
    case existing = 1
    case started = 2
    /// It replaced its program (`execve`): `command`, `executable` and `arguments` are the new ones.
    case executed = 3
    case exited = 4
  }

  package var kind: Kind
  package var time: Timestamp
  package var processID: UInt32
  /// Equal to `processID` for the main thread.
  package var threadID: UInt32
  package var parentProcessID: UInt32
  package var command: String
  /// Path of the program; empty when it could not be read.
  package var executable: String
  /// Command line with secrets masked, arguments separated by spaces; empty when it could not be read.
  package var arguments: String
  /// Path of the cgroup (v2), and its identifier in the kernel.
  package var cgroup: String
  package var cgroupID: UInt64
  /// Start of the process, when /proc said so.
  package var startTime: Timestamp?
  package var exitCode: Int32?

  package init(
    kind: Kind, time: Timestamp, processID: UInt32, threadID: UInt32, parentProcessID: UInt32 = 0, command: String, executable: String = "",
    arguments: String = "", cgroup: String = "", cgroupID: UInt64 = 0, startTime: Timestamp? = nil, exitCode: Int32? = nil
  ) {
    self.kind = kind
    self.time = time
    self.processID = processID
    self.threadID = threadID
    self.parentProcessID = parentProcessID
    self.command = command
    self.executable = executable
    self.arguments = arguments
    self.cgroup = cgroup
    self.cgroupID = cgroupID
    self.startTime = startTime
    self.exitCode = exitCode
  }
}

/// The node's clocks, read together. Nanoseconds.
package struct ClockSnapshot: Hashable, Sendable {
  package var monotonic: Int64
  package var bootTime: Int64
  package var realTime: Timestamp

  package init(monotonic: Int64, bootTime: Int64, realTime: Timestamp) {
    self.monotonic = monotonic
    self.bootTime = bootTime
    self.realTime = realTime
  }
}

/// One line of the loss ledger: evidence that was there and is not in the file. Counts are since the previous line of the same
/// source, cause and interface.
package struct LossRecord: Hashable, Sendable {
  package enum Source: UInt8, Sendable {
    /// eBPF socket events.
    case socketEvents = 1
    case packets = 2
    case processes = 3
    case samples = 4
    /// Blocks of the file that were damaged or unknown (found by the reader).
    case file = 5
  }

  package enum Cause: UInt8, Sendable {
    case ringBufferFull = 1
    /// No free slot for a call in flight.
    case inFlightTableFull = 2
    /// Bytes of a call beyond the payload limit.
    case payloadLimit = 3
    /// Buffers of one call beyond the limit of buffers.
    case bufferCountLimit = 4
    /// Memory of the process could not be read.
    case unreadableMemory = 5
    case kernelDropped = 6
    case interfaceDropped = 7
    case sizeLimit = 8
    case damagedBlock = 9
    case unknownBlock = 10
    case truncatedFile = 11
    /// Messages of one call (`sendmmsg`, `recvmmsg`) beyond the limit.
    case messageCountLimit = 12
    /// Memory for an analysis limit was used up.
    case memoryLimit = 13
  }

  package var time: Timestamp
  package var source: Source
  package var cause: Cause
  /// Interface or file, where it applies; otherwise empty.
  package var place: String
  /// Events, packets or blocks that are missing or cut.
  package var count: UInt64
  /// Bytes that are missing, when known.
  package var byteCount: UInt64

  package init(time: Timestamp, source: Source, cause: Cause, place: String = "", count: UInt64, byteCount: UInt64 = 0) {
    self.time = time
    self.source = source
    self.cause = cause
    self.place = place
    self.count = count
    self.byteCount = byteCount
  }

  /// A cut of what was captured whole otherwise (payload and buffer limits) rather than a missing observation.
  package var isTruncation: Bool {
    switch cause {
    case .payloadLimit, .bufferCountLimit, .messageCountLimit: true
    default: false
    }
  }
}

extension LossRecord.Source {
  package var name: String {
    switch self {
    case .socketEvents: "socket events"
    case .packets: "packets"
    case .processes: "processes"
    case .samples: "samples"
    case .file: "file"
    }
  }
}

extension LossRecord.Cause {
  package var name: String {
    switch self {
    case .ringBufferFull: "ring buffer full"
    case .inFlightTableFull: "too many calls in flight"
    case .payloadLimit: "payload limit"
    case .bufferCountLimit: "buffers per call limit"
    case .unreadableMemory: "memory unreadable"
    case .kernelDropped: "dropped by kernel"
    case .interfaceDropped: "dropped by interface"
    case .sizeLimit: "file size limit"
    case .damagedBlock: "damaged block"
    case .unknownBlock: "unknown block"
    case .truncatedFile: "file ends inside a block"
    case .messageCountLimit: "messages per call limit"
    case .memoryLimit: "memory limit"
    }
  }
}

/// What a recording says about itself, once, at its beginning: node, program, options. Foreign captures have none.
package struct RecordingInfo: Hashable, Sendable {
  /// Identity of the recording, shared by its rotated parts: 32 hexadecimal digits.
  package var recordingID: String
  package var host: String
  package var kernel: String
  package var machine: String
  package var processorCount: UInt32
  package var program: String
  package var commandLine: String
  package var startTime: Timestamp
  /// What was recorded: `packets`, `socket events`, `processes` …
  package var sources: [String]
  /// What was asked for and could not be had, with the reason, a sentence each.
  package var missing: [String]
  package var payloadByteLimit: UInt32
  package var options: [String: String]

  package init(
    recordingID: String, host: String, kernel: String, machine: String, processorCount: UInt32, program: String, commandLine: String,
    startTime: Timestamp, sources: [String], missing: [String], payloadByteLimit: UInt32, options: [String: String] = [:]
  ) {
    self.recordingID = recordingID
    self.host = host
    self.kernel = kernel
    self.machine = machine
    self.processorCount = processorCount
    self.program = program
    self.commandLine = commandLine
    self.startTime = startTime
    self.sources = sources
    self.missing = missing
    self.payloadByteLimit = payloadByteLimit
    self.options = options
  }
}

/// How a recording ended. A file without one was cut off, or its recorder was killed.
package struct RecordingEnd: Hashable, Sendable {
  package var time: Timestamp
  package var packetCount: UInt64
  package var socketEventCount: UInt64
  /// Why it ended: `interrupted`, `duration`, `size`, `count`, `command exited` …
  package var reason: String

  package init(time: Timestamp, packetCount: UInt64, socketEventCount: UInt64, reason: String) {
    self.time = time
    self.packetCount = packetCount
    self.socketEventCount = socketEventCount
    self.reason = reason
  }
}

/// Counters of one interface (pcapng ISB): packets received by the filter and packets dropped.
package struct InterfaceStatistics: Hashable, Sendable {
  package var interfaceIndex: UInt32
  package var time: Timestamp
  package var received: UInt64?
  package var dropped: UInt64?

  package init(interfaceIndex: UInt32, time: Timestamp, received: UInt64?, dropped: UInt64?) {
    self.interfaceIndex = interfaceIndex
    self.time = time
    self.received = received
    self.dropped = dropped
  }
}
