import ArgumentParser
import Glibc
import Recording

/// `deepflow record`: options to `Recorder`, its words to standard error, its exit status on.
///
/// `-- COMMAND` is split off before the arguments are parsed, and given as `command`.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record system calls on sockets, packets, processes and stack samples of this node into one bundle.",
    usage: "deepflow record [<options>] [<pcap-filter> ...] [-- <command> ...]",
    discussion: """
      Records until Ctrl-C, or until the command after '--' exits, whose exit status is passed on. The whole node is recorded while \
      the command runs; --follow narrows system calls to the command and its descendants. The filter selects packets only.

      Of one system call up to 288 buffers, and of sendmmsg and recvmmsg up to 32 messages, are kept; sendfile is counted without its \
      bytes. What is cut or lost is counted, in the file and in the last lines. Calls through io_uring or splice are not seen.
      """)

  @Option(
    name: [.short, .customLong("interface")], help: "Capture on this interface (repeatable, comma list). Default: every one that is up.")
  var interface: [String] = []

  @Option(
    name: [.customShort("w"), .short, .customLong("output")],
    help: "The bundle; '-' is standard output, .gz and .zst compress. Default: deepflow-HOST-YYYYMMDDTHHMMSSZ.pcapng.",
    completion: .file())
  var output: String?

  @Option(name: [.short, .customLong("snapshot-length")], help: "Bytes kept of a packet.")
  var snapLength = RecordingOptions.defaultSnapLength

  @Option(name: [.short, .customLong("count")], help: "End after this many packets.")
  var count: UInt64?

  @Option(help: "End after this time: 30, 30s, 5m.")
  var duration: String?

  @Option(help: "End before the bundle is larger: 200M, 1G.")
  var maxSize: String?

  @Option(help: "Only system calls and samples of this process (repeatable, comma list).")
  var pid: [String] = []

  @Option(name: .customLong("comm"), help: "Only system calls and samples of threads of this name.")
  var command: String?

  @Flag(help: "Only system calls and samples of the command (or of --pid) and of its descendants.")
  var follow = false

  @Option(help: "Bytes kept of what a system call moved, up to 65536.")
  var payloadBytes = RecordingOptions.defaultPayloadByteLimit

  @Option(
    name: [.customShort("F"), .customLong("frequency")],
    help: "Stack samples a second on each processor. Default: 99, with --no-syscalls none.")
  var frequency: Int?

  @Flag(help: "Take no stack samples.")
  var noProfile = false

  @Flag(help: "Leave system calls and processes out: packets only.")
  var noSyscalls = false

  @Flag(help: "Leave packets out: system calls and processes only.")
  var noPackets = false

  @Option(help: "Size of the kernel's ring of events: 64M.")
  var ringBuffer: String?

  @Option(name: [.customShort("B"), .customLong("buffer-size")], help: "Size of the kernel's packet buffer of each interface, in KiB.")
  var bufferSize: Int?

  @Flag(name: [.customShort("D"), .customLong("list-interfaces")], help: "List the interfaces and exit.")
  var listInterfaces = false

  @Flag(name: .customShort("n"), help: "Accepted for the habit of it: names are never looked up.")
  var numeric = false

  @Flag(name: [.short, .long], help: "Say nothing but errors.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Show what libbpf and the kernel's verifier say.")
  var verbose = false

  @Argument(help: "A pcap-filter(7) expression.")
  var filter: [String] = []

  func run() throws {
    if listInterfaces { return try list() }
    let options: RecordingOptions
    do { options = try recordingOptions() } catch let error as RecordingError { throw ValidationError(error.description) }
    let summary: RecordingSummary
    do {
      summary = try Recorder.run(options) { RecordCommand.say("deepflow: \($0)") }
    } catch {
      RecordCommand.say("deepflow: \(error.description)")
      throw ExitCode(error.exitStatus)
    }
    if let failure = summary.failure { RecordCommand.say("deepflow: \(failure)") }
    if !quiet { for line in summary.lines { RecordCommand.say(line) } }
    if summary.exitStatus != 0 { throw ExitCode(summary.exitStatus) }
  }

  private func recordingOptions() throws -> RecordingOptions {
    var options = RecordingOptions()
    options.output = output
    options.interfaces = interface.flatMap { $0.split(separator: ",").map(String.init) }
    options.packetFilter = filter.joined(separator: " ")
    options.snapLength = snapLength == 0 ? RecordingOptions.defaultSnapLength : snapLength
    options.capturesPackets = !noPackets
    options.tracesSystemCalls = !noSyscalls
    options.payloadByteLimit = payloadBytes
    if noProfile, frequency != nil { throw RecordingError.usage("-F and --no-profile contradict each other") }
    options.requiresSamples = frequency != nil
    options.sampleFrequency = noProfile ? nil : frequency ?? (noSyscalls ? nil : RecordingOptions.defaultSampleFrequency)
    options.processIDs = try pid.flatMap { $0.split(separator: ",") }.map { text in
      guard let number = UInt32(text), number > 0 else { throw RecordingError.usage("--pid \(text): not a process id") }
      return number
    }
    options.commandName = command
    options.command = Invocation.trailingCommand ?? []
    options.followsDescendants = follow
    options.packetLimit = count
    options.durationNanoseconds = try duration.map { text in
      guard let value = RecordingQuantity.durationNanoseconds(text) else {
        throw RecordingError.usage("--duration \(text): use 30, 30s or 5m")
      }
      return value
    }
    options.byteLimit = try maxSize.map { text in
      guard let value = RecordingQuantity.byteCount(text) else { throw RecordingError.usage("--max-size \(text): use 200M or 1G") }
      return value
    }
    options.ringByteCount = try ringBuffer.map { text in
      guard let value = RecordingQuantity.byteCount(text) else { throw RecordingError.usage("--ring-buffer \(text): use 16M or 64M") }
      return Int(clamping: value)
    }
    options.packetBufferByteCount = bufferSize.map { $0.multipliedReportingOverflow(by: 1024).partialValue }
    options.isVerbose = verbose
    options.isQuiet = quiet
    options.commandLine = SecretMask.commandLine(CommandLine.arguments)
    try options.validate()
    return options
  }

  private func list() throws {
    do {
      for (index, interface) in try PacketInterface.all().enumerated() {
        let state = [interface.isUp ? "Up" : "Down", interface.isLoopback ? "Loopback" : nil].compactMap { $0 }.joined(separator: ", ")
        print("\(index + 1).\(interface.name)\(interface.description.isEmpty ? "" : " (\(interface.description))") [\(state)]")
      }
    } catch {
      RecordCommand.say("deepflow: \(error.description)")
      throw ExitCode(error.exitStatus)
    }
  }

  /// A line on standard error.
  private static func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
