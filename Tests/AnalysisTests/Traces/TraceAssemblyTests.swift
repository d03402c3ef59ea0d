import Capture
@testable import Protocols
import Testing
import Transport

@testable import Analysis

/// Request rows of an imaginary node, made one at a time; times are microseconds.
struct RowMaker: ~Copyable {
  var texts = TextTable()
  private(set) var rows: [RequestRow] = []

  /// A row of the exchange whose request has the TCP sequence number `sequence`.
  @discardableResult
  mutating func add(
    _ point: ObservationPoint, sequence: UInt32?, at start: Int64, _ duration: Int64, process: UInt32 = 0, thread: UInt32 = 0,
    path: String = "/", requestID: String? = nil, traceID: String? = nil, datagramID: UInt64? = nil
  ) -> Int {
    let isPacket = point != .clientProcess && point != .serverProcess
    let origin = ChunkOrigin(
      ordinal: UInt64(rows.count + 1), time: Timestamp(nanoseconds: start * 1000), tcpSequence: sequence,
      thread: isPacket ? nil : ThreadOrigin(processID: process, threadID: thread))
    var request = MessageSummary()
    request.requestType = texts.intern("GET")
    request.requestResource = texts.intern(path)
    request.trace.requestID = requestID.map { texts.intern($0) }
    request.trace.traceID = traceID.map { texts.intern($0) }
    request.requestID = datagramID
    var answer = origin
    answer.time = Timestamp(nanoseconds: (start + duration) * 1000)
    answer.tcpSequence = sequence.map { $0 &+ 1_000_000 }
    func message(_ origin: ChunkOrigin, _ summary: MessageSummary) -> ObservedMessage {
      ObservedMessage(
        summary: summary, origin: origin, lastTime: origin.time, byteCount: 10, capturedByteCount: 10, isComplete: true, indexInChunk: 0)
    }
    let exchange = Exchange(
      l7Protocol: .http, clientSide: .initiator, request: message(origin, request), response: message(answer, MessageSummary()),
      ending: .answered)
    let observer = RequestObserver(
      flowID: UInt64(point.rawValue) + 100, source: isPacket ? .packet : .ebpf, observationPoint: point, interfaceName: nil,
      initiator: Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 40000),
      responder: Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 80), ipProtocol: sequence == nil ? .udp : .tcp)
    rows.append(RequestRow(exchange, observer))
    return rows.count - 1
  }

  /// The traces, as `row < parent row` by row index; rows must have been added in order of time.
  mutating func parents() -> [Int: Int] {
    var copy = rows
    let (_, spans) = TraceAssembly.assemble(&copy, &texts)
    let indexByID = Dictionary(uniqueKeysWithValues: spans.map { ($0.id, $0.requestIndex) })
    var parents: [Int: Int] = [:]
    for span in spans { if let parent = span.parent { parents[span.requestIndex] = indexByID[parent] } }
    return parents
  }
}

@Suite struct TraceAssemblyTests {
  @Test("one exchange seen at three points is one chain from client to server") func chain() {
    var maker = RowMaker()
    let client = maker.add(.clientProcess, sequence: 1, at: 0, 100, process: 1, thread: 1)
    let network = maker.add(.local, sequence: 1, at: 1, 98)
    let server = maker.add(.serverProcess, sequence: 1, at: 2, 96, process: 2, thread: 2)
    let parents = maker.parents()
    #expect(parents == [network: client, server: network])
  }

  @Test("exchanges with the same sequence number but another request, or far apart in time, are not one") func notOneChain() {
    var maker = RowMaker()
    maker.add(.clientProcess, sequence: 1, at: 0, 100, process: 1, thread: 1)
    maker.add(.serverProcess, sequence: 1, at: 2, 96, process: 2, thread: 2, path: "/other")
    maker.add(.serverProcess, sequence: 1, at: 60_000_000, 96, process: 2, thread: 2)
    let parents = maker.parents()
    #expect(parents.isEmpty)
  }

  @Test("datagrams are joined by ports and identifier") func datagrams() {
    var maker = RowMaker()
    let client = maker.add(.clientProcess, sequence: nil, at: 0, 100, process: 1, thread: 1, datagramID: 7)
    let network = maker.add(.local, sequence: nil, at: 1, 98, datagramID: 7)
    maker.add(.local, sequence: nil, at: 2, 98, datagramID: 8)
    let parents = maker.parents()
    #expect(parents == [network: client])
  }

  @Test("a worker that serves one request at a time is the parent of all it sends before it answers") func worker() {
    var maker = RowMaker()
    let served = maker.add(.serverProcess, sequence: 1, at: 0, 100, process: 2, thread: 2)
    let first = maker.add(.clientProcess, sequence: 2, at: 10, 20, process: 2, thread: 2)
    let second = maker.add(.clientProcess, sequence: 3, at: 40, 20, process: 2, thread: 2)
    maker.add(.clientProcess, sequence: 4, at: 50, 5, process: 2, thread: 3)
    maker.add(.clientProcess, sequence: 5, at: 200, 20, process: 2, thread: 2)
    let parents = maker.parents()
    #expect(parents == [first: served, second: served])
  }

  @Test("an event loop that serves two requests at once keeps them apart") func eventLoop() {
    var maker = RowMaker()
    // A in, A' out, B in, B' out, B' back, second call for B out, A' back, A answered, B answered.
    let a = maker.add(.serverProcess, sequence: 1, at: 0, 90, process: 2, thread: 2, path: "/a")
    let upstreamA = maker.add(.clientProcess, sequence: 2, at: 5, 75, process: 2, thread: 2, path: "/ua")
    let b = maker.add(.serverProcess, sequence: 3, at: 10, 100, process: 2, thread: 2, path: "/b")
    let upstreamB = maker.add(.clientProcess, sequence: 4, at: 15, 15, process: 2, thread: 2, path: "/ub")
    let againB = maker.add(.clientProcess, sequence: 5, at: 35, 60, process: 2, thread: 2, path: "/ub2")
    let parents = maker.parents()
    #expect(parents == [upstreamA: a, upstreamB: b, againB: b])
  }

  @Test("a request identifier joins what threads do not, and the tightest cover wins") func requestIdentifier() {
    var maker = RowMaker()
    let outer = maker.add(.rest, sequence: 1, at: 0, 1000, path: "/outer", requestID: "id")
    let middle = maker.add(.rest, sequence: 2, at: 10, 500, path: "/middle", requestID: "id")
    let inner = maker.add(.rest, sequence: 3, at: 20, 100, path: "/inner", requestID: "id")
    maker.add(.rest, sequence: 4, at: 2000, 10, path: "/late", requestID: "id")
    let parents = maker.parents()
    #expect(parents == [middle: outer, inner: middle])
  }

  @Test("a trace context joins in the same way") func traceContext() {
    var maker = RowMaker()
    let outer = maker.add(.rest, sequence: 1, at: 0, 1000, path: "/outer", traceID: "t")
    let inner = maker.add(.rest, sequence: 2, at: 10, 500, path: "/inner", traceID: "t")
    maker.add(.rest, sequence: 3, at: 20, 100, path: "/other", traceID: "u")
    let parents = maker.parents()
    #expect(parents == [inner: outer])
  }

  @Test("self time is what no child covers, and overlapping children count once") func selfTime() {
    var maker = RowMaker()
    maker.add(.serverProcess, sequence: 1, at: 0, 100, process: 2, thread: 2)
    maker.add(.clientProcess, sequence: 2, at: 10, 40, process: 2, thread: 2)
    maker.add(.clientProcess, sequence: 3, at: 30, 40, process: 2, thread: 2)
    var rows = maker.rows
    let (traces, spans) = TraceAssembly.assemble(&rows, &maker.texts)
    #expect(traces.count == 1)
    #expect(spans[0].selfTime == 40)
    #expect(spans.map(\.depth) == [0, 1, 1])
  }

  @Test("every row is one span of one trace") func everyRowOnce() {
    var maker = RowMaker()
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
    var state = seed
    func next(_ bound: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % bound
    }
    var time: Int64 = 0
    for _ in 0..<500 {
      time += next(50)
      let point: ObservationPoint = [.clientProcess, .serverProcess, .local][Int(next(3))]
      maker.add(
        point, sequence: UInt32(next(80)), at: time, next(2000) + 1, process: UInt32(next(3)) + 1, thread: UInt32(next(3)) + 1,
        requestID: next(4) == 0 ? "id \(next(9))" : nil)
    }
    var rows = maker.rows
    let (traces, spans) = TraceAssembly.assemble(&rows, &maker.texts)
    #expect(Set(spans.map(\.requestIndex)).count == rows.count, "seed \(seed)")
    #expect(spans.count == rows.count, "seed \(seed)")
    #expect(traces.map(\.spanCount).reduce(0, +) == rows.count, "seed \(seed)")
    let known = Set(spans.map(\.id))
    #expect(spans.allSatisfy { $0.parent.map { known.contains($0) } ?? true }, "seed \(seed)")
  }
}
