import Capture
import Testing
import Transport
import Wire

/// Writes down what a reassembler delivers, with the step in which it did.
struct DeliveryRecorder: StreamConsumer {
  enum Delivery: Equatable {
    case bytes([UInt8], sequence: UInt32?, ordinal: UInt64)
    case gap(Int, sequence: UInt32?, ordinal: UInt64)
  }

  var deliveries: [(step: Int, delivery: Delivery)] = []
  var step = 0

  mutating func bytes(_ bytes: RawSpan, _ origin: ChunkOrigin) {
    deliveries.append((step, .bytes(bytes.withUnsafeBytes { Array($0) }, sequence: origin.tcpSequence, ordinal: origin.ordinal)))
  }

  mutating func gap(_ byteCount: Int, _ origin: ChunkOrigin) {
    deliveries.append((step, .gap(byteCount, sequence: origin.tcpSequence, ordinal: origin.ordinal)))
  }

  /// Consecutive runs joined, `.` for each missing byte.
  var text: String {
    deliveries.map { _, delivery in
      switch delivery {
      case .bytes(let bytes, _, _): String(decoding: bytes, as: UTF8.self)
      case .gap(let count, _, _): String(repeating: ".", count: count)
      }
    }.joined()
  }
}

@Suite struct StreamReassemblerTests {
  private static func origin(_ ordinal: UInt64, _ sequence: UInt32?) -> ChunkOrigin {
    ChunkOrigin(ordinal: ordinal, time: Timestamp(nanoseconds: Int64(ordinal)), tcpSequence: sequence)
  }

  /// One step of a connection, in sequence numbers relative to the initial one.
  enum Step: Sendable {
    case syn
    case data(Int, String)
    /// A segment of which only the given text was captured.
    case cut(Int, String, byteCount: Int)
    case acknowledged(Int)
    case fin(Int)
    case finish
  }

  private static func run(_ steps: [Step], initial: UInt32, limits: ReassemblyLimits = .packets) -> DeliveryRecorder {
    var stream = StreamReassembler()
    var recorder = DeliveryRecorder()
    for (index, step) in steps.enumerated() {
      let ordinal = UInt64(index + 1)
      recorder.step = index
      switch step {
      case .syn: stream.synchronize(initial)
      case .data(let offset, let text):
        let bytes = Array(text.utf8)
        let sequence = initial &+ UInt32(offset)
        stream.insert(
          bytes.span.bytes, sequence: sequence, byteCount: bytes.count, origin: origin(ordinal, sequence), limits: limits, into: &recorder)
      case .cut(let offset, let text, let byteCount):
        let bytes = Array(text.utf8)
        let sequence = initial &+ UInt32(offset)
        stream.insert(
          bytes.span.bytes, sequence: sequence, byteCount: byteCount, origin: origin(ordinal, sequence), limits: limits, into: &recorder)
      case .acknowledged(let offset):
        stream.acknowledged(initial &+ UInt32(offset), origin: origin(ordinal, nil), into: &recorder)
      case .fin(let offset): stream.finish(at: initial &+ UInt32(offset))
      case .finish: stream.finish(origin: origin(ordinal, nil), into: &recorder)
      }
    }
    return recorder
  }

  @Test(
    "segments become the stream they were cut from",
    arguments: [
      ("in order", [.syn, .data(1, "abc"), .data(4, "def")], "abcdef"),
      ("swapped", [.syn, .data(4, "def"), .data(1, "abc")], "abcdef"),
      ("retransmitted whole", [.syn, .data(1, "abc"), .data(1, "xyz"), .data(4, "d")], "abcd"),
      ("retransmitted with more", [.syn, .data(1, "abc"), .data(2, "XYde")], "abcde"),
      ("overlap of held bytes: the first copy wins", [.syn, .data(3, "cd"), .data(1, "abXY"), .data(5, "e")], "abcde"),
      ("a held segment inside a later one", [.syn, .data(3, "c"), .data(2, "XYZ"), .data(1, "a")], "aXcZ"),
      ("a later segment fills between two held ones", [.syn, .data(2, "b"), .data(4, "d"), .data(1, "WXYZe")], "WbYde"),
      ("a hole that is never filled", [.syn, .data(1, "a"), .data(4, "d"), .finish], "a..d"),
      ("a hole that the peer acknowledged", [.syn, .data(4, "d"), .acknowledged(5)], "...d"),
      ("acknowledged before the later bytes come", [.syn, .data(1, "a"), .acknowledged(4), .data(4, "d")], "a..d"),
      ("acknowledged before the very bytes come", [.syn, .acknowledged(4), .data(1, "abc"), .data(4, "d")], "abcd"),
      ("acknowledged in part", [.syn, .data(4, "d"), .acknowledged(3), .finish], "...d"),
      ("acknowledged and nothing after it", [.syn, .data(1, "a"), .acknowledged(4), .finish], "a.."),
      ("an acknowledged FIN is no byte", [.syn, .data(1, "a"), .fin(2), .acknowledged(3), .finish], "a"),
      ("an acknowledged FIN that was not seen is no byte", [.syn, .data(1, "a"), .acknowledged(3), .finish], "a"),
      ("joined in the middle", [.data(100, "abc"), .data(103, "d")], "abcd"),
      ("joined in the middle, an old byte again", [.acknowledged(100), .data(99, "x"), .data(100, "ab")], "ab"),
      ("joined in the middle, with a hole before", [.acknowledged(100), .data(105, "ab")], "ab"),
      ("keep-alive of one byte", [.syn, .data(1, "abc"), .data(3, "\0"), .data(4, "d")], "abcd"),
      ("a cut segment", [.syn, .cut(1, "ab", byteCount: 5), .data(6, "f")], "ab...f"),
      ("a cut segment, held", [.syn, .cut(3, "c", byteCount: 3), .data(1, "ab"), .data(6, "f")], "abc..f"),
      ("a cut segment overlapping what was delivered", [.syn, .data(1, "abc"), .cut(1, "ab", byteCount: 5), .data(6, "f")], "abc..f"),
      ("SYN again", [.syn, .data(1, "a"), .syn, .data(2, "b")], "ab"),
      ("too far ahead", [.syn, .data(1, "a"), .data(1_500_000_000, "zz"), .data(2, "b"), .finish], "ab"),
    ] as [(String, [Step], String)])
  func assembles(name: String, steps: [Step], expected: String) {
    // Far from the wrap, and with the wrap of sequence numbers after each of the first bytes.
    for initial in [1000, UInt32.max - 4, UInt32.max - 3, UInt32.max - 2, UInt32.max - 1, UInt32.max, 0x7fff_fffe] {
      #expect(StreamReassemblerTests.run(steps, initial: initial).text == expected, "\(name), initial sequence number \(initial)")
    }
  }

  @Test("a run that was cut at the front says its own sequence number and packet")
  func originsOfTrimmedRuns() {
    let recorder = StreamReassemblerTests.run([.syn, .data(3, "cd"), .data(1, "abXYe")], initial: 10)
    #expect(
      recorder.deliveries.map(\.delivery) == [
        .bytes(Array("ab".utf8), sequence: 11, ordinal: 3), .bytes(Array("cd".utf8), sequence: 13, ordinal: 2),
        .bytes(Array("e".utf8), sequence: 15, ordinal: 3),
      ])
  }

  @Test("beyond a limit the hole is given up and the stream goes on")
  func limits() {
    let recorder = StreamReassemblerTests.run(
      [.syn, .data(3, "c"), .data(5, "e"), .data(7, "g"), .data(1, "ab")], initial: 0,
      limits: ReassemblyLimits(segmentCount: 2, byteCount: 100))
    #expect(recorder.text == "..c")
    let bytes = StreamReassemblerTests.run(
      [.syn, .data(3, "cdef"), .data(8, "hi")], initial: 0, limits: ReassemblyLimits(segmentCount: 9, byteCount: 5))
    #expect(bytes.text == "..cdef")
  }

  @Test("bytes without a sequence number follow what was delivered")
  func unsequenced() {
    var stream = StreamReassembler()
    var recorder = DeliveryRecorder()
    for text in ["ab", "cd"] {
      stream.insertUnsequenced(Array(text.utf8).span.bytes, byteCount: 3, origin: StreamReassemblerTests.origin(1, nil), into: &recorder)
    }
    #expect(recorder.text == "ab.cd.")
  }

  /// Random segments with overlaps, retransmissions of other content, cuts and acknowledgments, against an array that keeps for
  /// every position its first copy.
  @Test(
    "what is delivered is the first copy of every byte, in order, and a gap only what had not come",
    arguments: 1...60 as ClosedRange<UInt64>)
  func agreesWithOracle(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let length = Int.random(in: 1...400, using: &random)
    let initial = seed % 3 == 0 ? UInt32.max - UInt32(length / 2) : UInt32.random(in: 0...UInt32.max, using: &random)
    let limits = seed % 4 == 0 ? ReassemblyLimits(segmentCount: 3, byteCount: 60) : .packets
    let acknowledges = seed % 5 == 0
    // The first copy of each position: its step, and its byte, or `nil` when it was not captured.
    var first: [(step: Int, byte: UInt8?)?] = Array(repeating: nil, count: length)
    var stream = StreamReassembler()
    var recorder = DeliveryRecorder()
    stream.synchronize(initial &- 1)
    var near = 0
    let steps = 150
    for step in 0..<steps {
      recorder.step = step
      let start = max(0, min(length - 1, near + Int.random(in: -25...25, using: &random)))
      let count = Int.random(in: 0...min(30, length - start), using: &random)
      let captured = UInt8.random(in: 0..<6, using: &random) == 0 ? Int.random(in: 0...count, using: &random) : count
      let bytes = (0..<captured).map { _ in UInt8.random(in: 0...255, using: &random) }
      for index in 0..<count where first[start + index] == nil { first[start + index] = (step, index < captured ? bytes[index] : nil) }
      let sequence = initial &+ UInt32(start)
      stream.insert(
        bytes.span.bytes, sequence: sequence, byteCount: count, origin: StreamReassemblerTests.origin(UInt64(step), sequence),
        limits: limits,
        into: &recorder)
      if acknowledges, UInt8.random(in: 0..<8, using: &random) == 0 {
        stream.acknowledged(
          initial &+ UInt32(Int.random(in: 0...length, using: &random)), origin: StreamReassemblerTests.origin(UInt64(step), nil),
          into: &recorder)
      }
      near = min(length - 1, near + Int.random(in: 0...8, using: &random))
    }
    recorder.step = steps
    stream.finish(origin: StreamReassemblerTests.origin(UInt64(steps), nil), into: &recorder)

    var position = 0
    for (step, delivery) in recorder.deliveries {
      switch delivery {
      case .bytes(let bytes, let sequence, let ordinal):
        #expect(sequence == initial &+ UInt32(position), "seed \(seed)")
        for byte in bytes {
          #expect(first[position]?.byte == byte && first[position]?.step == Int(ordinal), "seed \(seed), position \(position)")
          position += 1
        }
      case .gap(let count, _, _):
        for index in position..<(position + count) {
          let known = index < length ? first[index] : nil
          #expect(known == nil || known?.byte == nil || known!.step >= step, "seed \(seed), position \(index) was there")
        }
        position += count
      }
    }
    #expect(stream.pendingByteCount == 0)
    let end = (first.lastIndex { $0 != nil } ?? -1) + 1
    #expect(acknowledges ? position >= end : position == end, "seed \(seed)")
    if seed % 4 != 0, !acknowledges {
      let missing = recorder.deliveries.reduce(0) { sum, entry in
        if case .gap(let count, _, _) = entry.delivery { sum + count } else { sum }
      }
      #expect(missing == first[..<end].count { $0?.byte == nil }, "seed \(seed): a byte that was captured became a gap")
    }
  }
}
