import Capture
import Testing

@testable import Analysis

@Suite struct NetworkTotalsTests {
  private static let syn: UInt8 = 0x02
  private static let synAck: UInt8 = 0x12
  private static let rstAck: UInt8 = 0x14
  private static let ack: UInt8 = 0x10

  /// Packets of IPv4 and TCP without payload, on interfaces without a link layer.
  private struct Capture: ~Copyable {
    var pipeline = Pipeline()
    var ordinal: UInt64 = 0

    init(interfaces: UInt32) {
      for index in 0..<interfaces { pipeline.interface(CaptureInterface(index: index, name: "if\(index)", linkType: .raw)) }
    }

    mutating func send(_ from: (UInt8, UInt16), _ to: (UInt8, UInt16), _ flags: UInt8, seq: UInt32, ack: UInt32, on interface: UInt32 = 0) {
      func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) } }
      func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
      var bytes: [UInt8] = [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, from.0, 10, 0, 0, to.0]
      bytes += big(from.1) + big(to.1) + big(seq) + big(ack) + [0x50, flags, 0x20, 0, 0, 0, 0, 0]
      ordinal += 1
      let header = PacketHeader(
        ordinal: ordinal, time: Timestamp(nanoseconds: 1_795_335_123_000_000_000 + Int64(ordinal) * 1_000_000), interfaceIndex: interface,
        linkType: .raw, originalByteCount: UInt32(bytes.count))
      bytes.withUnsafeBytes { pipeline.packet(header, $0.bytes) }
    }

    /// A connect to port 6379 that is refused, seen on each of these interfaces.
    mutating func refused(_ client: UInt8, _ port: UInt16, on interfaces: [UInt32] = [0]) {
      for interface in interfaces { send((client, port), (9, 6379), NetworkTotalsTests.syn, seq: UInt32(port) * 7, ack: 0, on: interface) }
      for interface in interfaces {
        send((9, 6379), (client, port), NetworkTotalsTests.rstAck, seq: 0, ack: UInt32(port) * 7 + 1, on: interface)
      }
    }

    mutating func accepted(_ client: UInt8, _ port: UInt16) {
      let first = UInt32(port) * 7
      send((client, port), (9, 6379), NetworkTotalsTests.syn, seq: first, ack: 0)
      send((9, 6379), (client, port), NetworkTotalsTests.synAck, seq: first + 5000, ack: first + 1)
      send((client, port), (9, 6379), NetworkTotalsTests.ack, seq: first + 1, ack: first + 5001)
    }
  }

  @Test("refused connects are counted by server, with the client when there is only one")
  func refused() {
    var capture = Capture(interfaces: 1)
    for port: UInt16 in 40_000..<40_003 { capture.refused(2, port) }
    for port: UInt16 in 41_000..<41_007 { capture.accepted(3, port) }
    let report = Report(capture.pipeline.finish())
    #expect(report.network.connectionCount == 10)
    #expect(report.network.connectFailures.count == 1)
    let failure = report.network.connectFailures.first
    #expect(failure?.closeType == .serverDirectReset)
    #expect(failure?.failureCount == 3)
    #expect(failure?.attemptCount == 10)
    #expect(failure?.onlyClient == "10.0.0.2")
    #expect(failure?.server.description == "10.0.0.9:6379")
    #expect(report.network.handshakes?.p50 == 2000)
    guard case .connectFailure(let found) = report.findings.first else {
      Issue.record("the refused connects are a finding")
      return
    }
    #expect(found.failureCount == 3)
  }

  @Test("a connection that was seen on two interfaces counts once")
  func twice() {
    var capture = Capture(interfaces: 2)
    capture.refused(2, 40_000, on: [0, 1])
    capture.refused(4, 40_001, on: [1])
    let result = capture.pipeline.finish()
    #expect(result.flows.count == 3)
    let network = Report(result).network
    #expect(network.connectionCount == 2)
    #expect(network.connectFailures.first?.failureCount == 2)
    #expect(network.connectFailures.first?.attemptCount == 2)
    #expect(network.connectFailures.first?.onlyClient == nil)
  }

  @Test("a capture without anything is a report without findings")
  func nothing() {
    let report = Report(Pipeline().finish())
    #expect(report.findings.isEmpty)
    #expect(report.header.isComplete)
    #expect(report.services.isEmpty)
  }
}
