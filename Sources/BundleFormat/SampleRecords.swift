import Capture
import Wire

/// The records of stack samples, stacks and symbols; deepflow-bundle(5) has a table for each.
extension ObservationRecords {
  private enum SampleFlag {
    static let time: UInt16 = 1
  }

  /// - Parameter clockOffset: nanoseconds from CLOCK_MONOTONIC, in which the record holds its time, to the sample's clock.
  static func append(_ sample: StackSample, clockOffset: Int64, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.append(sample.eventType.rawValue)
      writer.append(sample.unit.rawValue)
      writer.appendLittleEndian(sample.time == nil ? 0 : SampleFlag.time)
      writer.appendLittleEndian(sample.time.map { $0.nanoseconds &- clockOffset } ?? 0)
      writer.appendLittleEndian(sample.processID)
      writer.appendLittleEndian(sample.threadID)
      writer.appendLittleEndian(sample.processor)
      writer.appendLittleEndian(UInt32(clamping: sample.stack))
      writer.appendLittleEndian(sample.value)
      writer.appendLittleEndian(sample.sampleCount)
      writer.appendLittleEndian(sample.command.words.0)
      writer.appendLittleEndian(sample.command.words.1)
    }
  }

  /// `nil` when the record is too short for its fields; an event type or unit that is unknown gives `.some(nil)`.
  static func sample(_ bytes: RawSpan, _ start: RecordCursor, clockOffset: Int64) -> StackSample?? {
    var record = start
    guard let eventType = record.integer(bytes, as: UInt8.self), let unit = record.integer(bytes, as: UInt8.self),
      let flags = record.integer(bytes, as: UInt16.self), let monotonic = record.integer(bytes, as: Int64.self),
      let processID = record.integer(bytes, as: UInt32.self), let threadID = record.integer(bytes, as: UInt32.self),
      let processor = record.integer(bytes, as: UInt32.self), let stack = record.integer(bytes, as: UInt32.self),
      let value = record.integer(bytes, as: UInt64.self), let sampleCount = record.integer(bytes, as: UInt64.self),
      let first = record.integer(bytes, as: UInt64.self), let second = record.integer(bytes, as: UInt64.self)
    else { return nil }
    guard let eventType = StackSample.EventType(rawValue: eventType), let unit = StackSample.Unit(rawValue: unit) else { return .some(nil) }
    var time: Timestamp?
    if flags & SampleFlag.time != 0 {
      let (sum, overflowed) = monotonic.addingReportingOverflow(clockOffset)
      time = Timestamp(nanoseconds: overflowed ? .max : sum)
    }
    return StackSample(
      eventType: eventType, unit: unit, time: time, processID: processID, threadID: threadID, command: CommandName(words: (first, second)),
      processor: processor, stack: UInt64(stack), value: value, sampleCount: sampleCount)
  }

  static func append(_ stack: SampledStack, to writer: inout ByteWriter) {
    let frames = stack.frames.suffix(Int(CaptureLimits.mostFramesOfStack))
    writer.appendRecord { writer in
      writer.append(stack.truncation.rawValue)
      writer.append(UInt8(0))
      writer.appendLittleEndian(UInt16(frames.count))
      writer.appendLittleEndian(UInt32(clamping: stack.id))
      for frame in frames { writer.appendLittleEndian(UInt32(clamping: frame)) }
    }
  }

  static func stack(_ bytes: RawSpan, _ start: RecordCursor) -> SampledStack? {
    var record = start
    guard let truncation = record.integer(bytes, as: UInt8.self), record.integer(bytes, as: UInt8.self) != nil,
      let frameCount = record.integer(bytes, as: UInt16.self), let id = record.integer(bytes, as: UInt32.self),
      record.end - record.offset >= 4 * Int(frameCount), frameCount <= CaptureLimits.mostFramesOfStack
    else { return nil }
    var frames: [UInt64] = []
    frames.reserveCapacity(Int(frameCount))
    for _ in 0..<frameCount {
      guard let frame = record.integer(bytes, as: UInt32.self) else { return nil }
      frames.append(UInt64(frame))
    }
    return SampledStack(id: UInt64(id), frames: frames, truncation: SampledStack.Truncation(rawValue: truncation))
  }

  static func append(_ frame: StackFrame, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.append(frame.kind.rawValue)
      writer.append(UInt8(0))
      writer.appendLittleEndian(UInt16(0))
      writer.appendLittleEndian(UInt32(clamping: frame.id))
      writer.appendLittleEndian(UInt32(0))
      writer.appendLittleEndian(frame.address)
      writer.appendLittleEndian(frame.moduleAddress)
      writer.appendText(frame.name)
      writer.appendText(frame.module)
      writer.appendText(frame.buildID)
    }
  }

  /// `nil` when the record is too short for its fields; a kind that is unknown gives `.some(nil)`.
  static func frame(_ bytes: RawSpan, _ start: RecordCursor) -> StackFrame?? {
    var record = start
    guard let kind = record.integer(bytes, as: UInt8.self), record.integer(bytes, as: UInt8.self) != nil,
      record.integer(bytes, as: UInt16.self) != nil, let id = record.integer(bytes, as: UInt32.self),
      record.integer(bytes, as: UInt32.self) != nil, let address = record.integer(bytes, as: UInt64.self),
      let moduleAddress = record.integer(bytes, as: UInt64.self), let name = record.text(bytes), let module = record.text(bytes),
      let buildID = record.text(bytes)
    else { return nil }
    guard let kind = StackFrame.Kind(rawValue: kind) else { return .some(nil) }
    return StackFrame(
      id: UInt64(id), kind: kind, address: address, moduleAddress: moduleAddress, name: name, module: module, buildID: buildID)
  }
}
