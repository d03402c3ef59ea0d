package import Capture

/// Collects samples, stacks and frames in any order, and sums them up at the end.
///
/// Memory follows the distinct stacks of threads, not the samples.
package struct SampleStore: Sendable {
  /// Distinct pairs of a thread and a stack. Samples of further ones are counted in `droppedSampleCount`.
  package static let largestEntryCount = 4_000_000
  /// Distinct stacks, frames over all of them, and memory for names. A sample whose stack is beyond counts as one without a stack, a
  /// frame as an unknown one. No recording of ours comes near.
  package static let largestStackCount = 4_000_000
  package static let largestFrameReferenceCount = 64_000_000
  package static let largestNameByteCount = 256 << 20
  /// Bytes kept of one name.
  package static let longestName = 1024

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
  private var frameReferenceCount = 0
  private var frames: [UInt64: Place] = [:]
  private var nameByteCount = 0

  /// What folded text needs of a frame.
  fileprivate struct Place {
    var kind: StackFrame.Kind
    /// The label of a function, the name of a process or thread.
    var text: String
  }

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

  package mutating func add(_ stack: SampledStack) {
    frameReferenceCount -= stacks[stack.id]?.frames.count ?? 0
    guard stacks.count < SampleStore.largestStackCount,
      frameReferenceCount + stack.frames.count <= SampleStore.largestFrameReferenceCount
    else {
      stacks[stack.id] = nil
      return
    }
    frameReferenceCount += stack.frames.count
    stacks[stack.id] = stack
  }

  /// A later frame of the same number replaces an earlier one: names may become known late.
  package mutating func add(_ frame: StackFrame) {
    let isFunction = frame.kind != .process && frame.kind != .thread
    var text = isFunction ? FrameLabel.of(frame) : frame.name
    if text.utf8.count > SampleStore.longestName { text = String(decoding: text.utf8.prefix(SampleStore.longestName), as: UTF8.self) }
    nameByteCount -= frames[frame.id]?.text.utf8.count ?? 0
    guard nameByteCount + text.utf8.count <= SampleStore.largestNameByteCount else {
      frames[frame.id] = nil
      return
    }
    nameByteCount += text.utf8.count
    frames[frame.id] = Place(kind: frame.kind, text: text)
  }

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
      for number in (sampled?.frames ?? []).reversed() {
        let frame = frames[number] ?? Place(kind: .unknown, text: FrameLabel.unknown)
        switch frame.kind {
        // Names that an imported stack carries itself.
        case .process: stack.processName = frame.text
        case .thread: stack.threadName = frame.text
        case .kernel: stack.frames.append(builder.label(number, frame.text))
        default:
          hasUserFrames = true
          stack.frames.append(builder.label(number, frame.text))
        }
      }
      if stack.processName.isEmpty {
        stack.processName = processName(entry.key.processID, entry.firstTime) ?? entry.key.command.description
      }
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

  mutating func label(_ frame: UInt64, _ text: String) -> Int32 {
    if let known = labelOfFrame[frame] { return known }
    let number = numberOfLabel[text] ?? Int32(clamping: profile.labels.count)
    if Int(number) == profile.labels.count {
      numberOfLabel[text] = number
      profile.labels.append(text)
    }
    labelOfFrame[frame] = number
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
