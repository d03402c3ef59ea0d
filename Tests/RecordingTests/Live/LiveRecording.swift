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

  private final class Box: @unchecked Sendable {
    private let lock = DispatchSemaphore(value: 1)
    private var stored = false
    var isSet: Bool {
      get { locked { stored } }
      set { locked { stored = newValue } }
    }
    var result: Result<RecordingSummary, RecordingError>?

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
    let path = temporaryPath(name)
    defer { unlink(path) }
    let stop = Box()
    let ready = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    var options = options
    options.output = path
    options.recordsItself = true
    options.shouldStop = { stop.isSet }
    let recorded = options
    DispatchQueue.global().async {
      do throws(RecordingError) {
        stop.result = .success(try Recorder.run(recorded) { _ in ready.signal() })
      } catch {
        stop.result = .failure(error)
        ready.signal()
      }
      done.signal()
    }
    ready.wait()
    defer { stop.isSet = true }
    if case .failure(let error) = stop.result { throw error }
    try work()
    stop.isSet = true
    done.wait()
    let summary = try stop.result!.get()
    return (summary, try RecordedObservations(path: path))
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
