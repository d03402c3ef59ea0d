import Capture
import Glibc

/// The recorder's side of stack samples: gives each distinct stack a number, has it resolved, and follows which program a process
/// runs, so that addresses of one program are not looked up in the next.
struct SampleRecorder {
  /// Distinct stacks of a recording. What comes on top is sampled without its stack, and counted.
  static let largestStackCount = 262_144
  /// Processes whose executed programs are counted; beyond it (lost exit records) the memory starts anew.
  static let largestProcessCount = 262_144
  /// The stack of samples whose own could not be kept: it has no frames.
  static let noStack: UInt64 = 0

  private struct StackKey: Hashable {
    var image: ProcessImage.Key
    var kernel: [UInt64]
    var user: [UInt64]
  }

  private let thread: SymbolizerThread
  private let periodMicroseconds: UInt64
  private var stacks: [StackKey: UInt64] = [:]
  private var generations: [UInt32: UInt32] = [:]
  private var nextGeneration: UInt32 = 1
  /// Programs whose maps were ordered at their first sample.
  private var seen: Set<ProcessImage.Key> = []
  private(set) var sampleCount: UInt64 = 0
  /// Samples whose stack was not kept since this was last asked for.
  private var lostStackCount: UInt64 = 0
  private var hasGivenNoStack = false

  /// `nil` when no thread can be started.
  init?(frequency: Int) {
    thread = SymbolizerThread(seesProcesses: RecordingRequirements.isInRootProcessNamespace)
    periodMicroseconds = UInt64((1_000_000 + frequency / 2) / max(frequency, 1))
    guard thread.start() else { return nil }
  }

  /// The sample of a record, its time still in CLOCK_MONOTONIC.
  mutating func sample(_ record: StackSampleRecord) -> StackSample {
    sampleCount += 1
    // Kernel stacks are the same in every process.
    let isKernelOnly = record.userAddresses.isEmpty
    let image = ProcessImage.Key(
      processID: isKernelOnly ? 0 : record.processID, generation: isKernelOnly ? 0 : generations[record.processID] ?? 0)
    if !isKernelOnly, !seen.contains(image) {
      if seen.count >= SampleRecorder.largestProcessCount { seen.removeAll() }
      // A full queue has it tried again at the next sample.
      if thread.readImage(image) { seen.insert(image) }
    }
    let key = StackKey(image: image, kernel: record.kernelAddresses, user: record.userAddresses)
    return StackSample(
      eventType: .onCPU, unit: .microseconds, time: Timestamp(nanoseconds: record.timeNanoseconds), processID: record.processID,
      threadID: record.threadID, command: record.command, processor: record.processor, stack: number(key), value: periodMicroseconds)
  }

  private mutating func number(_ key: StackKey) -> UInt64 {
    if let known = stacks[key] { return known }
    let number = UInt64(stacks.count + 1)
    guard stacks.count < SampleRecorder.largestStackCount,
      thread.add(.resolve(stack: number, image: key.image, kernel: key.kernel, user: key.user))
    else {
      lostStackCount += 1
      return SampleRecorder.noStack
    }
    stacks[key] = number
    return number
  }

  /// Follows the life of processes.
  mutating func observe(_ event: ProcessKernelEvent) {
    switch event.kind {
    case .fork where event.threadID == event.processID:
      // Numbers of processes are used again: a new process is never taken for its predecessor.
      let parent = ProcessImage.Key(processID: event.parentProcessID, generation: generations[event.parentProcessID] ?? 0)
      _ = thread.add(.inheritImage(child: advance(event.processID), parent: parent))
    case .exec: _ = thread.readImage(advance(event.processID))
    default: break
    }
  }

  /// A new program in the process, or a new process of the number.
  private mutating func advance(_ processID: UInt32) -> ProcessImage.Key {
    if generations.count >= SampleRecorder.largestProcessCount { generations.removeAll() }
    let generation = nextGeneration
    nextGeneration &+= 1
    generations[processID] = generation
    return ProcessImage.Key(processID: processID, generation: generation)
  }

  /// Stacks and frames that were resolved since the last call.
  mutating func takeResults() -> SymbolizerThread.Results { withNoStack(thread.takeResults()) }

  /// The last ones; to be called once, when no sample comes any more.
  mutating func finish() -> SymbolizerThread.Results { withNoStack(thread.finish()) }

  private mutating func withNoStack(_ results: SymbolizerThread.Results) -> SymbolizerThread.Results {
    guard lostStackCount > 0, !hasGivenNoStack else { return results }
    hasGivenNoStack = true
    var results = results
    results.stacks.append(SampledStack(id: SampleRecorder.noStack, frames: []))
    return results
  }

  /// The line of the loss ledger for stacks that were not kept, when there are any.
  mutating func takeLoss(time: Timestamp) -> LossRecord? {
    guard lostStackCount > 0 else { return nil }
    defer { lostStackCount = 0 }
    return LossRecord(time: time, source: .samples, cause: .memoryLimit, place: "stacks", count: lostStackCount)
  }
}
