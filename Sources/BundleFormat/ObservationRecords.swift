import Capture
import Wire

/// The records of the blocks other than socket events. deepflow-bundle(5) has a table for each; the order of the statements here
/// is the order of the fields.
enum ObservationRecords {
  static func append(_ process: ProcessRecord, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.append(process.kind.rawValue)
      writer.append((process.startTime == nil ? 0 : ProcessFlag.startTime) | (process.exitCode == nil ? 0 : ProcessFlag.exitCode))
      writer.appendLittleEndian(UInt16(0))
      writer.appendLittleEndian(process.time.nanoseconds)
      writer.appendLittleEndian(process.processID)
      writer.appendLittleEndian(process.threadID)
      writer.appendLittleEndian(process.parentProcessID)
      writer.appendLittleEndian(process.exitCode ?? 0)
      writer.appendLittleEndian(process.startTime?.nanoseconds ?? 0)
      writer.appendLittleEndian(process.cgroupID)
      writer.appendText(process.command)
      writer.appendText(process.executable)
      writer.appendText(process.arguments)
      writer.appendText(process.cgroup)
    }
  }

  /// `nil` when the record is too short for its fields; a kind that is unknown gives `.some(nil)`.
  static func process(_ bytes: RawSpan, _ start: RecordCursor) -> ProcessRecord?? {
    var record = start
    guard let kind = record.integer(bytes, as: UInt8.self), let flags = record.integer(bytes, as: UInt8.self),
      record.integer(bytes, as: UInt16.self) != nil, let time = record.integer(bytes, as: Int64.self),
      let processID = record.integer(bytes, as: UInt32.self), let threadID = record.integer(bytes, as: UInt32.self),
      let parentProcessID = record.integer(bytes, as: UInt32.self), let exitCode = record.integer(bytes, as: Int32.self),
      let startTime = record.integer(bytes, as: Int64.self), let cgroupID = record.integer(bytes, as: UInt64.self),
      let command = record.text(bytes), let executable = record.text(bytes), let arguments = record.text(bytes),
      let cgroup = record.text(bytes)
    else { return nil }
    guard let kind = ProcessRecord.Kind(rawValue: kind) else { return .some(nil) }
    return ProcessRecord(
      kind: kind, time: Timestamp(nanoseconds: time), processID: processID, threadID: threadID, parentProcessID: parentProcessID,
      command: command, executable: executable, arguments: arguments, cgroup: cgroup, cgroupID: cgroupID,
      startTime: flags & ProcessFlag.startTime != 0 ? Timestamp(nanoseconds: startTime) : nil,
      exitCode: flags & ProcessFlag.exitCode != 0 ? exitCode : nil)
  }

  static func append(_ snapshot: ClockSnapshot, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.appendLittleEndian(UInt32(0))
      writer.appendLittleEndian(snapshot.monotonic)
      writer.appendLittleEndian(snapshot.bootTime)
      writer.appendLittleEndian(snapshot.realTime.nanoseconds)
    }
  }

  static func clock(_ bytes: RawSpan, _ start: RecordCursor) -> ClockSnapshot? {
    var record = start
    guard record.integer(bytes, as: UInt32.self) != nil, let monotonic = record.integer(bytes, as: Int64.self),
      let bootTime = record.integer(bytes, as: Int64.self), let realTime = record.integer(bytes, as: Int64.self)
    else { return nil }
    return ClockSnapshot(monotonic: monotonic, bootTime: bootTime, realTime: Timestamp(nanoseconds: realTime))
  }

  static func append(_ loss: LossRecord, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.append(loss.source.rawValue)
      writer.append(loss.cause.rawValue)
      writer.appendLittleEndian(UInt16(0))
      writer.appendLittleEndian(loss.time.nanoseconds)
      writer.appendLittleEndian(loss.count)
      writer.appendLittleEndian(loss.byteCount)
      writer.appendText(loss.place)
    }
  }

  /// `nil` when the record is too short for its fields; a source or cause that is unknown gives `.some(nil)`.
  static func loss(_ bytes: RawSpan, _ start: RecordCursor) -> LossRecord?? {
    var record = start
    guard let source = record.integer(bytes, as: UInt8.self), let cause = record.integer(bytes, as: UInt8.self),
      record.integer(bytes, as: UInt16.self) != nil, let time = record.integer(bytes, as: Int64.self),
      let count = record.integer(bytes, as: UInt64.self), let byteCount = record.integer(bytes, as: UInt64.self),
      let place = record.text(bytes)
    else { return nil }
    guard let source = LossRecord.Source(rawValue: source), let cause = LossRecord.Cause(rawValue: cause) else { return .some(nil) }
    return LossRecord(
      time: Timestamp(nanoseconds: time), source: source, cause: cause, place: place, count: count, byteCount: byteCount)
  }

  static func append(_ info: RecordingInfo, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.appendLittleEndian(info.processorCount)
      writer.appendLittleEndian(info.startTime.nanoseconds)
      writer.appendLittleEndian(info.payloadByteLimit)
      writer.appendLittleEndian(UInt32(0))
      writer.appendText(info.recordingID)
      writer.appendText(info.host)
      writer.appendText(info.kernel)
      writer.appendText(info.machine)
      writer.appendText(info.program)
      writer.appendText(info.commandLine)
      writer.appendTexts(info.sources)
      writer.appendTexts(info.missing)
      writer.appendTexts(info.options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    }
  }

  static func information(_ bytes: RawSpan, _ start: RecordCursor) -> RecordingInfo? {
    var record = start
    guard let processorCount = record.integer(bytes, as: UInt32.self), let startTime = record.integer(bytes, as: Int64.self),
      let payloadByteLimit = record.integer(bytes, as: UInt32.self), record.integer(bytes, as: UInt32.self) != nil,
      let recordingID = record.text(bytes), let host = record.text(bytes), let kernel = record.text(bytes),
      let machine = record.text(bytes), let program = record.text(bytes), let commandLine = record.text(bytes),
      let sources = record.texts(bytes), let missing = record.texts(bytes), let pairs = record.texts(bytes), pairs.count % 2 == 0
    else { return nil }
    var options: [String: String] = [:]
    for index in stride(from: 0, to: pairs.count, by: 2) { options[pairs[index]] = pairs[index + 1] }
    return RecordingInfo(
      recordingID: recordingID, host: host, kernel: kernel, machine: machine, processorCount: processorCount, program: program,
      commandLine: commandLine, startTime: Timestamp(nanoseconds: startTime), sources: sources, missing: missing,
      payloadByteLimit: payloadByteLimit, options: options)
  }

  static func append(_ end: RecordingEnd, _ index: ClosingIndex, to writer: inout ByteWriter) {
    writer.appendRecord { writer in
      writer.appendLittleEndian(UInt32(index.entries.count))
      writer.appendLittleEndian(end.time.nanoseconds)
      writer.appendLittleEndian(end.packetCount)
      writer.appendLittleEndian(end.socketEventCount)
      writer.appendLittleEndian(index.byteCount)
      writer.appendLittleEndian(index.checksum)
      writer.appendLittleEndian(UInt32(0))
      for entry in index.entries {
        writer.appendLittleEndian(entry.blockType)
        writer.appendLittleEndian(entry.kind)
        writer.appendLittleEndian(UInt16(0))
        writer.appendLittleEndian(entry.blockCount)
        writer.appendLittleEndian(entry.recordCount)
      }
      writer.appendText(end.reason)
    }
  }

  static func end(_ bytes: RawSpan, _ start: RecordCursor) -> (end: RecordingEnd, index: ClosingIndex)? {
    var record = start
    guard let entryCount = record.integer(bytes, as: UInt32.self), let time = record.integer(bytes, as: Int64.self),
      let packetCount = record.integer(bytes, as: UInt64.self), let socketEventCount = record.integer(bytes, as: UInt64.self),
      let byteCount = record.integer(bytes, as: UInt64.self), let checksum = record.integer(bytes, as: UInt32.self),
      record.integer(bytes, as: UInt32.self) != nil
    else { return nil }
    var index = ClosingIndex(byteCount: byteCount, checksum: checksum)
    for _ in 0..<entryCount {
      guard let type = record.integer(bytes, as: UInt32.self), let kind = record.integer(bytes, as: UInt16.self),
        record.integer(bytes, as: UInt16.self) != nil, let blockCount = record.integer(bytes, as: UInt64.self),
        let recordCount = record.integer(bytes, as: UInt64.self)
      else { return nil }
      index.entries.append(
        ClosingIndex.Entry(blockType: type, kind: kind, blockCount: blockCount, recordCount: recordCount, byteCount: 0))
    }
    guard let reason = record.text(bytes) else { return nil }
    let end = RecordingEnd(
      time: Timestamp(nanoseconds: time), packetCount: packetCount, socketEventCount: socketEventCount, reason: reason)
    return (end, index)
  }

  private enum ProcessFlag {
    static let startTime: UInt8 = 1
    static let exitCode: UInt8 = 2
  }
}
