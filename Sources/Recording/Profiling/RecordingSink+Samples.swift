import BundleFormat
import Capture

/// Stack samples on their way to the file.
extension RecordingSink {
  /// A sample of the ring. Its stack is resolved elsewhere; `appendSymbols` fetches the result.
  mutating func receive(_ record: StackSampleRecord) {
    guard failure == nil, !hasReachedByteLimit, var recorder = sampler.take() else { return }
    let sample = recorder.sample(record)
    sampler = consume recorder
    write { writer throws(BundleError) in try writer.append(kernelSample: sample) }
  }

  /// Stacks and names that were resolved since the last time, and what could not be kept.
  mutating func appendSymbols(time: Timestamp) {
    guard var recorder = sampler.take() else { return }
    let results = recorder.takeResults()
    let loss = recorder.takeLoss(time: time)
    sampler = consume recorder
    append(results, loss)
  }

  /// The last stacks and names, when no sample comes any more.
  mutating func finishSymbols(time: Timestamp) {
    guard var recorder = sampler.take() else { return }
    let results = recorder.finish()
    let loss = recorder.takeLoss(time: time)
    sampleCount = recorder.sampleCount
    append(results, loss)
  }

  private mutating func append(_ results: SymbolizerThread.Results, _ loss: LossRecord?) {
    write { writer throws(BundleError) in
      for frame in results.frames { try writer.append(frame: frame) }
      for stack in results.stacks { try writer.append(stack: stack) }
    }
    if let loss { append(loss) }
  }
}
