package import Capture

/// Writes observations to a bundle as they come: what makes one bundle of other files.
///
/// A sink cannot throw: the first failure is kept in `failure`, and what comes afterwards is left out.
package struct BundleSink: ~Copyable, ObservationSink {
  private var writer: BundleWriter
  package private(set) var failure: BundleError?
  package private(set) var packetCount: UInt64 = 0
  package private(set) var socketEventCount: UInt64 = 0
  /// The latest time of a packet or event, at which the bundle ends.
  private var lastTime = Timestamp(nanoseconds: 0)

  package init(_ writer: consuming BundleWriter) { self.writer = writer }

  package mutating func begin(_ recording: RecordingInfo) {
    write { writer throws(BundleError) in try writer.append(info: recording) }
  }

  package mutating func interface(_ interface: CaptureInterface) {
    write { writer throws(BundleError) in _ = try writer.append(interface: interface) }
  }

  package mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) {
    guard failure == nil, header.interfaceIndex < writer.interfaceCount else { return }
    packetCount += 1
    lastTime = max(lastTime, header.time)
    do throws(BundleError) { try writer.append(packet: header, bytes) } catch { failure = error }
  }

  package mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) {
    guard failure == nil else { return }
    socketEventCount += 1
    lastTime = max(lastTime, event.exitTime)
    do throws(BundleError) { try writer.append(socketEvent: event, payload) } catch { failure = error }
  }

  package mutating func process(_ process: ProcessRecord) {
    write { writer throws(BundleError) in try writer.append(process: process) }
  }

  package mutating func sample(_ sample: StackSample) {
    if let time = sample.time { lastTime = max(lastTime, time) }
    write { writer throws(BundleError) in try writer.append(sample: sample) }
  }

  package mutating func stack(_ stack: SampledStack) {
    write { writer throws(BundleError) in try writer.append(stack: stack) }
  }

  package mutating func frame(_ frame: StackFrame) {
    write { writer throws(BundleError) in try writer.append(frame: frame) }
  }

  package mutating func clock(_ snapshot: ClockSnapshot) {
    write { writer throws(BundleError) in try writer.append(clock: snapshot) }
  }

  package mutating func loss(_ loss: LossRecord) {
    write { writer throws(BundleError) in try writer.append(loss: loss) }
  }

  package mutating func statistics(_ statistics: InterfaceStatistics) {
    guard statistics.interfaceIndex < writer.interfaceCount else { return }
    write { writer throws(BundleError) in try writer.append(statistics: statistics) }
  }

  /// Writes the closing block and closes the file.
  /// - Throws: the failure that was kept, or that of closing.
  package mutating func finish(reason: String) throws(BundleError) {
    if let failure { throw failure }
    try writer.finish(RecordingEnd(time: lastTime, packetCount: packetCount, socketEventCount: socketEventCount, reason: reason))
  }

  private mutating func write(_ body: (inout BundleWriter) throws(BundleError) -> Void) {
    guard failure == nil else { return }
    do throws(BundleError) { try body(&writer) } catch { failure = error }
  }
}
