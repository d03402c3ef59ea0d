package import Capture
import Wire

/// Records of one kind on their way to a block.
struct RecordBatch {
  var records = ByteWriter()
  var count: UInt32 = 0
}

/// Stack samples, and the stacks and symbols they refer to.
extension BundleWriter {
  /// Appends a stack sample whose time is in CLOCK_MONOTONIC, as the kernel gives it.
  package mutating func append(kernelSample sample: StackSample) throws(BundleError) {
    try append(sample, clockOffset: 0)
  }

  /// Appends a stack sample that was read from a file. Its time is stored relative to the latest clock snapshot.
  package mutating func append(sample: StackSample) throws(BundleError) {
    try append(sample, clockOffset: clockOffset)
  }

  private mutating func append(_ sample: StackSample, clockOffset: Int64) throws(BundleError) {
    ObservationRecords.append(sample, clockOffset: clockOffset, to: &samples.records)
    samples.count += 1
    if samples.records.count >= BundleWriter.batchByteCount { try closeSamples() }
  }

  package mutating func append(stack: SampledStack) throws(BundleError) {
    ObservationRecords.append(stack, to: &stacks.records)
    stacks.count += 1
    if stacks.records.count >= BundleWriter.batchByteCount { try closeStacks() }
  }

  package mutating func append(frame: StackFrame) throws(BundleError) {
    ObservationRecords.append(frame, to: &symbols.records)
    symbols.count += 1
    if symbols.records.count >= BundleWriter.batchByteCount { try closeStacks() }
  }

  /// To be called before a clock snapshot: the samples so far belong to the one before.
  mutating func closeSamples() throws(BundleError) {
    var batch = RecordBatch()
    swap(&batch, &samples)
    try appendBatch(batch, .samples)
  }

  mutating func closeStacks() throws(BundleError) {
    var batch = RecordBatch()
    swap(&batch, &symbols)
    try appendBatch(batch, .symbols)
    batch = RecordBatch()
    swap(&batch, &stacks)
    try appendBatch(batch, .stacks)
  }

  private mutating func appendBatch(_ batch: RecordBatch, _ kind: BundleBlock.Kind) throws(BundleError) {
    guard batch.count > 0 else { return }
    try appendRecords(batch.records, kind, count: batch.count, compresses: true)
  }
}
