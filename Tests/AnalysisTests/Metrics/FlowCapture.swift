import BundleFormat
import Capture
import Transport

@testable import Analysis

/// TCP segments of an imaginary network, straight into a pipeline.
struct FlowCapture: ~Copyable {
  var pipeline: Pipeline
  private var ordinal: UInt64 = 0

  init(includesFlowSeconds: Bool) {
    var options = AnalysisOptions()
    options.includesFlowSeconds = includesFlowSeconds
    self.init(options)
  }

  init(_ options: AnalysisOptions) {
    pipeline = Pipeline(options)
    for index in UInt32(0)..<5 { pipeline.interface(CaptureInterface(index: index, name: "eth\(index)", linkType: .ethernet)) }
  }

  struct Segment {
    var time: Int64
    var isFromClient: Bool
    var clientPort: UInt16 = 40_000
    var serverAddress: UInt32 = 0x0a00_0002
    var flags: UInt8
    var sequence: UInt32
    var acknowledgment: UInt32
    var payloadByteCount = 0
    var interface: UInt32 = 0
  }

  /// - Parameters:
  ///   - segment: Its time is in microseconds.
  ///   - capturedByteCount: What the capture kept of the packet, when not all of it.
  mutating func add(_ segment: Segment, capturedByteCount: Int? = nil) {
    ordinal += 1
    let client: (UInt32, UInt16) = (0x0a00_0001, segment.clientPort)
    let server: (UInt32, UInt16) = (segment.serverAddress, 7777)
    let (source, destination) = segment.isFromClient ? (client, server) : (server, client)
    var bytes: [UInt8] = Array(repeating: 2, count: 12) + [8, 0, 0x45, 0]
    bytes += big(UInt16(40 + segment.payloadByteCount)) + [0, 1, 0x40, 0, 64, 6, 0, 0] + big(source.0) + big(destination.0)
    bytes += big(source.1) + big(destination.1) + big(segment.sequence) + big(segment.acknowledgment)
    bytes += [0x50, segment.flags, 0xff, 0xff, 0, 0, 0, 0] + Array(repeating: 0x80, count: segment.payloadByteCount)
    let header = PacketHeader(
      ordinal: ordinal, time: Timestamp(nanoseconds: segment.time * 1000), interfaceIndex: segment.interface, linkType: .ethernet,
      originalByteCount: UInt32(bytes.count))
    bytes.prefix(capturedByteCount ?? bytes.count).withUnsafeBytes { pipeline.packet(header, $0.bytes) }
  }

  consuming func finish() -> AnalysisResult { pipeline.finish() }

  private func big<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  /// A connection with some requests, each a second or so after the last: random sizes, delays, retransmissions and, often, an end.
  static func connection(
    _ generator: inout SeededGenerator, clientPort: UInt16, start: Int64
  ) -> [Segment] {
    var segments: [Segment] = []
    var time = start
    var (clientNext, serverNext) = (
      UInt32.random(in: 0...UInt32.max, using: &generator), UInt32.random(in: 0...UInt32.max, using: &generator)
    )
    func pause(_ limit: Int64) { time += Int64.random(in: 1...limit, using: &generator) }
    func send(_ isFromClient: Bool, _ flags: UInt8, _ byteCount: Int = 0) {
      segments.append(
        Segment(
          time: time, isFromClient: isFromClient, clientPort: clientPort, flags: flags, sequence: isFromClient ? clientNext : serverNext,
          acknowledgment: isFromClient ? serverNext : clientNext, payloadByteCount: byteCount))
      let length = UInt32(byteCount) + (flags & 0x03 == 0 ? 0 : 1)
      if isFromClient { clientNext &+= length } else { serverNext &+= length }
    }
    send(true, 0x02)
    pause(90_000)
    send(false, 0x12)
    pause(90_000)
    send(true, 0x10)
    for _ in 0..<Int.random(in: 0...6, using: &generator) {
      pause(1_500_000)
      send(true, 0x18, Int.random(in: 2...400, using: &generator))
      if Int.random(in: 0..<4, using: &generator) == 0, var again = segments.last {
        pause(2000)
        again.time = time
        segments.append(again)
      }
      pause(300_000)
      send(false, 0x10)
      pause(900_000)
      send(false, 0x18, Int.random(in: 2...1400, using: &generator))
      pause(50_000)
      send(true, 0x10)
    }
    if Bool.random(using: &generator) {
      pause(2_000_000)
      send(true, 0x11)
      pause(1000)
      send(false, 0x11)
      pause(1000)
      send(true, 0x10)
    }
    return segments
  }
}
