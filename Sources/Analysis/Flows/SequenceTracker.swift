/// Which sequence numbers of one direction were seen: tells new data from data sent again and from data that was overtaken.
///
/// Everything from the first to the highest number seen counts as seen except for a few holes. When there are more holes than
/// fit, the oldest is forgotten, and what fills it later counts as sent again (DeepFlow forgets in the same way).
package struct SequenceTracker: Sendable {
  /// Holes remembered at once.
  package static let holeLimit = 16

  package enum Verdict: Sendable {
    /// Beyond all that was seen.
    case new
    /// Seen before in full.
    case retransmission
    /// Fills a hole, or lies before the first number seen.
    case outOfOrder
    /// Partly seen before.
    case straddling
    /// Too far away to belong to the stream.
    case stray
  }

  struct Hole: Sendable {
    var start: UInt32 = 0
    var end: UInt32 = 0
  }

  /// Numbers farther apart than a window can be are not compared (RFC 7323 §2.3).
  private static let farthest: Int32 = 1 << 30

  private var first: UInt32 = 0
  /// The number after the highest one seen.
  package private(set) var next: UInt32 = 0
  package private(set) var hasStarted = false
  /// In no order; empty, and without memory, while nothing is missing.
  private var holes: [Hole] = []

  package init() {}

  /// Whether numbers between the first and the highest one were never seen.
  package var hasHoles: Bool { !holes.isEmpty }

  /// A SYN took the number before `sequence`.
  package mutating func start(at sequence: UInt32) {
    guard !hasStarted else { return }
    hasStarted = true
    first = sequence
    next = sequence
  }

  /// Data of `byteCount` bytes (at least one) from `sequence` on.
  @inline(__always)
  package mutating func observe(_ sequence: UInt32, _ byteCount: UInt32) -> Verdict {
    if sequence == next, hasStarted {
      next = next &+ byteCount
      return .new
    }
    return observeOutOfSequence(sequence, byteCount)
  }

  private mutating func observeOutOfSequence(_ sequence: UInt32, _ byteCount: UInt32) -> Verdict {
    start(at: sequence)
    let distance = Int32(bitPattern: sequence &- next)
    let end = sequence &+ byteCount
    guard distance <= SequenceTracker.farthest, distance >= -SequenceTracker.farthest, byteCount <= UInt32(SequenceTracker.farthest) else {
      return .stray
    }
    if distance >= 0 {
      if distance > 0 { remember(Hole(start: next, end: sequence)) }
      next = end
      return .new
    }
    // The numbers wrap: what lies more than a window back is not told apart any more.
    if Int32(bitPattern: next &- first) < 0 || Int32(bitPattern: next &- first) > SequenceTracker.farthest {
      first = next &- UInt32(SequenceTracker.farthest)
    }
    if Int32(bitPattern: sequence &- first) < 0 {
      let isBefore = Int32(bitPattern: end &- first) <= 0
      if isBefore, end != first { remember(Hole(start: end, end: first)) }
      first = sequence
      return isBefore ? .outOfOrder : .straddling
    }
    if Int32(bitPattern: end &- next) > 0 {
      next = end
      return .straddling
    }
    return fill(sequence, end)
  }

  /// Data between the first and the highest number.
  private mutating func fill(_ start: UInt32, _ end: UInt32) -> Verdict {
    var verdict = Verdict.retransmission
    var index = 0
    while index < holes.count {
      let hole = holes[index]
      let fromStart = Int32(bitPattern: start &- hole.start)
      let toEnd = Int32(bitPattern: hole.end &- end)
      guard Int32(bitPattern: end &- hole.start) > 0, Int32(bitPattern: hole.end &- start) > 0 else {
        index += 1
        continue
      }
      verdict = verdict == .retransmission && fromStart >= 0 && toEnd >= 0 ? .outOfOrder : .straddling
      switch (fromStart > 0, toEnd > 0) {
      case (false, false):
        holes.swapAt(index, holes.count - 1)
        holes.removeLast()
        continue
      case (true, false): holes[index].end = start
      case (false, true): holes[index].start = end
      case (true, true):
        holes[index].end = start
        remember(Hole(start: end, end: hole.end))
        return verdict
      }
      index += 1
    }
    return verdict
  }

  private mutating func remember(_ hole: Hole) {
    if holes.count == SequenceTracker.holeLimit {
      var oldest = 0
      for index in 1..<holes.count where Int32(bitPattern: holes[index].start &- holes[oldest].start) < 0 { oldest = index }
      holes.swapAt(oldest, holes.count - 1)
      holes.removeLast()
    }
    holes.append(hole)
  }
}
