import Capture
@testable import Profiles

/// Puts what an importer delivers into a store.
struct SampleCollector: ObservationSink {
  var store = SampleStore()
  var samples: [StackSample] = []
  var frames: [StackFrame] = []

  mutating func sample(_ sample: StackSample) {
    samples.append(sample)
    store.add(sample)
  }
  mutating func stack(_ stack: SampledStack) { store.add(stack) }
  mutating func frame(_ frame: StackFrame) {
    frames.append(frame)
    store.add(frame)
  }

  /// The folded lines of everything, by the texts.
  var folded: [String] {
    let profile = store.folded { _, _ in nil }
    return FoldedText(profile, chosen: Array(profile.stacks.indices)).lines.map { "\($0.text) \($0.value)" }.sorted()
  }

  static func importing(_ text: String, _ options: ProfileImporter.Options = ProfileImporter.Options()) -> (
    SampleCollector, ProfileImporter
  ) {
    var collector = SampleCollector()
    var importer = ProfileImporter(options: options)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      importer.read(Array(line.utf8).span.bytes, into: &collector)
    }
    importer.finish(into: &collector)
    return (collector, importer)
  }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// A profile of random stacks, with recursion, several threads and shared prefixes.
enum RandomProfile {
  static func make(seed: UInt64, stackCount: Int) -> FoldedProfile {
    var generator = SeededGenerator(seed: seed)
    var profile = FoldedProfile()
    profile.labels = (0..<12).map { "f\($0)" }
    for _ in 0..<stackCount {
      let depth = Int.random(in: 0...8, using: &generator)
      let process = UInt32.random(in: 1...3, using: &generator)
      profile.stacks.append(
        FoldedStack(
          eventType: .onCPU, unit: .microseconds, processID: process, threadID: process * 10 + UInt32.random(in: 0...2, using: &generator),
          processName: "p\(process)", threadName: "t\(Int.random(in: 0...1, using: &generator))",
          frames: (0..<depth).map { _ in Int32.random(in: 0..<12, using: &generator) },
          value: UInt64.random(in: 1...1000, using: &generator), sampleCount: 1))
    }
    return profile
  }
}
