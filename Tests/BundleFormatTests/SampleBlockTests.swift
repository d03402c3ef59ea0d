import BundleFormat
import Capture
import Testing
import Wire

/// Stack samples, stacks and symbols over files, sections and imports.
@Suite struct SampleBlockTests {
  @Test("a sample of the kernel gets its time from the clock snapshot before it, also when the next one follows at once")
  func clocks() throws {
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path)
    try writer.append(clock: ClockSnapshot(monotonic: 1000, bootTime: 0, realTime: Timestamp(nanoseconds: 5000)))
    try writer.append(kernelSample: sample(at: 1500))
    try writer.append(clock: ClockSnapshot(monotonic: 2000, bootTime: 0, realTime: Timestamp(nanoseconds: 16_000)))
    try writer.append(kernelSample: sample(at: 2500))
    try writer.finish(SampleBundle.end)
    var reader = try CaptureReader(path: file.path)
    var log = ObservationLog()
    try reader.read(into: &log)
    #expect(log.samples.map(\.time) == [Timestamp(nanoseconds: 5500), Timestamp(nanoseconds: 16_500)])
  }

  @Test("stacks and frames of a second file are numbered behind those of the first, in every reference")
  func numbering() throws {
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path)
    try writer.append(frame: StackFrame(id: 4, kind: .application, name: "main"))
    try writer.append(stack: SampledStack(id: 2, frames: [4]))
    try writer.append(sample: sample(at: 1, stack: 2))
    try writer.finish(SampleBundle.end)
    var inputs = try CaptureInputs(paths: [file.path, file.path])
    var log = ObservationLog()
    try inputs.read(into: &log)
    #expect(log.frames.map(\.id) == [4, 9])
    #expect(log.stacks.map(\.id) == [2, 5])
    #expect(log.stacks.map(\.frames) == [[4], [9]])
    #expect(log.samples.map(\.stack) == [2, 5])
  }

  @Test("a bundle copied through the sink has the same samples, stacks and frames")
  func copy() throws {
    let original = TemporaryFile(try SampleBundle.bytes())
    let copy = TemporaryFile()
    var sink = BundleSink(try BundleWriter(path: copy.path))
    var reader = try CaptureReader(path: original.path)
    try reader.read(into: &sink)
    try sink.finish(reason: "imported")
    var log = ObservationLog()
    var second = try CaptureReader(path: copy.path)
    try second.read(into: &log)
    #expect(log.samples == SampleBundle.samples)
    #expect(log.frames == SampleBundle.frames)
    #expect(log.stacks == SampleBundle.stacks)
    #expect(log.interfaces == SampleBundle.interfaces)
    #expect(log.packets.map(\.bytes) == [SampleBundle.payloads[0], SampleBundle.payloads[2]])
    #expect(log.events.count == SampleBundle.payloads.count)
    #expect(log.ends.map(\.reason) == ["imported"])
    #expect(log.ends.map(\.packetCount) == [2])
  }

  @Test(
    "the lines of a text are handed over whole, whatever their length",
    arguments: [["", ""], ["a"], ["a", "", "b"], ["x", String(repeating: "y", count: 700_000), "z"]])
  func lines(_ lines: [String]) throws {
    for ending in ["", "\n"] {
      let file = TemporaryFile(Array((lines.joined(separator: "\n") + ending).utf8))
      var input = try ImportInput(path: file.path)
      let isCapture = input.isCapture
      #expect(!isCapture)
      var read: [String] = []
      try input.forEachLine { read.append($0.text(in: 0..<$0.byteCount)) }
      // An empty last line without its end is nothing.
      var expected = lines
      if ending.isEmpty, expected.last == "" { expected.removeLast() }
      #expect(read == expected)
    }
  }

  @Test("of a line beyond the limit the beginning is handed over, and the next line is whole")
  func longLine() throws {
    let long = [UInt8](repeating: 0x61, count: 3 * ImportInput.longestLine)
    let file = TemporaryFile(long + Array("\nnext\n".utf8))
    var input = try ImportInput(path: file.path)
    var lengths: [Int] = []
    try input.forEachLine { lengths.append($0.byteCount) }
    #expect(lengths.last == 4)
    #expect(lengths.count == 2)
    #expect(lengths[0] >= ImportInput.longestLine)
  }

  @Test("a capture is told from text")
  func capture() throws {
    let file = TemporaryFile(try SampleBundle.bytes())
    let isCapture = try ImportInput(path: file.path).isCapture
    #expect(isCapture)
  }

  private func sample(at nanoseconds: Int64, stack: UInt64 = 0) -> StackSample {
    StackSample(
      eventType: .onCPU, unit: .microseconds, time: Timestamp(nanoseconds: nanoseconds), processID: 1, threadID: 1,
      command: CommandName("a"), stack: stack, value: 1)
  }
}
