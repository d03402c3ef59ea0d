import BundleFormat
import CDeepFlow
import Capture
import Glibc

/// Records what happens on the node into one bundle: `deepflow record`.
///
/// One thread takes turns between the kernel's ring of events and the packet buffers of the interfaces. Every ten milliseconds it
/// looks at both; once a second it writes the clocks, the counters and the loss ledger, and hands the file to the system.
package enum Recorder {
  /// How often the recorder looks, in milliseconds, when nothing wakes it.
  static let lookIntervalMilliseconds: Int32 = 10
  /// Between two clock snapshots; also the most that is lost when the recorder is killed.
  static let tickNanoseconds: Int64 = 1_000_000_000
  /// How long packets and records of what has already happened are waited for at the end: several times the packet timeout.
  static let drainNanoseconds: Int64 = 150_000_000
  /// How long an interrupted command may take to end before it is left alone.
  static let commandGraceNanoseconds: Int64 = 2_000_000_000

  /// Runs a whole recording, and returns when it has ended and the file is closed.
  ///
  /// - Parameter report: called with messages for the operator, one line each, no newline.
  /// - Throws: `RecordingError` when it could not begin; nothing is attached and no command runs then. A failure on the way is in
  ///   the summary instead, because there is a file.
  package static func run(_ options: RecordingOptions, report: (String) -> Void) throws(RecordingError) -> RecordingSummary {
    try options.validate()
    if options.usesTracer, let obstacle = RecordingRequirements.obstacleToSystemCalls() { throw obstacle }
    if options.capturesPackets, let obstacle = RecordingRequirements.obstacleToPackets() { throw obstacle }
    let interfaces = options.capturesPackets ? try PacketInterface.selected(options.interfaces) : []
    let signals = StopSignals()
    let start = NodeClock.now()
    let system = NodeIdentity.system()
    let path = options.output ?? NodeIdentity.defaultFileName(host: system.host, time: start)
    let writer: BundleWriter
    do throws(BundleError) {
      writer = try BundleWriter(
        path: path, hardware: system.machine, operatingSystem: system.kernel, application: options.program)
    } catch {
      throw .output(String(describing: error))
    }
    let sink = UnsafeMutablePointer<RecordingSink>.allocate(capacity: 1)
    sink.initialize(to: RecordingSink(writer: writer, options: options))
    defer {
      sink.deinitialize(count: 1)
      sink.deallocate()
    }
    // The header at once: also a recorder that is killed while it begins leaves a file that opens.
    sink.pointee.flush()
    do throws(RecordingError) {
      return try record(options, RecordingSession(options, interfaces, sink, signals: signals), system, start: start, path: path, report)
    } catch {
      removeFile(path)
      throw error
    }
  }

  private static func record(
    _ options: RecordingOptions, _ opened: consuming RecordingSession, _ system: NodeIdentity.System, start: Timestamp, path: String,
    _ report: (String) -> Void
  ) throws(RecordingError) -> RecordingSummary {
    var session = opened
    session.begin(system: system, startTime: start)
    try session.startCommand()
    if !options.isQuiet { report(session.banner(path: path)) }
    var summary = RecordingSummary(path: path)
    session.run(&summary, report: report)
    return summary
  }

  /// A recording that did not begin leaves no file that says so. What was named may be a device or a pipe; that stays.
  private static func removeFile(_ path: String) {
    var status = stat()
    if path != "-", lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { unlink(path) }
  }
}
