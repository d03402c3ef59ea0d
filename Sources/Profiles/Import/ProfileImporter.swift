package import Capture
import Wire

/// Reads a profile of another tool, line by line, and delivers it as stacks and samples: folded text (as Brendan Gregg's
/// stackcollapse scripts, inferno and `deepflow export folded` write it), or what `perf script` prints. Which of the two it is, the
/// first line that says something decides.
package struct ProfileImporter: Sendable {
  package enum Format: Sendable { case folded, perfScript }

  /// Distinct frames and stacks; samples beyond it are counted as unreadable.
  package static let largestFrameCount = 4_000_000
  package static let largestStackCount = 4_000_000
  /// Bytes of one line that are looked at.
  package static let longestLine = 1 << 20

  package struct Options: Sendable {
    package var eventType = StackSample.EventType.onCPU
    /// What the numbers of folded text count.
    package var unit = StackSample.Unit.samples

    package init() {}
  }

  package private(set) var format: Format?
  package private(set) var sampleCount: UInt64 = 0
  /// Lines that are neither empty, nor comments, nor of the format.
  package private(set) var unreadableLineCount: UInt64 = 0
  package private(set) var unreadableByteCount: UInt64 = 0
  /// Numbers for the next new stack and frame.
  package private(set) var nextStack: UInt64
  package private(set) var nextFrame: UInt64

  private struct FrameKey: Hashable {
    var kind: StackFrame.Kind
    var name: String
    var module: String
  }

  private let options: Options
  private var frames: [FrameKey: UInt64] = [:]
  private var stacks: [[UInt64]: UInt64] = [:]
  /// The sample of `perf script` that is being read, and its frames so far, innermost first.
  private var headline: PerfScriptLine.Headline?
  private var pending: [PerfScriptLine.Frame] = []

  /// - Parameter firstStack: number of the first stack, and `firstFrame` of the first frame, where another input ended.
  package init(options: Options = Options(), firstStack: UInt64 = 0, firstFrame: UInt64 = 0) {
    self.options = options
    nextStack = firstStack
    nextFrame = firstFrame
  }

  /// Takes one line, without its end.
  package mutating func read<Sink: ObservationSink & ~Copyable>(_ line: RawSpan, into sink: inout Sink) {
    let text = line.text(in: 0..<min(line.byteCount, ProfileImporter.longestLine))[...]
    if format == nil { format = ProfileImporter.recognize(text) }
    let isUnderstood: Bool
    switch format {
    case .folded: isUnderstood = readFolded(text, into: &sink)
    case .perfScript: isUnderstood = readPerfScript(text, into: &sink)
    case nil: isUnderstood = ProfileImporter.saysNothing(text)
    }
    if !isUnderstood {
      unreadableLineCount += 1
      unreadableByteCount += UInt64(line.byteCount)
    }
  }

  /// To be called at the end of the input.
  package mutating func finish<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) {
    flush(into: &sink)
  }

  private static func saysNothing(_ line: Substring) -> Bool { line.hasPrefix("#") || line.allSatisfy { $0.isWhitespace } }

  private static func recognize(_ line: Substring) -> Format? {
    if saysNothing(line) { return nil }
    // A headline of perf ends with a colon or a module, never with a number alone.
    if case .sample = PerfScriptLine(line) { return .perfScript }
    return FoldedLine(line) == nil ? nil : .folded
  }

  // MARK: Folded text

  private mutating func readFolded<Sink: ObservationSink & ~Copyable>(_ line: Substring, into sink: inout Sink) -> Bool {
    if ProfileImporter.saysNothing(line) { return true }
    guard let folded = FoldedLine(line) else { return false }
    // The first element names the process, by the custom of all tools that record more than one.
    var elements = folded.frames
    let process = elements.removeFirst()
    var numbers: [UInt64] = []
    numbers.append(frame(StackFrame(id: 0, kind: .process, name: String(process)), into: &sink))
    var threadName = process
    if let thread = elements.first, thread.hasPrefix(FrameLabel.threadPrefix) {
      threadName = thread.dropFirst(FrameLabel.threadPrefix.count)
      elements.removeFirst()
    }
    numbers.append(frame(StackFrame(id: 0, kind: .thread, name: String(threadName)), into: &sink))
    for element in elements { numbers.append(frame(FrameLabel.frame(element, id: 0), into: &sink)) }
    let sample = StackSample(
      eventType: options.eventType, unit: options.unit, time: nil, processID: 0, threadID: 0, command: CommandName(String(threadName)),
      stack: 0, value: folded.value, sampleCount: options.unit == .samples ? folded.value : 1)
    return deliver(sample, numbers.reversed(), into: &sink)
  }

  // MARK: perf script

  private mutating func readPerfScript<Sink: ObservationSink & ~Copyable>(_ line: Substring, into sink: inout Sink) -> Bool {
    if line.hasPrefix("#") { return true }
    switch PerfScriptLine(line) {
    case .empty: flush(into: &sink)
    case .sample(let headline):
      flush(into: &sink)
      self.headline = headline
      if let frame = headline.frame { pending.append(frame) }
    case .frame(let frame):
      guard headline != nil else { return false }
      if pending.count < FoldedLine.largestFrameCount { pending.append(frame) }
    case .other: return false
    }
    return true
  }

  private mutating func flush<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) {
    guard let headline else { return }
    self.headline = nil
    var numbers: [UInt64] = []
    for frame in pending {
      numbers.append(
        self.frame(
          StackFrame(id: 0, kind: frame.kind, address: frame.address, name: frame.name, module: frame.module), into: &sink))
    }
    pending.removeAll(keepingCapacity: true)
    // The period of a clock is time.
    let isClock = headline.event.hasPrefix("cpu-clock") || headline.event.hasPrefix("task-clock")
    let period = isClock ? headline.period : nil
    let sample = StackSample(
      eventType: options.eventType, unit: period == nil ? .samples : .microseconds, time: nil, processID: headline.processID,
      threadID: headline.threadID, command: CommandName(headline.command), processor: headline.processor, stack: 0,
      value: period.map { $0 / 1000 } ?? 1)
    if !deliver(sample, numbers, into: &sink) { unreadableLineCount += 1 }
  }

  // MARK: Numbers

  private mutating func frame<Sink: ObservationSink & ~Copyable>(_ frame: StackFrame, into sink: inout Sink) -> UInt64 {
    let key = FrameKey(kind: frame.kind, name: frame.name, module: frame.module)
    if let known = frames[key] { return known }
    guard frames.count < ProfileImporter.largestFrameCount else { return .max }
    var frame = frame
    frame.id = nextFrame
    nextFrame += 1
    frames[key] = frame.id
    sink.frame(frame)
    return frame.id
  }

  private mutating func deliver<Sink: ObservationSink & ~Copyable>(
    _ sample: StackSample, _ numbers: [UInt64], into sink: inout Sink
  ) -> Bool {
    var sample = sample
    if let known = stacks[numbers] {
      sample.stack = known
    } else {
      guard stacks.count < ProfileImporter.largestStackCount, !numbers.contains(.max) else { return false }
      sample.stack = nextStack
      stacks[numbers] = nextStack
      nextStack += 1
      sink.stack(SampledStack(id: sample.stack, frames: numbers))
    }
    sampleCount &+= sample.sampleCount
    sink.sample(sample)
    return true
  }
}
