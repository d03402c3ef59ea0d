import Capture
import Testing

@testable import Analysis

@Suite struct FlowPathsTests {
  /// A connection that passes five interfaces, and what each of its hops lost on purpose.
  private struct Journey {
    var segments: [FlowCapture.Segment] = []
    /// Packets and payload bytes of the client, of the server, lost between interface `i` and `i + 1`.
    var lostPackets: [[Int]] = [[0, 0, 0, 0], [0, 0, 0, 0]]
    var lostBytes: [[Int]] = [[0, 0, 0, 0], [0, 0, 0, 0]]
    private var time: Int64
    private let clientPort: UInt16
    private var next: [UInt32]

    init(clientPort: UInt16, start: Int64, _ generator: inout SeededGenerator) {
      self.clientPort = clientPort
      time = start
      next = [UInt32.random(in: 0...UInt32.max, using: &generator), UInt32.random(in: 0...UInt32.max, using: &generator)]
    }

    /// Sends until it arrives, each time 10 ms later.
    mutating func send(_ isFromClient: Bool, _ flags: UInt8, _ byteCount: Int = 0, lossPerMille: [Int], _ generator: inout SeededGenerator)
    {
      let side = isFromClient ? 0 : 1
      var hasArrived = false
      while !hasArrived {
        hasArrived = true
        for hop in 0..<5 {
          let interface = isFromClient ? hop : 4 - hop
          segments.append(
            FlowCapture.Segment(
              time: time + Int64(hop) * 20, isFromClient: isFromClient, clientPort: clientPort,
              // Between the second and the third interface the server's address is translated.
              serverAddress: interface < 2 ? 0x0a00_0064 : 0x0a00_0002, flags: flags, sequence: next[side], acknowledgment: next[1 - side],
              payloadByteCount: byteCount, interface: UInt32(interface)))
          guard hop < 4 else { break }
          let link = isFromClient ? hop : 3 - hop
          if Int.random(in: 0..<1000, using: &generator) < lossPerMille[link] {
            lostPackets[side][link] += 1
            lostBytes[side][link] += byteCount
            hasArrived = false
            break
          }
        }
        time += 10_000
      }
      next[side] &+= UInt32(byteCount) + (flags & 0x03 == 0 ? 0 : 1)
    }
  }

  @Test("loss is located between the right two of five points, also across address translation", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func location(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var lossPerMille = [0, 0, 0, 0]
    lossPerMille[Int.random(in: 0..<4, using: &generator)] = 150
    lossPerMille[Int.random(in: 0..<4, using: &generator)] = 60
    var segments: [FlowCapture.Segment] = []
    var lostPackets = [[0, 0, 0, 0], [0, 0, 0, 0]]
    var lostBytes = lostPackets
    for number in 0..<20 {
      var journey = Journey(clientPort: UInt16(40_000 + number), start: 1_000_000 + Int64(number) * 7000, &generator)
      journey.send(true, 0x02, lossPerMille: lossPerMille, &generator)
      journey.send(false, 0x12, lossPerMille: lossPerMille, &generator)
      journey.send(true, 0x10, lossPerMille: lossPerMille, &generator)
      for _ in 0..<10 {
        journey.send(true, 0x18, Int.random(in: 1...1400, using: &generator), lossPerMille: lossPerMille, &generator)
        journey.send(false, 0x18, Int.random(in: 1...1400, using: &generator), lossPerMille: lossPerMille, &generator)
      }
      journey.send(true, 0x11, lossPerMille: lossPerMille, &generator)
      journey.send(false, 0x11, lossPerMille: lossPerMille, &generator)
      segments += journey.segments
      for side in 0..<2 {
        for link in 0..<4 {
          lostPackets[side][link] += journey.lostPackets[side][link]
          lostBytes[side][link] += journey.lostBytes[side][link]
        }
      }
    }
    segments.sort { ($0.time, $0.interface, $0.clientPort) < ($1.time, $1.interface, $1.clientPort) }
    let grouping = try FlowGrouping(by: ["path"], RowSelection())
    var options = AnalysisOptions()
    options.flowGrouping = grouping
    var capture = FlowCapture(options)
    for segment in segments { capture.add(segment) }
    let result = capture.finish()
    let view = result.flowGroups(grouping)
    #expect(view.rows.count == 5, "seed \(seed)")
    func text(_ cell: Cell) -> String { cell.withText(result.texts) { String(decoding: $0, as: UTF8.self) } ?? "-" }
    for link in 0..<4 {
      let row = try #require(view.rows.first { text($0.dimensions[0]) == "eth\(link)" && text($0.dimensions[1]) == "eth\(link + 1)" })
      #expect(row.figures.newFlowCount == 20)
      #expect(Int(row.figures.toServer.lostPacketCount) == lostPackets[0][link], "seed \(seed), link \(link)")
      #expect(Int(row.figures.toClient.lostPacketCount) == lostPackets[1][link], "seed \(seed), link \(link)")
      #expect(
        Int(row.figures.toServer.lostByteCount) == lostBytes[0][link] && Int(row.figures.toClient.lostByteCount) == lostBytes[1][link])
    }
    #expect(lostPackets[0].reduce(0, +) > 10)
  }

  @Test("rows of one connection share a family, and its points are numbered from the client")
  func family() throws {
    var generator = SeededGenerator(seed: 9)
    var journey = Journey(clientPort: 40_000, start: 1_000_000, &generator)
    var other = Journey(clientPort: 40_001, start: 1_000_500, &generator)
    for flags in [0x02, 0x10, 0x18] as [UInt8] {
      journey.send(true, flags, lossPerMille: [0, 0, 0, 0], &generator)
      other.send(true, flags, lossPerMille: [0, 0, 0, 0], &generator)
    }
    var capture = FlowCapture(AnalysisOptions())
    // The other connection is seen at one point only.
    for segment in journey.segments + other.segments.filter({ $0.interface == 2 }) { capture.add(segment) }
    let result = capture.finish()
    let family = result.flows.filter { $0.client.port == 40_000 }.sorted { $0.flowID < $1.flowID }
    #expect(family.count == 5 && Set(family.map(\.family)) == [family[0].flowID])
    #expect(family.map { $0.step.map { Int($0.position) } } == [1, 2, 3, 4, 5])
    #expect(family.map { $0.step?.from.map { result.texts.string($0) } } == [nil, "eth0", "eth1", "eth2", "eth3"])
    #expect(family[0].step?.loss == nil && family[1].step?.loss?.toServer.packetCount == 0)
    let single = try #require(result.flows.first { $0.client.port == 40_001 })
    #expect(single.family == single.flowID && single.step == nil)
  }

  @Test("a segment that an interface splits is not lost")
  func segmentation() throws {
    var capture = FlowCapture(AnalysisOptions())
    func segment(_ time: Int64, _ interface: UInt32, _ sequence: UInt32, _ byteCount: Int) -> FlowCapture.Segment {
      FlowCapture.Segment(
        time: time, isFromClient: true, flags: 0x18, sequence: sequence, acknowledgment: 1, payloadByteCount: byteCount,
        interface: interface)
    }
    for sent in [
      segment(1, 0, 1, 1000), segment(2, 1, 1, 500), segment(3, 1, 501, 500), segment(4, 0, 1001, 400), segment(5, 0, 1401, 400),
    ] {
      capture.add(sent)
    }
    // Two segments that an interface merges are not lost either.
    capture.add(segment(6, 1, 1001, 800))
    let result = capture.finish()
    #expect(result.flows.compactMap { $0.step?.loss?.toServer.packetCount } == [0])
  }
}
