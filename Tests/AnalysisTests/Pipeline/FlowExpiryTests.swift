import Testing

@testable import Analysis

@Suite struct FlowExpiryTests {
  @Test("connections that were silent for too long timed out, however few packets came after their time")
  func expiresAtTheEnd() {
    var options = AnalysisOptions()
    options.includesRequests = false
    var capture = FlowCapture(options)
    // Far more connections than packets come after them, which were established and then said nothing for longer than 300 s, and one that goes on.
    for port in 40_000..<40_400 as Range<UInt16> {
      let start = Int64(port - 40_000) * 100
      capture.add(.init(time: start, isFromClient: true, clientPort: port, flags: 0x02, sequence: 1, acknowledgment: 0))
      capture.add(.init(time: start + 10, isFromClient: false, clientPort: port, flags: 0x12, sequence: 9, acknowledgment: 2))
      capture.add(.init(time: start + 20, isFromClient: true, clientPort: port, flags: 0x10, sequence: 2, acknowledgment: 10))
    }
    for (time, flags) in [(300_500_000, 0x02), (300_500_010, 0x12), (300_500_020, 0x10)] as [(Int64, UInt8)] {
      let isFromClient = flags != 0x12
      capture.add(
        .init(
          time: time, isFromClient: isFromClient, clientPort: 50_000, flags: flags, sequence: isFromClient ? (flags == 0x02 ? 1 : 2) : 9,
          acknowledgment: isFromClient ? 10 : 2))
    }
    let result = capture.finish()
    #expect(result.flows.map(\.closeType) == Array(repeating: .timeout, count: 400) + [.forcedReport])
  }
}
