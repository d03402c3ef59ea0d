/// One stack, as a thread had it at one moment, or as a profile that was imported sums it up.
///
/// What the stack is, a `SampledStack` of the same number says: before or after the sample, since names are looked up while
/// the recording goes on.
package struct StackSample: Hashable, Sendable {
  package enum EventType: UInt8, CaseIterable, Sendable {
    /// The thread was running.
    case onCPU = 1
    /// It was waiting.
    case offCPU = 2
    case memoryAllocated = 3
    case memoryInUse = 4

    /// The value of the column `event_type`, and of flags.
    package var name: StaticString {
      switch self {
      case .onCPU: "on-cpu"
      case .offCPU: "off-cpu"
      case .memoryAllocated: "mem-alloc"
      case .memoryInUse: "mem-inuse"
      }
    }
  }

  /// What `value` counts.
  package enum Unit: UInt8, CaseIterable, Sendable {
    case microseconds = 1
    case bytes = 2
    case samples = 3

    package var name: StaticString {
      switch self {
      case .microseconds: "us"
      case .bytes: "bytes"
      case .samples: "samples"
      }
    }
  }

  package var eventType: EventType
  package var unit: Unit
  /// `nil` in profiles that have no times. In files this is CLOCK_MONOTONIC; a reader converts it with the file's clock snapshots.
  package var time: Timestamp?
  /// 0 when not known.
  package var processID: UInt32
  package var threadID: UInt32
  package var command: CommandName
  package var processor: UInt32
  /// Number of the `SampledStack`.
  package var stack: UInt64
  /// In `unit`; of an on-CPU sample the time between two samples.
  package var value: UInt64
  /// Samples that are summed up in this one.
  package var sampleCount: UInt64

  package init(
    eventType: EventType, unit: Unit, time: Timestamp?, processID: UInt32, threadID: UInt32, command: CommandName, processor: UInt32 = 0,
    stack: UInt64, value: UInt64, sampleCount: UInt64 = 1
  ) {
    self.eventType = eventType
    self.unit = unit
    self.time = time
    self.processID = processID
    self.threadID = threadID
    self.command = command
    self.processor = processor
    self.stack = stack
    self.value = value
    self.sampleCount = sampleCount
  }
}

/// A place in a program that stacks go through, with the name that the recording node gave it.
package struct StackFrame: Hashable, Sendable {
  package enum Kind: UInt8, CaseIterable, Sendable {
    case kernel = 1
    /// In the program itself.
    case application = 2
    /// In a shared library, or what the kernel maps like one.
    case library = 3
    /// In code that was made while the program ran, by its own account (`perf-PID.map`).
    case generated = 4
    /// Nothing is known of the address.
    case unknown = 5
    /// Not code: the name of a process, the outermost frame of imported stacks that have one.
    case process = 6
    /// Not code: the name of a thread, next to the process.
    case thread = 7
  }

  /// Number of the frame within the analysis.
  package var id: UInt64
  package var kind: Kind
  /// Virtual address at which the name was looked up; of a caller that is one byte before the return address. 0 when not known.
  package var address: UInt64
  /// The same in the module's own addresses (as its symbol table has them), by which it can be looked up again.
  package var moduleAddress: UInt64
  /// Function; empty when not known.
  package var name: String
  /// Path of the program or library, or the kernel module; empty when not known.
  package var module: String
  /// GNU build identifier of the module, hexadecimal; empty when not known.
  package var buildID: String

  package init(
    id: UInt64, kind: Kind, address: UInt64 = 0, moduleAddress: UInt64 = 0, name: String, module: String = "", buildID: String = ""
  ) {
    self.id = id
    self.kind = kind
    self.address = address
    self.moduleAddress = moduleAddress
    self.name = name
    self.module = module
    self.buildID = buildID
  }
}

/// A distinct stack: frames by their numbers, and what is missing of it.
package struct SampledStack: Hashable, Sendable {
  package struct Truncation: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The user part ends at the limit of frames.
    package static let userFrameLimit = Truncation(rawValue: 1)
    package static let kernelFrameLimit = Truncation(rawValue: 2)
    /// The user part does not reach where its thread began: code without frame pointers is on the way.
    package static let userIncomplete = Truncation(rawValue: 4)
  }

  /// Number of the stack within the analysis.
  package var id: UInt64
  /// Numbers of `StackFrame`s, innermost first; the kernel's before the program's.
  package var frames: [UInt64]
  package var truncation: Truncation

  package init(id: UInt64, frames: [UInt64], truncation: Truncation = []) {
    self.id = id
    self.frames = frames
    self.truncation = truncation
  }
}
