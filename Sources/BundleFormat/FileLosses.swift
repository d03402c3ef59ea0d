import Capture

/// What one file lacks, counted while it is read and delivered at its end.
struct FileLosses {
  let path: String
  /// Time of the latest observation before the damage; losses carry it, since they have no time of their own.
  var latestTime = Timestamp(nanoseconds: 0)

  private var damagedCount: UInt64 = 0
  private var damagedByteCount: UInt64 = 0
  private var unknownCount: UInt64 = 0
  private var unknownByteCount: UInt64 = 0
  /// Socket events whose times could not be converted.
  private var clocklessCount: UInt64 = 0
  private var truncation: LossRecord?

  init(path: String) { self.path = path }

  /// A block or record was skipped because its contents contradict themselves.
  mutating func addDamaged(byteCount: Int) {
    damagedCount &+= 1
    damagedByteCount &+= UInt64(byteCount)
  }

  /// A block or records of ours are of a kind or version that this program does not know.
  mutating func addUnknown(count: UInt64 = 1, byteCount: Int) {
    unknownCount &+= count
    unknownByteCount &+= UInt64(byteCount)
  }

  mutating func addClockless() { clocklessCount &+= 1 }

  /// Reading ends before the end of the file's contents. Only the first cause counts.
  mutating func end(_ cause: LossRecord.Cause, missingByteCount: Int = 0) {
    guard truncation == nil else { return }
    truncation = LossRecord(
      time: latestTime, source: .file, cause: cause, place: path, count: 1, byteCount: UInt64(max(0, missingByteCount)))
  }

  func deliver<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) {
    func deliver(_ cause: LossRecord.Cause, _ place: String, _ count: UInt64, _ byteCount: UInt64) {
      guard count > 0 else { return }
      sink.loss(LossRecord(time: latestTime, source: .file, cause: cause, place: place, count: count, byteCount: byteCount))
    }
    deliver(.unknownBlock, path, unknownCount, unknownByteCount)
    deliver(.damagedBlock, path, damagedCount, damagedByteCount)
    deliver(.damagedBlock, "\(path): no clock snapshot before these socket events", clocklessCount, 0)
    if let truncation { sink.loss(truncation) }
  }
}
