import BundleFormat
import CDeepFlow
import Capture
import Dispatch
import Glibc
import Profiles
import Recording
import Testing

/// Stack samples of a recording, and its process table.
private struct RecordedProfile: ObservationSink {
  var store = SampleStore()
  var samples: [StackSample] = []
  var info: RecordingInfo?
  var losses: [LossRecord] = []

  mutating func begin(_ recording: RecordingInfo) { info = recording }
  mutating func loss(_ loss: LossRecord) { losses.append(loss) }
  mutating func sample(_ sample: StackSample) {
    samples.append(sample)
    store.add(sample)
  }
  mutating func stack(_ stack: SampledStack) { store.add(stack) }
  mutating func frame(_ frame: StackFrame) { store.add(frame) }
}

/// Keeps a processor busy until the thread has used `nanoseconds` more of its time.
@inline(never) private func burn(_ nanoseconds: Int64) -> UInt64 {
  func used() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
  var state: UInt64 = 88_172_645_463_325_252
  let end = used() + nanoseconds
  while used() < end {
    for _ in 0..<20_000 { state = state &* 6_364_136_223_846_793_005 &+ 1 }
  }
  return state
}

@inline(never) private func profiledLongWork() -> UInt64 { burn(14_000_000) &+ 1 }
@inline(never) private func profiledShortWork() -> UInt64 { burn(6_000_000) &+ 2 }

extension LiveCaptureTests {
  /// Why no stack samples can be taken here; `nil` when they can.
  static let sampleObstacle: String? = {
    let event = df_perf_open_cpu_clock(0, 99)
    guard event >= 0 else { return "perf events are not allowed here: \(String(cString: strerror(-event)))" }
    close(event)
    return nil
  }()

  @Suite(.enabled(if: LiveCaptureTests.sampleObstacle == nil, Comment(rawValue: LiveCaptureTests.sampleObstacle ?? "")))
  struct Profile {
    private func record(_ name: String, _ options: RecordingOptions, while work: @escaping () throws -> Void) throws
      -> (RecordingSummary, RecordedProfile)
    {
      var profile = RecordedProfile()
      let outcome = try LiveRecording.record(name, options, while: work) { path in
        var reader = try CaptureReader(path: path)
        try reader.read(into: &profile)
      }
      return (outcome, profile)
    }

    @Test("samples of a thread go to its functions, by their shares, with the thread's name and the time it took")
    func shares() throws {
      var options = RecordingOptions()
      options.capturesPackets = false
      options.sampleFrequency = 499
      options.requiresSamples = true
      let (summary, profile) = try record("profile", options) {
        LiveRecording.onThread("df-burner") {
          var state: UInt64 = 0
          // 100 turns of 20 ms: 2 s.
          for _ in 0..<100 { state = state &+ profiledLongWork() &+ profiledShortWork() }
          if state == 1 { print(state) }
        }.wait()
      }
      #expect(summary.sampleCount >= 900)
      #expect(profile.info?.sources.contains("stack samples") == true)
      #expect(!profile.losses.contains { $0.source == .samples })
      let own = UInt32(getpid())
      let burning = profile.samples.filter { $0.processID == own && $0.command.description == "df-burner" }
      #expect((850...1150).contains(burning.count), "2 s of 499 samples are 998, not \(burning.count)")
      #expect(burning.allSatisfy { $0.eventType == .onCPU && $0.unit == .microseconds && $0.value == 2004 })
      let times = burning.compactMap { $0.time?.nanoseconds }
      #expect(times.count == burning.count)
      let folded = profile.store.folded { _, _ in nil }
      let chosen = folded.stacks.indices.filter { folded.stacks[$0].processID == own && folded.stacks[$0].threadName == "df-burner" }
      let shares = folded.shares(of: chosen, by: .function)
      func share(_ name: String) -> Double { shares.filter { $0.name.contains(name) }.reduce(0) { max($0, $1.totalShare) } }
      #expect(abs(share("profiledLongWork") - 0.7) < 0.06, "\(shares.prefix(12).map { ($0.name, $0.totalShare) })")
      #expect(abs(share("profiledShortWork") - 0.3) < 0.06)
    }

    @Test("with --no-syscalls samples and processes are recorded all the same, and nothing of sockets")
    func samplesOnly() throws {
      var options = RecordingOptions()
      options.capturesPackets = false
      options.tracesSystemCalls = false
      options.sampleFrequency = 199
      options.requiresSamples = true
      let (summary, profile) = try record("profile-only", options) {
        LiveRecording.onThread("df-burner") { if burn(300_000_000) == 1 { print() } }.wait()
      }
      #expect(summary.socketEventCount == 0)
      #expect(summary.processRecordCount > 0)
      #expect(profile.samples.contains { $0.command.description == "df-burner" })
      #expect(profile.info?.sources == ["processes", "stack samples"])
    }

    @Test("a filter by name of the thread leaves other threads out")
    func filtered() throws {
      var options = RecordingOptions()
      options.capturesPackets = false
      options.sampleFrequency = 499
      options.commandName = "df-wanted"
      let (_, profile) = try record("profile-filter", options) {
        let threads = ["df-wanted", "df-other"].map { name in
          LiveRecording.onThread(name) { if burn(300_000_000) == 1 { print() } }
        }
        for thread in threads { thread.wait() }
      }
      #expect(profile.samples.count > 50)
      #expect(profile.samples.allSatisfy { $0.command.description == "df-wanted" })
    }

    @Test("a processor's clock that cannot be opened is a sentence, and no recording when samples were asked for")
    func frequency() {
      var options = RecordingOptions()
      options.sampleFrequency = 0
      #expect(throws: RecordingError.self) { try options.validate() }
      options.sampleFrequency = RecordingOptions.largestSampleFrequency
      #expect(throws: Never.self) { try options.validate() }
    }
  }
}
