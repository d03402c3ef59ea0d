import Capture
import Testing

@testable import Analysis

@Suite struct CutPacketTests {
  private static func segment(_ time: Int64, _ flags: UInt8, isFromClient: Bool = true) -> FlowCapture.Segment {
    FlowCapture.Segment(time: time, isFromClient: isFromClient, flags: flags, sequence: 1, acknowledgment: 1, payloadByteCount: 100)
  }

  @Test(
    "a packet whose transport header was cut counts with its flow, when its ports are there",
    arguments: [(34, 0), (37, 0), (38, 1), (50, 1)])
  func counted(capturedByteCount: Int, cutCount: UInt32) throws {
    var capture = FlowCapture(AnalysisOptions())
    capture.add(Self.segment(1, 0x18))
    capture.add(Self.segment(2, 0x18), capturedByteCount: capturedByteCount)
    capture.add(Self.segment(3, 0x18, isFromClient: false))
    let result = capture.finish()
    let flow = try #require(result.flows.first)
    #expect(result.flows.count == 1 && result.packetCount == 3)
    #expect(flow.cutPacketCount == cutCount)
    #expect(flow.toServer.packetCount == 1 + UInt64(cutCount) && flow.toServer.byteCount == 154 * (1 + UInt64(cutCount)))
    #expect(flow.toServer.payloadByteCount == 100 && flow.toClient.packetCount == 1)
    #expect(result.anomalyCounts.map(\.reason) == ["packet: truncated transport header"])
    if cutCount > 0 { #expect(flow.completeness == .lowerBound) }
  }

  @Test("a flow of which all headers were cut is there, and says no more than that")
  func onlyCut() throws {
    var capture = FlowCapture(AnalysisOptions())
    for time in 1...5 as ClosedRange<Int64> { capture.add(Self.segment(time, 0x18, isFromClient: time % 2 == 1), capturedByteCount: 40) }
    let flow = try #require(capture.finish().flows.first)
    #expect(flow.cutPacketCount == 5 && flow.toServer.packetCount == 3 && flow.toClient.packetCount == 2)
    #expect(flow.closeType == .unknown && flow.synCount == 0 && flow.historyText == nil && flow.toServer.bareCount == 0)
  }
}
