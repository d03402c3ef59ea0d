import BundleFormat
import CDeepFlow
import Capture

/// Where the callbacks of libbpf and libpcap put what arrives: counts it and writes it. It lives behind a pointer, because C calls
/// it, and is used by one thread.
///
/// A callback cannot throw: the first failure is kept in `failure`, and what arrives afterwards is left out.
struct RecordingSink: ~Copyable {
  var writer: BundleWriter
  private(set) var packetCount: UInt64 = 0
  private(set) var socketEventCount: UInt64 = 0
  private(set) var processRecordCount: UInt64 = 0
  /// Stack samples, when they have all been taken.
  var sampleCount: UInt64 = 0
  /// Follows stack samples and resolves them; `nil` when none are taken.
  var sampler: SampleRecorder?
  private(set) var failure: BundleError?
  var processes = ProcessTable()
  private let packetLimit: UInt64
  /// The size limit without the room for closing.
  private let usableByteCount: UInt64
  /// Nanoseconds from CLOCK_MONOTONIC to the wall clock, as of the latest snapshot.
  private var clockOffset: Int64 = 0
  /// Losses by source, cause and place, for the closing words.
  private(set) var losses: [LossRecord] = []

  private var recordsOfTurn = 0

  /// Records taken from the ring before packets get their turn.
  static let recordsPerTurn = 65_536
  /// Room kept below the size limit for the last counters and the closing index.
  static let closingByteCount: UInt64 = 64 * 1024
  /// With less than this below the limit the recording ends.
  static let leastUsefulByteCount: UInt64 = 64 * 1024

  init(writer: consuming BundleWriter, options: RecordingOptions) {
    self.writer = writer
    packetLimit = options.packetLimit ?? .max
    usableByteCount = options.byteLimit.map { $0 - min($0, RecordingSink.closingByteCount) } ?? .max
  }

  var byteCount: UInt64 { writer.byteCount }
  var hasReachedPacketLimit: Bool { packetCount >= packetLimit }
  private(set) var hasReachedByteLimit = false

  /// Whether nothing more can be taken. The writer's count is of what waits uncompressed; near the limit it is made exact by
  /// writing, until hardly anything fits.
  private mutating func isFull() -> Bool {
    if failure != nil || hasReachedByteLimit { return true }
    guard writer.byteCount >= usableByteCount else { return false }
    flush()
    hasReachedByteLimit = writer.byteCount + RecordingSink.leastUsefulByteCount >= usableByteCount
    return hasReachedByteLimit || failure != nil
  }

  /// A packet of libpcap.
  mutating func receive(_ packet: PacketHeader, _ bytes: RawSpan) {
    guard !isFull(), !hasReachedPacketLimit else { return }
    packetCount += 1
    do throws(BundleError) { try writer.append(packet: packet, bytes) } catch { failure = error }
  }

  /// A record of the ring.
  mutating func receive(kernelRecord bytes: RawSpan) {
    guard !isFull(), bytes.byteCount >= MemoryLayout<df_event>.size else { return }
    let kind = bytes.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt8.self)
    if UInt32(kind) < DF_KIND_PROCESS_FORK.rawValue {
      socketEventCount += 1
      do throws(BundleError) { try writer.append(kernelRecord: bytes) } catch { failure = error }
    } else if let event = ProcessKernelEvent(bytes) {
      sampler?.observe(event)
      append(processes.record(event, time: Timestamp(nanoseconds: event.timeNanoseconds &+ clockOffset)))
    }
  }

  /// A record of the ring, and whether to go on with the next: a turn has an end, so that packets get theirs.
  mutating func receive(ringRecord bytes: RawSpan) -> Bool {
    if let sample = StackSampleRecord(bytes) { receive(sample) } else { receive(kernelRecord: bytes) }
    recordsOfTurn += 1
    guard recordsOfTurn == RecordingSink.recordsPerTurn else { return true }
    recordsOfTurn = 0
    return false
  }

  /// A record made by the recorder itself, for a socket that was there before.
  mutating func receive(_ record: df_event) {
    withUnsafeBytes(of: record) { receive(kernelRecord: $0.bytes) }
  }

  mutating func append(_ process: ProcessRecord) {
    guard !isFull() else { return }
    processRecordCount += 1
    do throws(BundleError) { try writer.append(process: process) } catch { failure = error }
  }

  /// Reads the processes that were there before. The clock must have been appended.
  mutating func readExistingProcesses(clock: ClockSnapshot) {
    var table = ProcessTable()
    var records: [ProcessRecord] = []
    table.readExisting(clock: clock) { records.append($0) }
    processes = table
    for record in records { append(record) }
  }

  mutating func append(_ snapshot: ClockSnapshot) {
    clockOffset = snapshot.realTime.nanoseconds &- snapshot.monotonic
    write { writer throws(BundleError) in try writer.append(clock: snapshot) }
  }

  mutating func append(_ info: RecordingInfo) {
    write { writer throws(BundleError) in try writer.append(info: info) }
  }

  mutating func append(_ interface: CaptureInterface) {
    write { writer throws(BundleError) in _ = try writer.append(interface: interface) }
  }

  mutating func append(_ statistics: InterfaceStatistics) {
    write { writer throws(BundleError) in try writer.append(statistics: statistics) }
  }

  mutating func append(_ loss: LossRecord) {
    if let index = losses.firstIndex(where: { $0.source == loss.source && $0.cause == loss.cause && $0.place == loss.place }) {
      losses[index].count += loss.count
      losses[index].byteCount += loss.byteCount
    } else {
      losses.append(loss)
    }
    write { writer throws(BundleError) in try writer.append(loss: loss) }
  }

  mutating func flush() {
    write { writer throws(BundleError) in try writer.flush() }
  }

  /// Writes the closing block and closes the file. After a failure as much of this as still goes: a full disk leaves no closing
  /// block, and a file that is whole up to its last block.
  mutating func finish(reason: String) {
    let end = RecordingEnd(
      time: NodeClock.now(), packetCount: packetCount - writer.discardedPacketCount,
      socketEventCount: socketEventCount - writer.discardedSocketEventCount, reason: reason)
    do throws(BundleError) {
      try writer.finish(end)
    } catch {
      failure = failure ?? error
      do throws(BundleError) { try writer.close() } catch {}
    }
  }

  /// Packets and events that were counted as captured and did not reach the file.
  var discarded: (packets: UInt64, socketEvents: UInt64) { (writer.discardedPacketCount, writer.discardedSocketEventCount) }

  mutating func write(_ body: (inout BundleWriter) throws(BundleError) -> Void) {
    guard failure == nil else { return }
    do throws(BundleError) { try body(&writer) } catch { failure = error }
  }
}
