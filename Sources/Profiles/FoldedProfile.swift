package import Capture

/// A distinct stack of one thread with what it cost: one line of folded text.
package struct FoldedStack: Hashable, Sendable {
  package var eventType: StackSample.EventType
  package var unit: StackSample.Unit
  /// 0 when not known.
  package var processID: UInt32
  package var threadID: UInt32
  package var processName: String
  package var threadName: String
  /// Functions, outermost first, as positions in the profile's `labels`.
  package var frames: [Int32]
  /// In `unit`.
  package var value: UInt64
  package var sampleCount: UInt64
  /// Samples with a stack of the program (not of the kernel alone).
  package var userStackCount: UInt64 = 0
  /// Of these, samples whose stack ends before the beginning of its thread, because code without frame pointers is on the way.
  package var incompleteCount: UInt64 = 0
  /// Samples whose stack is deeper than the recorder follows.
  package var frameLimitCount: UInt64 = 0
  /// Samples whose stack is not in the file.
  package var missingStackCount: UInt64 = 0
}

/// What can be said of several stacks together.
package struct ProfileSummary: Hashable, Sendable {
  package var sampleCount: UInt64 = 0
  package var userStackCount: UInt64 = 0
  package var incompleteCount: UInt64 = 0
  package var frameLimitCount: UInt64 = 0
  package var missingStackCount: UInt64 = 0
  /// In `unit`.
  package var value: UInt64 = 0
  package var unit = StackSample.Unit.samples

  package init() {}

  /// The share of samples with a program's stack that do not reach their thread's beginning: 0…1.
  package var incompleteShare: Double { userStackCount == 0 ? 0 : Double(incompleteCount) / Double(userStackCount) }
}

/// Samples summed up by thread and stack.
package struct FoldedProfile: Sendable {
  /// Every distinct function, in the order in which the stacks name them first.
  package var labels: [String] = []
  /// Sorted by event type, process, thread, then stack.
  package var stacks: [FoldedStack] = []

  package init() {}

  package func summary(of chosen: [Int]) -> ProfileSummary {
    var summary = ProfileSummary()
    summary.unit = unit(of: chosen)
    for index in chosen {
      let stack = stacks[index]
      summary.sampleCount &+= stack.sampleCount
      summary.userStackCount &+= stack.userStackCount
      summary.incompleteCount &+= stack.incompleteCount
      summary.frameLimitCount &+= stack.frameLimitCount
      summary.missingStackCount &+= stack.missingStackCount
      summary.value &+= value(index, in: summary.unit)
    }
    return summary
  }

  /// What the chosen stacks are measured in: their own unit, or samples when they do not agree.
  package func unit(of chosen: some Sequence<Int>) -> StackSample.Unit {
    var common: StackSample.Unit?
    for index in chosen {
      if let common, common != stacks[index].unit { return .samples }
      common = stacks[index].unit
    }
    return common ?? .samples
  }

  /// The value of a stack in the unit that was chosen for all.
  package func value(_ index: Int, in unit: StackSample.Unit) -> UInt64 {
    stacks[index].unit == unit ? stacks[index].value : stacks[index].sampleCount
  }

  /// `process;[t] thread;outermost;…;innermost`.
  package func foldedText(_ index: Int) -> String {
    let stack = stacks[index]
    var text = FrameLabel.safe(stack.processName) + ";" + FrameLabel.threadPrefix + FrameLabel.safe(stack.threadName)
    for frame in stack.frames {
      text += ";"
      text += labels[Int(frame)]
    }
    return text
  }
}
