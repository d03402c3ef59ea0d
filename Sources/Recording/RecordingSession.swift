import BundleFormat
import CDeepFlow
import Capture
import Glibc

/// A recording while it runs: its sources, its command, and the loop.
struct RecordingSession: ~Copyable {
  private let options: RecordingOptions
  private let sink: UnsafeMutablePointer<RecordingSink>
  private var signals: StopSignals
  private var command: CommandProcess?
  private var tracer: KernelTracer?
  private var captures: PacketCaptureSet
  private var polled: [pollfd] = []
  private var startNanoseconds: Int64 = 0
  /// Messages for the operator that were not reported yet.
  private var messages: [String] = []
  /// What was asked for and could not be had, a sentence each.
  private var missing: [String] = []

  /// Opens every source and attaches it; from here on the kernel collects.
  init(
    _ options: RecordingOptions, _ interfaces: [PacketInterface], _ sink: UnsafeMutablePointer<RecordingSink>,
    signals: consuming StopSignals
  ) throws(RecordingError) {
    self.options = options
    self.sink = sink
    self.signals = signals
    captures = PacketCaptureSet(options: options, sink: sink)
    try captures.open(interfaces)
    // The child is forked before the programs are loaded: they must know its id.
    command = options.command.isEmpty ? nil : try CommandProcess(options.command)
    if options.usesTracer {
      var tracer = try KernelTracer(
        options: options,
        receive: { context, data, size in
          guard let context, let data else { return 0 }
          let sink = context.assumingMemoryBound(to: RecordingSink.self)
          let bytes = UnsafeRawBufferPointer(start: data, count: Int(size))
          return sink.pointee.receive(ringRecord: bytes.bytes) ? 0 : -1
        }, context: UnsafeMutableRawPointer(sink))
      for processID in options.processIDs { try tracer.trace(processID: processID) }
      if options.followsDescendants, let processID = command?.processID { try tracer.trace(processID: UInt32(bitPattern: processID)) }
      try tracer.attach()
      if let frequency = options.sampleFrequency {
        // The sampler must be there before the first sample.
        sink.pointee.sampler = SampleRecorder(frequency: frequency)
        do throws(RecordingError) {
          try tracer.attachSampling(frequency: frequency)
        } catch {
          if options.requiresSamples { throw error }
          missing.append(error.description)
          messages.append(error.description)
          sink.pointee.finishSymbols(time: NodeClock.now())
        }
      }
      self.tracer = consume tracer
    }
  }

  /// Writes what a file begins with: the recording, its interfaces, the clocks, and what was there before.
  mutating func begin(system: NodeIdentity.System, startTime: Timestamp) {
    startNanoseconds = NodeClock.monotonicNanoseconds()
    var sources: [String] = []
    if !captures.isEmpty { sources.append("packets") }
    if options.tracesSystemCalls { sources.append("socket events") }
    if tracer != nil { sources.append("processes") }
    if sink.pointee.sampler != nil { sources.append("stack samples") }
    sink.pointee.append(
      RecordingInfo(
        recordingID: NodeIdentity.newRecordingID(), host: system.host, kernel: system.kernel, machine: system.machine,
        processorCount: UInt32(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)), program: options.program,
        commandLine: options.commandLine, startTime: startTime, sources: sources, missing: missing,
        payloadByteLimit: UInt32(options.payloadByteLimit), options: options.recorded))
    captures.appendInterfaces()
    let clock = NodeClock.snapshot()
    sink.pointee.append(clock)
    sink.pointee.readExistingProcesses(clock: clock)
    if options.tracesSystemCalls {
      tracer?.addCallsInFlight()
      appendExistingSockets(clock)
    }
    // From here on a reader knows whose recording this is, whatever happens to the recorder.
    sink.pointee.flush()
  }

  /// One line for the operator: what is recorded, where to, and how to end it.
  func banner(path: String) -> String {
    var parts: [String] = []
    if options.tracesSystemCalls { parts.append("system calls") }
    if sink.pointee.sampler != nil { parts.append("stack samples") }
    if !captures.isEmpty { parts.append("packets on \(captures.names.joined(separator: ", "))") }
    let end = options.command.isEmpty ? "Ctrl-C ends it" : "until \(options.command[0]) exits"
    let last = parts.popLast() ?? "nothing"
    let what = parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last
    return "recording \(what) to \(path == "-" ? "standard output" : path), \(end)"
  }

  /// Lets the command run.
  mutating func startCommand() throws(RecordingError) { try command?.start() }

  /// Records until something ends it, and closes the file.
  mutating func run(_ summary: inout RecordingSummary, report: (String) -> Void) {
    var nextTick = startNanoseconds + Recorder.tickNanoseconds
    var reason: RecordingSummary.StopReason?
    while reason == nil {
      wait(milliseconds: Recorder.lookIntervalMilliseconds)
      take()
      let now = NodeClock.monotonicNanoseconds()
      if now >= nextTick {
        tick()
        nextTick = now + Recorder.tickNanoseconds
      }
      for message in messages { report(message) }
      messages.removeAll()
      reason = stopReason(now)
    }
    summary.reason = reason ?? .failed
    drain(until: NodeClock.monotonicNanoseconds() + Recorder.drainNanoseconds)
    finish(&summary)
    signals.restore()
    summary.commandStatus = endCommand(summary.reason)
  }

  private mutating func stopReason(_ now: Int64) -> RecordingSummary.StopReason? {
    if let failure = sink.pointee.failure {
      // The reader of a pipe has seen enough.
      return failure.errorNumber == EPIPE ? .interrupted : .failed
    }
    // Nothing is left to be recorded.
    if tracer == nil, captures.isEmpty { return .failed }
    if signals.take() != nil || options.shouldStop?() == true { return .interrupted }
    if command?.wait(blocking: false) == true { return .commandExited }
    if sink.pointee.hasReachedPacketLimit { return .count }
    if sink.pointee.hasReachedByteLimit { return .size }
    if let duration = options.durationNanoseconds, now - startNanoseconds >= duration { return .duration }
    return nil
  }

  /// Waits until a source has much to give, the command exits or a signal arrives, but not for long.
  private mutating func wait(milliseconds: Int32) {
    if polled.isEmpty {
      var descriptors = captures.pollDescriptors
      if let descriptor = tracer?.pollDescriptor { descriptors.append(descriptor) }
      if let descriptor = command?.pollDescriptor { descriptors.append(descriptor) }
      polled = descriptors.filter { $0 >= 0 }.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }
    _ = poll(&polled, nfds_t(polled.count), milliseconds)
  }

  /// Takes what waits in every source. Returns whether any has more.
  @discardableResult
  private mutating func take() -> Bool {
    let tracerHasMore = tracer?.consume() ?? false
    let (hasMore, messages) = captures.take()
    note(messages)
    return hasMore || tracerHasMore
  }

  /// Keeps messages about interfaces that came or went, and has the descriptors collected anew.
  private mutating func note(_ messages: [String]) {
    guard !messages.isEmpty else { return }
    self.messages += messages
    polled.removeAll()
  }

  /// Once a second: clocks, counters and losses, and the file to the system.
  private mutating func tick() {
    sink.pointee.append(NodeClock.snapshot())
    appendCounters()
    let (hasChanged, messages) = captures.addNew()
    note(messages)
    if hasChanged { polled.removeAll() }
    sink.pointee.appendSymbols(time: NodeClock.now())
    sink.pointee.flush()
  }

  private mutating func appendCounters() {
    captures.appendCounters()
    let time = NodeClock.now()
    for entry in tracer?.newLosses() ?? [] { sink.pointee.append(entry.record(time: time)) }
  }

  /// Waits for what has happened and not arrived yet.
  private mutating func drain(until deadline: Int64) {
    guard sink.pointee.failure == nil else { return }
    while NodeClock.monotonicNanoseconds() < deadline {
      wait(milliseconds: Recorder.lookIntervalMilliseconds)
      take()
      // The command's descriptor and a full buffer stay readable: without this the loop would spin.
      usleep(1000)
    }
  }

  private mutating func finish(_ summary: inout RecordingSummary) {
    tracer?.detach()
    // Nothing is added any more, so this ends.
    while take(), sink.pointee.failure == nil {}
    sink.pointee.append(NodeClock.snapshot())
    appendCounters()
    sink.pointee.finishSymbols(time: NodeClock.now())
    sink.pointee.finish(reason: summary.reason.rawValue)
    summary.recordsPackets = options.capturesPackets
    summary.recordsSystemCalls = options.tracesSystemCalls
    summary.packetCount = sink.pointee.packetCount - sink.pointee.discarded.packets
    summary.socketEventCount = sink.pointee.socketEventCount - sink.pointee.discarded.socketEvents
    summary.sampleCount = sink.pointee.sampleCount
    summary.takesSamples = options.sampleFrequency != nil
    summary.processRecordCount = sink.pointee.processRecordCount
    captures.addTotals(to: &summary)
    summary.losses = sink.pointee.losses
    summary.byteCount = sink.pointee.byteCount
    let failure = sink.pointee.failure.flatMap { $0.errorNumber == EPIPE ? nil : $0 }
    summary.failure = failure.map { String(describing: $0) }
    if summary.failure == nil, summary.reason == .failed { summary.failure = "every interface is gone; the recording up to there is whole" }
  }

  /// The command outlives a recording that ended by itself (its status is passed on all the same); an interrupt ends both.
  private mutating func endCommand(_ reason: RecordingSummary.StopReason) -> Int32? {
    guard command != nil else { return nil }
    if reason == .interrupted {
      command?.send(signal: SIGTERM)
      let deadline = NodeClock.monotonicNanoseconds() + Recorder.commandGraceNanoseconds
      while command?.wait(blocking: false) == false, NodeClock.monotonicNanoseconds() < deadline { usleep(10_000) }
      return command?.exitStatus ?? 128 + SIGINT
    }
    _ = command?.wait(blocking: true)
    return command?.exitStatus
  }

  private func appendExistingSockets(_ clock: ClockSnapshot) {
    var records: [df_event] = []
    SocketInventory.forEachHolding { holding in
      let isSelected = !options.isNarrowedToProcesses || options.processIDs.contains(holding.processID)
      guard isSelected else { return }
      let name = ProcessFiles.text("/proc/\(holding.processID)/comm").map { String($0.prefix { $0 != "\n" }) } ?? ""
      if let wanted = options.commandName, name != wanted.prefix(15) { return }
      records.append(holding.kernelRecord(command: name, monotonicNanoseconds: clock.monotonic))
    }
    for record in records { sink.pointee.receive(record) }
  }
}
