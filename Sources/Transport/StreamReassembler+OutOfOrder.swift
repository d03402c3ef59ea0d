/// A run of bytes that is held back. The bytes on the wire beyond the captured ones are missing for good.
@usableFromInline struct PendingSegment: Sendable {
  var sequence: UInt32
  var byteCount: Int
  var bytes: [UInt8]
  var origin: ChunkOrigin
}

/// Everything besides bytes that arrive in order.
extension StreamReassembler {
  @usableFromInline @inline(never)
  mutating func insertOutOfOrder<C: StreamConsumer & ~Copyable>(
    _ bytes: RawSpan, sequence: UInt32, byteCount: Int, origin: ChunkOrigin, limits: ReassemblyLimits, into consumer: inout C
  ) {
    guard byteCount > 0, byteCount <= Int(StreamReassembler.farthestSegment) else { return }
    let captured = min(bytes.byteCount, byteCount)
    switch start {
    case .known: break
    case .unknown:
      start = .known
      next = sequence
    case .floor:
      // The first segment that reaches past what the peer had acknowledged before is the first of the stream that we can use.
      guard Int32(bitPattern: sequence &+ UInt32(byteCount) &- next) > 0 else { return }
      start = .known
      if Int32(bitPattern: sequence &- next) > 0 { next = sequence }
    }

    let distance = Int32(bitPattern: sequence &- next)
    if distance > StreamReassembler.farthestSegment || distance < -StreamReassembler.farthestSegment {
      strayCount &+= 1
      return
    }
    if distance > 0, isAcknowledgedAhead { loseAcknowledged(before: sequence, origin, into: &consumer) }
    // Positions are relative to `sequence`. What was delivered before is cut off.
    var position = max(0, Int(Int32(bitPattern: next &- sequence)))
    guard position < byteCount else { return }

    if Int32(bitPattern: sequence &+ UInt32(position) &- next) == 0 {
      position = deliverAround(bytes, captured, sequence, position, byteCount, origin, into: &consumer)
    }
    if position < byteCount { hold(bytes, captured, sequence, position, byteCount, origin) }
    while pending.count > limits.segmentCount || pendingByteCount > limits.byteCount { giveUpFirstHole(into: &consumer) }
    forgetReachedAcknowledgment()
  }

  @usableFromInline @inline(never)
  mutating func acknowledgedAhead<C: StreamConsumer & ~Copyable>(_ sequence: UInt32, origin: ChunkOrigin, into consumer: inout C) {
    switch start {
    case .unknown:
      start = .floor
      next = sequence
    case .floor:
      if Int32(bitPattern: sequence &- next) > 0 { next = sequence }
    case .known:
      let limited = limitedToFin(sequence)
      let ahead = Int32(bitPattern: limited &- next)
      guard ahead > 0, ahead <= StreamReassembler.farthestSegment else { return }
      if !isAcknowledgedAhead || Int32(bitPattern: limited &- acknowledgedUpTo) > 0 { acknowledgedUpTo = limited }
      isAcknowledgedAhead = true
      // Without later bytes this may be a packet that was captured before the one it acknowledges: only they settle it.
      while let first = pending.first, Int32(bitPattern: acknowledgedUpTo &- first.sequence) >= 0 {
        emitGap(offset(first.sequence), origin, into: &consumer)
        drain(into: &consumer)
      }
      forgetReachedAcknowledgment()
    }
  }

  /// Bytes after a hole have come: the part of the hole that the peer acknowledged is lost.
  private mutating func loseAcknowledged<C: StreamConsumer & ~Copyable>(
    before sequence: UInt32, _ origin: ChunkOrigin, into consumer: inout C
  ) {
    while Int32(bitPattern: acknowledgedUpTo &- next) > 0, Int32(bitPattern: sequence &- next) > 0 {
      var missing = min(Int(acknowledgedUpTo &- next), Int(sequence &- next))
      if let first = pending.first { missing = min(missing, offset(first.sequence)) }
      emitGap(missing, origin, into: &consumer)
      drain(into: &consumer)
    }
  }

  /// Clears the mark once the stream has come up to the acknowledged number, so that it cannot seem to be ahead again after the
  /// numbers have wrapped.
  private mutating func forgetReachedAcknowledgment() {
    if isAcknowledgedAhead, Int32(bitPattern: acknowledgedUpTo &- next) <= 0 { isAcknowledgedAhead = false }
  }

  /// Delivers from `position`, which is next in order, and drains what is held back when it is reached. Returns the position up
  /// to which the segment is dealt with.
  private mutating func deliverAround<C: StreamConsumer & ~Copyable>(
    _ bytes: RawSpan, _ captured: Int, _ sequence: UInt32, _ position: Int, _ byteCount: Int, _ origin: ChunkOrigin, into consumer: inout C
  ) -> Int {
    var position = position
    while position < byteCount {
      var end = byteCount
      if let first = pending.first {
        end = min(end, position + Int(Int32(bitPattern: first.sequence &- next)))
      }
      if end > position {
        var run = origin
        run.tcpSequence = sequence &+ UInt32(truncatingIfNeeded: position)
        deliver(bytes.extracting(min(position, captured)..<min(end, captured)), end - position, run, into: &consumer)
        position = end
      }
      guard !pending.isEmpty else { break }
      let before = next
      drain(into: &consumer)
      position += Int(next &- before)
      if next == before { break }
    }
    return min(position, byteCount)
  }

  /// Holds back those parts of a segment, from `position` on, that are not held yet.
  private mutating func hold(
    _ bytes: RawSpan, _ captured: Int, _ sequence: UInt32, _ position: Int, _ byteCount: Int, _ origin: ChunkOrigin
  ) {
    // Offsets from `next`, which all held segments lie after.
    let base = Int(Int32(bitPattern: sequence &- next))
    var position = position
    var index = firstPending(endingAfter: base + position)
    while position < byteCount {
      var end = byteCount
      var following: Int?
      if index < pending.count {
        let heldStart = offset(pending[index].sequence)
        if heldStart <= base + position {
          position = heldStart + pending[index].byteCount - base
          index += 1
          continue
        }
        if heldStart < base + byteCount {
          end = heldStart - base
          following = heldStart + pending[index].byteCount - base
        }
      }
      var run = origin
      run.tcpSequence = sequence &+ UInt32(truncatingIfNeeded: position)
      let held = bytes.extracting(min(position, captured)..<min(end, captured)).withUnsafeBytes { [UInt8]($0) }
      pendingByteCount += held.count
      pending.insert(
        PendingSegment(sequence: run.tcpSequence ?? 0, byteCount: end - position, bytes: held, origin: run), at: index)
      guard let following else { return }
      position = following
      index += 2
    }
  }

  private func offset(_ sequence: UInt32) -> Int { Int(Int32(bitPattern: sequence &- next)) }

  /// The index of the first held segment that ends after an offset from `next`. Segments arrive mostly in order: the end first.
  private func firstPending(endingAfter position: Int) -> Int {
    guard let last = pending.last, offset(last.sequence) + last.byteCount > position else { return pending.count }
    var low = 0
    var high = pending.count - 1
    while low < high {
      let middle = (low + high) / 2
      if offset(pending[middle].sequence) + pending[middle].byteCount > position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Delivers a run that is next in order, with a gap for the bytes that were not captured.
  mutating func deliver<C: StreamConsumer & ~Copyable>(_ bytes: RawSpan, _ byteCount: Int, _ origin: ChunkOrigin, into consumer: inout C) {
    let captured = min(bytes.byteCount, byteCount)
    if captured > 0 {
      next = next &+ UInt32(truncatingIfNeeded: captured)
      consumer.bytes(bytes.extracting(0..<captured), origin)
    }
    if byteCount > captured {
      var cut = origin
      cut.tcpSequence = origin.tcpSequence.map { $0 &+ UInt32(truncatingIfNeeded: captured) }
      next = next &+ UInt32(truncatingIfNeeded: byteCount - captured)
      consumer.gap(byteCount - captured, cut)
    }
  }

  /// Delivers all held segments that have become next in order.
  private mutating func drain<C: StreamConsumer & ~Copyable>(into consumer: inout C) {
    var count = 0
    while count < pending.count, pending[count].sequence == next {
      let segment = pending[count]
      pendingByteCount -= segment.bytes.count
      deliver(segment.bytes.span.bytes, segment.byteCount, segment.origin, into: &consumer)
      count += 1
    }
    if count == pending.count { pending = [] } else if count > 0 { pending.removeSubrange(0..<count) }
  }

  mutating func emitGap<C: StreamConsumer & ~Copyable>(_ byteCount: Int, _ origin: ChunkOrigin, into consumer: inout C) {
    guard byteCount > 0 else { return }
    var missing = origin
    missing.tcpSequence = next
    next = next &+ UInt32(truncatingIfNeeded: byteCount)
    consumer.gap(byteCount, missing)
  }

  private mutating func giveUpFirstHole<C: StreamConsumer & ~Copyable>(into consumer: inout C) {
    guard let first = pending.first else { return }
    emitGap(offset(first.sequence), first.origin, into: &consumer)
    drain(into: &consumer)
  }

  mutating func flush<C: StreamConsumer & ~Copyable>(into consumer: inout C) {
    while !pending.isEmpty { giveUpFirstHole(into: &consumer) }
  }

  func limitedToFin(_ sequence: UInt32) -> UInt32 {
    hasFin && Int32(bitPattern: sequence &- finSequence) > 0 ? finSequence : sequence
  }
}
