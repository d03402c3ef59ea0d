import BundleFormat
import Capture
import Dispatch
import Glibc
import Recording
import Testing

/// What a recording holds, read back from its file.
struct RecordedObservations: ObservationSink {
  var info: RecordingInfo?
  var interfaces: [CaptureInterface] = []
  var packets: [(header: PacketHeader, bytes: [UInt8])] = []
  var events: [(event: SocketEvent, payload: [UInt8])] = []
  var processes: [ProcessRecord] = []
  var clocks: [ClockSnapshot] = []
  var losses: [LossRecord] = []
  var statistics: [InterfaceStatistics] = []
  var ending: RecordingEnd?

  mutating func begin(_ recording: RecordingInfo) { info = recording }
  mutating func interface(_ interface: CaptureInterface) { interfaces.append(interface) }
  mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) { packets.append((header, bytes.withUnsafeBytes { Array($0) })) }
  mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) { events.append((event, payload.withUnsafeBytes { Array($0) })) }
  mutating func process(_ process: ProcessRecord) { processes.append(process) }
  mutating func clock(_ snapshot: ClockSnapshot) { clocks.append(snapshot) }
  mutating func loss(_ loss: LossRecord) { losses.append(loss) }
  mutating func statistics(_ statistics: InterfaceStatistics) { self.statistics.append(statistics) }
  mutating func end(_ end: RecordingEnd) { ending = end }

  init(path: String) throws {
    var reader = try CaptureReader(path: path)
    try reader.read(into: &self)
  }

  init() {}

  /// The events of the threads called `name`.
  func events(of name: String, _ kind: SocketEvent.Kind = .data) -> [(event: SocketEvent, payload: [UInt8])] {
    events.filter { $0.event.command.description == name && $0.event.kind == kind }
  }
}

/// Recordings made by tests, of traffic that the test's own threads make.
enum LiveRecording {
  /// Why nothing can be recorded here; `nil` when it can.
  static let obstacle: String? = {
    (RecordingRequirements.obstacleToSystemCalls() ?? RecordingRequirements.obstacleToPackets())?.description
  }()

  static func temporaryPath(_ name: String) -> String { "/tmp/deepflow-recording-test-\(getpid())-\(name).pcapng" }

  /// The deepflow binary of this build.
  static let binary: String? = {
    // The test bundle and the executables lie in one folder; the runner is told the bundle's path.
    for argument in CommandLine.arguments {
      guard let slash = argument.lastIndex(of: "/") else { continue }
      let path = argument[..<slash] + "/deepflow"
      if argument.hasSuffix(".xctest"), access(String(path), X_OK) == 0 { return String(path) }
    }
    return nil
  }()

  /// Starts a program with its output discarded.
  static func spawn(_ arguments: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    try #require(posix_spawn(&process, arguments[0], &actions, nil, &words, environ) == 0)
    return process
  }

  /// A flag that one thread sets and another asks for.
  final class Flag: @unchecked Sendable {
    private let lock = DispatchSemaphore(value: 1)
    private var stored = false
    var isSet: Bool {
      get { locked { stored } }
      set { locked { stored = newValue } }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
      lock.wait()
      defer { lock.signal() }
      return body()
    }
  }

  /// Records while `work` runs.
  static func record(_ name: String, _ options: RecordingOptions = RecordingOptions(), while work: () throws -> Void) throws
    -> (summary: RecordingSummary, observations: RecordedObservations)
  {
    var observations = RecordedObservations()
    let summary = try record(name, options, while: work) { observations = try RecordedObservations(path: $0) }
    return (summary, observations)
  }

  /// Records while `work` runs, and passes the path of the file, which is removed afterwards.
  static func record(
    _ name: String, _ options: RecordingOptions, while work: () throws -> Void, reading: (String) throws -> Void
  ) throws -> RecordingSummary {
    let path = temporaryPath(name)
    defer { unlink(path) }
    final class Outcome: @unchecked Sendable { var result: Result<RecordingSummary, RecordingError>? }
    let outcome = Outcome()
    let stop = Flag()
    let ready = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    var options = options
    options.output = path
    options.recordsItself = true
    let shouldStopAnyway = options.shouldStop
    options.shouldStop = { shouldStopAnyway?() == true || stop.isSet }
    let recorded = options
    DispatchQueue.global().async {
      do throws(RecordingError) {
        outcome.result = .success(try Recorder.run(recorded) { _ in ready.signal() })
      } catch {
        outcome.result = .failure(error)
        ready.signal()
      }
      done.signal()
    }
    ready.wait()
    defer { stop.isSet = true }
    if case .failure(let error) = outcome.result { throw error }
    try work()
    stop.isSet = true
    done.wait()
    let summary = try outcome.result!.get()
    try reading(path)
    return summary
  }

  /// Runs `body` on a new thread of this name and waits for it.
  static func onThread(_ name: String, _ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
    final class Job {
      let name: String
      let body: @Sendable () -> Void
      let done = DispatchSemaphore(value: 0)
      init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
      }
    }
    let job = Job(name, body)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        let job = Unmanaged<Job>.fromOpaque(argument!).takeRetainedValue()
        // The C library's call for it is hidden from Swift; the file does the same.
        let name = open("/proc/thread-self/comm", O_WRONLY)
        write(name, job.name, job.name.utf8.count)
        close(name)
        job.body()
        job.done.signal()
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    pthread_detach(thread)
    return job.done
  }
}
