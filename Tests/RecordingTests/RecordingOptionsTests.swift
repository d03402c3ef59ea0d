import Capture
import Testing

@testable import Recording

@Suite struct RecordingOptionsTests {
  @Test("what is asked for by default is possible") func defaults() throws { try RecordingOptions().validate() }

  @Test(
    "options that contradict each other are refused with the wrong-usage status",
    arguments: [
      {
        $0.capturesPackets = false; $0.tracesSystemCalls = false
      },
      {
        $0.tracesSystemCalls = false; $0.processIDs = [1]
      },
      {
        $0.tracesSystemCalls = false; $0.commandName = "x"
      },
      {
        $0.capturesPackets = false; $0.interfaces = ["lo"]
      },
      {
        $0.capturesPackets = false; $0.packetFilter = "tcp"
      },
      { $0.followsDescendants = true },
      { $0.payloadByteLimit = 65_537 },
      { $0.payloadByteLimit = -1 },
      { $0.snapLength = 0 },
      { $0.packetLimit = 0 },
    ] as [@Sendable (inout RecordingOptions) -> Void])
  func contradiction(change: @Sendable (inout RecordingOptions) -> Void) {
    var options = RecordingOptions()
    change(&options)
    do throws(RecordingError) {
      try options.validate()
      Issue.record("accepted")
    } catch {
      #expect(error.exitStatus == 64)
    }
  }

  @Test("the default name has the host and the time in UTC")
  func defaultFileName() {
    let time = Timestamp(nanoseconds: 1_795_335_123_000_000_000)
    #expect(NodeIdentity.defaultFileName(host: "web-1", time: time) == "deepflow-web-1-20261122T081203Z.pcapng")
    #expect(NodeIdentity.defaultFileName(host: "a/b c", time: time) == "deepflow-a_b_c-20261122T081203Z.pcapng")
  }

  @Test("a recording's identity is a random UUID without dashes")
  func recordingID() {
    let one = NodeIdentity.newRecordingID()
    #expect(one.count == 32)
    #expect(one[one.index(one.startIndex, offsetBy: 12)] == "4")
    #expect(one != NodeIdentity.newRecordingID())
  }

  @Test("the last lines are tcpdump's, and say what was lost by cause")
  func summary() {
    var summary = RecordingSummary(path: "t.pcapng")
    summary.recordsPackets = true
    summary.recordsSystemCalls = true
    summary.packetCount = 1
    summary.packetsReceived = 2
    summary.socketEventCount = 3
    summary.byteCount = 1_250_000
    let time = Timestamp(nanoseconds: 0)
    summary.losses = [
      LossRecord(time: time, source: .socketEvents, cause: .ringBufferFull, count: 4),
      LossRecord(time: time, source: .socketEvents, cause: .payloadLimit, count: 5),
    ]
    #expect(
      summary.lines == [
        "1 packet captured", "2 packets received by filter", "0 packets dropped by kernel", "3 events captured",
        "4 events lost (ring buffer full: 4)", "5 events cut (payload limit: 5)", "t.pcapng: 1.3 MB",
      ])
    #expect(summary.hasLosses)
    #expect(summary.exitStatus == 0)
    summary.commandStatus = 7
    #expect(summary.exitStatus == 7)
    summary.failure = "disk full"
    #expect(summary.exitStatus == 1)
  }

  @Test(
    "sizes are shown in powers of ten",
    arguments: [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (21_512, "21.5 kB"), (999_960, "1.0 MB")] as [(UInt64, String)])
  func sizes(byteCount: UInt64, text: String) {
    #expect(RecordingSummary.sizeText(byteCount) == text)
  }

  @Test(
    "a ring is a power of two of pages, and what was asked for at most", arguments: [(1 << 20, 1 << 20), (3 << 20, 2 << 20), (1, 4096)])
  func ringSize(wanted: Int, size: Int) {
    #expect(NodeSize.ringByteCount(wanted: wanted) == size)
  }

  @Test("a snapshot reads three clocks within a millisecond")
  func clocks() {
    let before = NodeClock.monotonicNanoseconds()
    let snapshot = NodeClock.snapshot()
    #expect(snapshot.monotonic >= before)
    #expect(snapshot.monotonic - before < 1_000_000_000)
    #expect(snapshot.bootTime >= snapshot.monotonic)
    #expect(abs(snapshot.realTime.nanoseconds(since: NodeClock.now())) < 1_000_000_000)
  }
}
