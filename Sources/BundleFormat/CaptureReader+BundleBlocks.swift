import Capture
import Wire

/// Our own blocks.
extension CaptureReader {
  mutating func readBundleBlock<Sink: ObservationSink & ~Copyable>(_ bytes: RawSpan, _ block: Range<Int>, into sink: inout Sink) {
    let body = block.lowerBound + PcapngBlock.headerByteCount
    let end = block.upperBound - PcapngBlock.trailerByteCount
    // Without our magic it is somebody else's local use of the same number.
    guard bytes.hasBytes(BundleBlock.magic, at: body) else { return }
    guard let header = BundleBlock.Header(bytes, body: body, end: end), header.isIntact(bytes, body: body),
      header.payloadByteCount <= CaptureLimits.longestPayload
    else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    guard let kind = BundleBlock.Kind(rawValue: header.kind), header.version <= kind.version,
      header.flags & ~BundleBlock.Flag.known == 0
    else {
      losses.addUnknown(byteCount: block.count)
      return
    }
    let stored = body + BundleBlock.headerByteCount..<body + BundleBlock.headerByteCount + header.storedByteCount
    if header.flags & BundleBlock.Flag.zstd != 0 {
      let decompressed = bytes.extracting(stored).withUnsafeBytes {
        decoder.decompress($0, byteCount: header.payloadByteCount)
      }
      guard let decompressed else {
        losses.addDamaged(byteCount: block.count)
        return
      }
      readPayload(kind, decompressed.bytes, into: &sink)
    } else {
      readPayload(kind, bytes.extracting(stored), into: &sink)
    }
  }

  private mutating func readPayload<Sink: ObservationSink & ~Copyable>(
    _ kind: BundleBlock.Kind, _ payload: RawSpan, into sink: inout Sink
  ) {
    if kind == .socketEvents {
      readSocketEvents(payload, into: &sink)
      return
    }
    var offset = 0
    while offset < payload.byteCount {
      guard let record = RecordCursor(payload, at: offset) else {
        losses.addDamaged(byteCount: payload.byteCount - offset)
        return
      }
      if !deliver(kind, payload, record, into: &sink) { losses.addDamaged(byteCount: record.end - offset) }
      offset = record.end
    }
  }

  private mutating func readSocketEvents<Sink: ObservationSink & ~Copyable>(_ payload: RawSpan, into sink: inout Sink) {
    var offset = 0
    while offset < payload.byteCount {
      guard let length = KernelRecord.length(payload, at: offset) else {
        losses.addDamaged(byteCount: payload.byteCount - offset)
        return
      }
      if let (event, range) = KernelRecord.decode(payload, at: offset, ordinal: numbering.nextOrdinal, clockOffset: clockOffset ?? 0) {
        if clockOffset == nil { losses.addClockless() } else { losses.latestTime = event.exitTime }
        numbering.nextOrdinal += 1
        sink.socketEvent(event, payload.extracting(range))
      } else {
        losses.addUnknown(byteCount: length)
      }
      offset += length
    }
  }

  /// Delivers one record; `false` when its fields do not fit into it.
  private mutating func deliver<Sink: ObservationSink & ~Copyable>(
    _ kind: BundleBlock.Kind, _ payload: RawSpan, _ record: RecordCursor, into sink: inout Sink
  ) -> Bool {
    switch kind {
    case .socketEvents: return false
    case .processes:
      guard let decoded = ObservationRecords.process(payload, record) else { return false }
      if let process = decoded { sink.process(process) } else { losses.addUnknown(byteCount: record.end - record.offset) }
    case .clocks:
      guard let snapshot = ObservationRecords.clock(payload, record) else { return false }
      let (offset, overflowed) = snapshot.realTime.nanoseconds.subtractingReportingOverflow(snapshot.monotonic)
      if overflowed { return false }
      clockOffset = offset
      losses.latestTime = snapshot.realTime
      sink.clock(snapshot)
    case .losses:
      guard let decoded = ObservationRecords.loss(payload, record) else { return false }
      if let loss = decoded { sink.loss(loss) } else { losses.addUnknown(byteCount: record.end - record.offset) }
    case .information:
      guard let info = ObservationRecords.information(payload, record) else { return false }
      recordingID = info.recordingID.isEmpty ? nil : info.recordingID
      sink.begin(info)
    case .samples:
      guard let decoded = ObservationRecords.sample(payload, record, clockOffset: clockOffset ?? 0) else { return false }
      guard var sample = decoded, let stack = numbering.stackNumber(sample.stack) else {
        losses.addUnknown(byteCount: record.end - record.offset)
        return true
      }
      sample.stack = stack
      if let time = sample.time { losses.latestTime = time }
      sink.sample(sample)
    case .stacks:
      guard var stack = ObservationRecords.stack(payload, record), let number = numbering.stackNumber(stack.id) else { return false }
      stack.id = number
      for index in stack.frames.indices { stack.frames[index] = numbering.frameNumber(stack.frames[index]) ?? .max }
      sink.stack(stack)
    case .symbols:
      guard let decoded = ObservationRecords.frame(payload, record) else { return false }
      guard var frame = decoded, let number = numbering.frameNumber(frame.id) else {
        losses.addUnknown(byteCount: record.end - record.offset)
        return true
      }
      frame.id = number
      sink.frame(frame)
    case .end:
      guard let (end, index) = ObservationRecords.end(payload, record) else { return false }
      if var counted = tally {
        counted.stated = index
        counted.countedAtEnd = counted.index
        tally = counted
      }
      sink.end(end)
    }
    return true
  }
}
