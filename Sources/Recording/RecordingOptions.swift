/// What to record, where to, and when to stop.
package struct RecordingOptions: Sendable {
  /// Snaplen of tcpdump.
  package static let defaultSnapLength = 262_144
  /// Payload bytes kept of one call.
  package static let defaultPayloadByteLimit = 4096
  /// Stack samples a second: not a divisor of what programs do by the clock, 100 times a second.
  package static let defaultSampleFrequency = 99
  /// More would be work for the processors rather than a sample of it.
  package static let largestSampleFrequency = 10_000
  /// The most that the BPF side can keep of one call (`DF_PAYLOAD_BYTES_MAX`).
  package static let largestPayloadByteLimit = 65_536

  /// Path of the bundle; `nil` for the default name, `-` for standard output.
  package var output: String?
  /// Interfaces to capture on; empty, or `any`, for every interface that is up.
  package var interfaces: [String] = []
  /// A pcap-filter(7) expression; empty for every packet.
  package var packetFilter = ""
  package var snapLength = RecordingOptions.defaultSnapLength
  package var capturesPackets = true
  package var tracesSystemCalls = true
  package var payloadByteLimit = RecordingOptions.defaultPayloadByteLimit
  /// Stack samples a second on each processor; `nil` takes none.
  package var sampleFrequency: Int?
  /// Whether a recording without them is a failure: they were asked for.
  package var requiresSamples = false
  /// Only system calls of these processes, when there are any.
  package var processIDs: [UInt32] = []
  /// Only system calls of threads of this name (cut at 15 bytes, as the kernel does).
  package var commandName: String?
  /// The command to run, with its arguments; empty for none. The recording ends when it exits.
  package var command: [String] = []
  /// Only system calls of `command` (or of `processIDs`) and of their descendants.
  package var followsDescendants = false
  package var packetLimit: UInt64?
  package var durationNanoseconds: Int64?
  package var byteLimit: UInt64?
  /// Size of the kernel's ring of events; `nil` chooses it by the node's memory.
  package var ringByteCount: Int?
  /// Size of the kernel's packet buffer of each interface; `nil` chooses it by the number of interfaces.
  package var packetBufferByteCount: Int?
  package var isVerbose = false
  package var isQuiet = false
  /// Name and version of the program, and the command line it was started with, for the bundle's own record.
  package var program = "deepflow"
  package var commandLine = ""

  /// Asked every few milliseconds; `true` ends the recording like an interrupt.
  package var shouldStop: (@Sendable () -> Bool)?
  /// Whether this process's own system calls are recorded too; only tests, which make their own traffic, want that.
  package var recordsItself = false

  package init() {}

  /// Whether a process filter is in force.
  var isNarrowedToProcesses: Bool { !processIDs.isEmpty || (followsDescendants && !command.isEmpty) }

  /// Whether programs are loaded into the kernel.
  var usesTracer: Bool { tracesSystemCalls || sampleFrequency != nil }

  /// The options as the bundle keeps them. The command's own arguments are in the process table, with secrets masked.
  var recorded: [String: String] {
    var texts: [String: String] = ["snap-length": "\(snapLength)"]
    if !interfaces.isEmpty { texts["interfaces"] = interfaces.joined(separator: ",") }
    if !packetFilter.isEmpty { texts["filter"] = packetFilter }
    if !processIDs.isEmpty { texts["pid"] = processIDs.map(String.init).joined(separator: ",") }
    if let commandName { texts["comm"] = commandName }
    if followsDescendants { texts["follow"] = "true" }
    if let sampleFrequency { texts["sample-frequency"] = "\(sampleFrequency)" }
    if let packetLimit { texts["count"] = "\(packetLimit)" }
    if let durationNanoseconds { texts["duration"] = "\(durationNanoseconds) ns" }
    if let byteLimit { texts["max-size"] = "\(byteLimit)" }
    return texts
  }

  /// - Throws: `RecordingError.usage` for options that contradict each other or lie outside what can be done.
  package func validate() throws(RecordingError) {
    if !capturesPackets, !usesTracer { throw .usage("--no-packets and --no-syscalls together leave nothing to record") }
    if let sampleFrequency, !(1...RecordingOptions.largestSampleFrequency).contains(sampleFrequency) {
      throw .usage("-F \(sampleFrequency): 1 to \(RecordingOptions.largestSampleFrequency) samples a second can be taken")
    }
    if !usesTracer {
      if !processIDs.isEmpty || commandName != nil || followsDescendants {
        throw .usage("--pid, --comm and --follow select system calls, which --no-syscalls leaves out")
      }
    }
    if !capturesPackets, !interfaces.isEmpty || !packetFilter.isEmpty || packetLimit != nil {
      throw .usage("-i, -c and a filter select packets, which --no-packets leaves out")
    }
    if followsDescendants, command.isEmpty, processIDs.isEmpty { throw .usage("--follow needs a command after `--`, or --pid") }
    if !(0...RecordingOptions.largestPayloadByteLimit).contains(payloadByteLimit) {
      throw .usage("--payload-bytes \(payloadByteLimit): 0 to \(RecordingOptions.largestPayloadByteLimit) bytes of a call can be kept")
    }
    if !(1...RecordingOptions.defaultSnapLength).contains(snapLength) {
      throw .usage("-s \(snapLength): a snapshot length is 1 to \(RecordingOptions.defaultSnapLength)")
    }
    if packetLimit == 0 { throw .usage("-c 0: at least one packet") }
  }
}
