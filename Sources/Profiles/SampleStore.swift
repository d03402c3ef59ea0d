package import Capture

/// Collects samples, stacks and frames in any order, and sums them up at the end.
///
/// Memory follows the distinct stacks of threads, not the samples.
package struct SampleStore: Sendable {
  /// Distinct pairs of a thread and a stack. Samples of further ones are counted in `droppedSampleCount`.
  package static let largestEntryCount = 4_000_000

  /// Only samples in this range of time, nanoseconds since the epoch; `nil` for all. Samples without a time are left out by any range.
  package var window: Range<Int64>?
  package private(set) var droppedSampleCount: UInt64 = 0

  private struct Key: Hashable {
    var eventType: StackSample.EventType
    var unit: StackSample.Unit
    var processID: UInt32
    var threadID: UInt32
    var command: CommandName
    var stack: UInt64
  }

  private struct Entry {
    var key: Key
    var value: UInt64
    var sampleCount: UInt64
    var firstTime: Timestamp?
  }

  private var entries: [Entry] = []
  private var indexOfEntry: [Key: Int] = [:]
  private var stacks: [UInt64: SampledStack] = [:]
  private var frames: [UInt64: StackFrame] = [:]

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  package mutating func add(_ sample: StackSample) {
    if let window {
      guard let time = sample.time, window.contains(time.nanoseconds) else { return }
    }
    let key = Key(
      eventType: sample.eventType, unit: sample.unit, processID: sample.processID, threadID: sample.threadID, command: sample.command,
      stack: sample.stack)
    if let index = indexOfEntry[key] {
      entries[index].value &+= sample.value
      entries[index].sampleCount &+= sample.sampleCount
      return
    }
    guard entries.count < SampleStore.largestEntryCount else {
      droppedSampleCount &+= sample.sampleCount
      return
    }
    indexOfEntry[key] = entries.count
    entries.append(Entry(key: key, value: sample.value, sampleCount: sample.sampleCount, firstTime: sample.time))
  }

  package mutating func add(_ stack: SampledStack) { stacks[stack.id] = stack }

  /// A later frame of the same number replaces an earlier one: names may become known late.
  package mutating func add(_ frame: StackFrame) { frames[frame.id] = frame }

  /// The sums. Stacks that differ in addresses only, not in names, become one.
  ///
  /// - Parameter processName: the name that a process had at a time, if it is known.
  package func folded(processName: (UInt32, Timestamp?) -> String?) -> FoldedProfile {
    var builder = FoldedBuilder()
    for entry in entries {
      var stack = FoldedStack(
        eventType: entry.key.eventType, unit: entry.key.unit, processID: entry.key.processID, threadID: entry.key.threadID,
        processName: "", threadName: entry.key.command.description, frames: [], value: entry.value, sampleCount: entry.sampleCount)
      var hasUserFrames = false
      let sampled = stacks[entry.key.stack]
      var outermostFirst: [StackFrame] = []
      for number in (sampled?.frames ?? []).reversed() {
        let frame = frames[number] ?? StackFrame(id: number, kind: .unknown, name: "")
        switch frame.kind {
        // Names that an imported stack carries itself.
        case .process: stack.processName = frame.name
        case .thread: stack.threadName = frame.name
        case .kernel: outermostFirst.append(frame)
        default:
          hasUserFrames = true
          outermostFirst.append(frame)
        }
      }
      if stack.processName.isEmpty {
        stack.processName = processName(entry.key.processID, entry.firstTime) ?? entry.key.command.description
      }
      stack.frames = outermostFirst.map { builder.label($0) }
      builder.add(stack, truncation: sampled?.truncation, hasUserFrames: hasUserFrames)
    }
    return builder.finish()
  }
}

/// Puts folded stacks together and in order.
private struct FoldedBuilder {
  private struct Key: Hashable {
    var eventType: StackSample.EventType
    var unit: StackSample.Unit
    var processID: UInt32
    var threadID: UInt32
    var processName: String
    var threadName: String
    var frames: [Int32]
  }

  private var profile = FoldedProfile()
  private var labelOfFrame: [UInt64: Int32] = [:]
  private var numberOfLabel: [String: Int32] = [:]
  private var indexOfStack: [Key: Int] = [:]

  mutating func label(_ frame: StackFrame) -> Int32 {
    if let known = labelOfFrame[frame.id] { return known }
    let text = FrameLabel.of(frame)
    let number = numberOfLabel[text] ?? Int32(clamping: profile.labels.count)
    if Int(number) == profile.labels.count {
      numberOfLabel[text] = number
      profile.labels.append(text)
    }
    labelOfFrame[frame.id] = number
    return number
  }

  /// - Parameter truncation: `nil` when the stack is not in the file.
  mutating func add(_ stack: FoldedStack, truncation: SampledStack.Truncation?, hasUserFrames: Bool) {
    var stack = stack
    if hasUserFrames { stack.userStackCount = stack.sampleCount }
    if truncation?.contains(.userIncomplete) == true { stack.incompleteCount = stack.sampleCount }
    if let truncation, !truncation.isDisjoint(with: [.userFrameLimit, .kernelFrameLimit]) { stack.frameLimitCount = stack.sampleCount }
    if truncation == nil { stack.missingStackCount = stack.sampleCount }
    let key = Key(
      eventType: stack.eventType, unit: stack.unit, processID: stack.processID, threadID: stack.threadID, processName: stack.processName,
      threadName: stack.threadName, frames: stack.frames)
    if let index = indexOfStack[key] {
      profile.stacks[index].value &+= stack.value
      profile.stacks[index].sampleCount &+= stack.sampleCount
      profile.stacks[index].userStackCount &+= stack.userStackCount
      profile.stacks[index].incompleteCount &+= stack.incompleteCount
      profile.stacks[index].frameLimitCount &+= stack.frameLimitCount
      profile.stacks[index].missingStackCount &+= stack.missingStackCount
      return
    }
    indexOfStack[key] = profile.stacks.count
    profile.stacks.append(stack)
  }

  consuming func finish() -> FoldedProfile {
    // Labels by rank, so that stacks are compared as texts without comparing texts.
    let order = profile.labels.indices.sorted { profile.labels[$0] < profile.labels[$1] }
    var rank = [Int32](repeating: 0, count: order.count)
    for (position, label) in order.enumerated() { rank[label] = Int32(clamping: position) }
    profile.stacks.sort { left, right in
      let (a, b) = (left, right)
      if a.eventType != b.eventType { return a.eventType.rawValue < b.eventType.rawValue }
      if a.processID != b.processID { return a.processID < b.processID }
      if a.processName != b.processName { return a.processName < b.processName }
      if a.threadID != b.threadID { return a.threadID < b.threadID }
      if a.threadName != b.threadName { return a.threadName < b.threadName }
      if a.unit != b.unit { return a.unit.rawValue < b.unit.rawValue }
      return a.frames.lexicographicallyPrecedes(b.frames) { rank[Int($0)] < rank[Int($1)] }
    }
    return profile
  }
}
