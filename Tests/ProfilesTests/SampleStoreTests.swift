import Capture
@testable import Profiles
import Testing

@Suite struct SampleStoreTests {
  private func sample(_ stack: UInt64, at time: Int64 = 5, process: UInt32 = 1, thread: UInt32 = 1, value: UInt64 = 10) -> StackSample {
    StackSample(
      eventType: .onCPU, unit: .microseconds, time: Timestamp(nanoseconds: time), processID: process, threadID: thread,
      command: CommandName("thread-\(thread)"), stack: stack, value: value)
  }

  private func texts(_ store: SampleStore) -> [String] {
    let profile = store.folded { process, _ in "process-\(process)" }
    return profile.stacks.indices.map { "\(profile.foldedText($0)) \(profile.stacks[$0].value)" }
  }

  @Test("stacks of different addresses and the same names are one, and a later name replaces an earlier one")
  func merging() {
    var store = SampleStore()
    store.add(sample(1))
    store.add(sample(2))
    store.add(sample(2))
    store.add(SampledStack(id: 1, frames: [0, 2]))
    store.add(SampledStack(id: 2, frames: [1, 2]))
    store.add(StackFrame(id: 0, kind: .application, address: 100, name: "leaf"))
    store.add(StackFrame(id: 1, kind: .unknown, address: 101, name: ""))
    store.add(StackFrame(id: 2, kind: .application, address: 200, name: "main"))
    #expect(texts(store) == ["process-1;[t] thread-1;main;[unknown] 20", "process-1;[t] thread-1;main;leaf 10"])
    store.add(StackFrame(id: 1, kind: .generated, address: 101, name: "leaf"))
    #expect(texts(store) == ["process-1;[t] thread-1;main;leaf 30"])
  }

  @Test("what is delivered in another order gives the same profile, and threads stay apart")
  func order() {
    let samples = [sample(1, thread: 2), sample(2, process: 2), sample(1), sample(2, process: 2, thread: 3)]
    let stacks = [SampledStack(id: 1, frames: [0]), SampledStack(id: 2, frames: [1])]
    let frames = [StackFrame(id: 0, kind: .application, name: "b"), StackFrame(id: 1, kind: .application, name: "a")]
    var first = SampleStore()
    for stack in stacks { first.add(stack) }
    for frame in frames { first.add(frame) }
    for sample in samples { first.add(sample) }
    var second = SampleStore()
    for sample in samples.reversed() { second.add(sample) }
    for frame in frames.reversed() { second.add(frame) }
    for stack in stacks.reversed() { second.add(stack) }
    #expect(texts(first) == texts(second))
    #expect(
      texts(first) == [
        "process-1;[t] thread-1;b 10", "process-1;[t] thread-2;b 10", "process-2;[t] thread-1;a 10", "process-2;[t] thread-3;a 10",
      ])
  }

  @Test("only samples inside the window count, and samples without a time are in none")
  func window() {
    var store = SampleStore()
    store.window = 10..<20
    store.add(SampledStack(id: 1, frames: []))
    for time: Int64 in [9, 10, 19, 20] { store.add(sample(1, at: time, value: UInt64(time))) }
    var timeless = sample(1)
    timeless.time = nil
    store.add(timeless)
    #expect(texts(store) == ["process-1;[t] thread-1 29"])
  }

  @Test("the summary counts cut, deep and missing stacks")
  func summary() {
    var store = SampleStore()
    for stack: UInt64 in 1...5 { store.add(sample(stack)) }
    store.add(StackFrame(id: 0, kind: .application, name: "f"))
    store.add(StackFrame(id: 1, kind: .kernel, name: "k"))
    store.add(SampledStack(id: 1, frames: [0], truncation: .userIncomplete))
    store.add(SampledStack(id: 2, frames: [1, 0]))
    store.add(SampledStack(id: 3, frames: [1]))
    store.add(SampledStack(id: 4, frames: [0], truncation: [.userFrameLimit, .userIncomplete]))
    let profile = store.folded { _, _ in nil }
    let summary = profile.summary(of: Array(profile.stacks.indices))
    #expect(summary.sampleCount == 5)
    #expect(summary.value == 50)
    #expect(summary.userStackCount == 3)
    #expect(summary.incompleteCount == 2)
    #expect(summary.frameLimitCount == 1)
    #expect(summary.missingStackCount == 1)
    #expect(abs(summary.incompleteShare - 2.0 / 3) < 1e-9)
  }
}
