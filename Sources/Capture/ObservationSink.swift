/// What receives observations, in file order: the one entrance to the analysis. The source (a bundle, a foreign capture, a
/// pipe, a live recorder) does not matter to it.
///
/// Byte spans are valid during the call only.
package protocol ObservationSink: ~Copyable {
  mutating func begin(_ recording: RecordingInfo)
  mutating func interface(_ interface: CaptureInterface)
  mutating func packet(_ header: PacketHeader, _ bytes: RawSpan)
  mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan)
  mutating func process(_ process: ProcessRecord)
  mutating func sample(_ sample: StackSample)
  mutating func stack(_ stack: SampledStack)
  mutating func frame(_ frame: StackFrame)
  mutating func clock(_ snapshot: ClockSnapshot)
  mutating func loss(_ loss: LossRecord)
  mutating func statistics(_ statistics: InterfaceStatistics)
  mutating func end(_ end: RecordingEnd)
}

extension ObservationSink where Self: ~Copyable {
  package mutating func begin(_ recording: RecordingInfo) {}
  package mutating func interface(_ interface: CaptureInterface) {}
  package mutating func packet(_ header: PacketHeader, _ bytes: RawSpan) {}
  package mutating func socketEvent(_ event: SocketEvent, _ payload: RawSpan) {}
  package mutating func process(_ process: ProcessRecord) {}
  package mutating func sample(_ sample: StackSample) {}
  package mutating func stack(_ stack: SampledStack) {}
  package mutating func frame(_ frame: StackFrame) {}
  package mutating func clock(_ snapshot: ClockSnapshot) {}
  package mutating func loss(_ loss: LossRecord) {}
  package mutating func statistics(_ statistics: InterfaceStatistics) {}
  package mutating func end(_ end: RecordingEnd) {}
}
