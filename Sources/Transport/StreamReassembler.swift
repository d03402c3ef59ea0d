/// How much one direction may hold back, waiting for what is missing.
@usableFromInline package struct ReassemblyLimits: Sendable {
  /// Runs held back. Beyond this, what is missing is given up as a gap.
  @usableFromInline package var segmentCount: Int
  /// Captured bytes held back.
  @usableFromInline package var byteCount: Int

  package init(segmentCount: Int, byteCount: Int) {
    self.segmentCount = segmentCount
    self.byteCount = byteCount
  }

  /// Packets: a lost segment is sent again within about a round trip, in which up to a window arrives.
  @usableFromInline package static let packets = ReassemblyLimits(segmentCount: 2048, byteCount: 4 << 20)
  /// System calls: the kernel has ordered the bytes; only calls of several threads overtake each other, and a hole is a loss.
  @usableFromInline package static let systemCalls = ReassemblyLimits(segmentCount: 16, byteCount: 1 << 20)
}

/// Puts one direction of a TCP connection in order: what was sent reaches the consumer once, in order, with gaps where it is
/// known to be missing.
///
/// Bytes in order pass through as the caller's own span, without a copy. What arrives ahead of a hole is copied and held until
/// the hole is filled, the peer acknowledges the missing bytes (they reached it, so the capture lost them), a limit is reached, or
/// the stream is finished. Of bytes sent twice the first copy counts. Sequence numbers are compared modulo 2^32 (RFC 9293 §3.4).
///
/// The same type serves system calls, whose events carry the sequence number of their first byte.
@usableFromInline package struct StreamReassembler: Sendable {
  /// Segments farther ahead than a window can be (RFC 7323 §2.3: 2^30 bytes) are not of this stream.
  @usableFromInline package static let farthestSegment: Int32 = 1 << 30

  /// Where the stream begins is known step by step.
  @usableFromInline enum Start: UInt8, Sendable {
    /// Nothing was seen.
    case unknown
    /// The peer has acknowledged bytes up to `next`; what lies before is old.
    case floor
    case known
  }

  /// Sequence number of the next byte to deliver.
  @usableFromInline var next: UInt32 = 0
  /// The highest number the peer acknowledged, as far as it is ahead of `next`.
  @usableFromInline var acknowledgedUpTo: UInt32 = 0
  @usableFromInline var finSequence: UInt32 = 0
  @usableFromInline var start: Start = .unknown
  @usableFromInline var hasFin = false
  @usableFromInline var isAcknowledgedAhead = false
  /// Held back, in sequence order, without overlap, all after `next`. Empty (and without memory) while nothing is out of order.
  @usableFromInline var pending: [PendingSegment] = []
  /// Captured bytes in `pending`.
  package internal(set) var pendingByteCount = 0
  /// Segments too far from the stream to belong to it.
  package internal(set) var strayCount: UInt32 = 0

  package init() {}

  /// Whether any byte, or the connection's beginning, was seen.
  @inlinable package var hasStarted: Bool { start == .known }
  /// The sequence number that is expected next, when one is.
  @inlinable package var expectedSequence: UInt32? { start == .known ? next : nil }
  /// Whether all bytes up to the FIN were delivered.
  @inlinable package var isComplete: Bool { hasFin && start == .known && next == finSequence }

  /// A SYN with this sequence number: the first byte of the stream has the next one.
  @usableFromInline package mutating func synchronize(_ sequence: UInt32) {
    guard start != .known else { return }
    next = sequence &+ 1
    start = .known
  }

  /// A run of the stream that was observed: `bytes` of the `byteCount` bytes on the wire, from `sequence` on. Bytes on the wire
  /// beyond those captured are an immediate gap.
  @inlinable @inline(__always)
  package mutating func insert<C: StreamConsumer & ~Copyable>(
    _ bytes: RawSpan, sequence: UInt32, byteCount: Int, origin: ChunkOrigin, limits: ReassemblyLimits = .packets, into consumer: inout C
  ) {
    if start == .known, sequence == next, pending.isEmpty, !isAcknowledgedAhead, byteCount == bytes.byteCount {
      guard byteCount > 0 else { return }
      next = next &+ UInt32(truncatingIfNeeded: byteCount)
      consumer.bytes(bytes, origin)
      return
    }
    insertOutOfOrder(bytes, sequence: sequence, byteCount: byteCount, origin: origin, limits: limits, into: &consumer)
  }

  /// The SYN, FIN and payload of a TCP packet; `payload` is what was captured of it. Its acknowledgment concerns the other direction: pass
  /// it to that one's `acknowledged`, before this. Bytes of a RST are a diagnostic, not of the stream (RFC 9293 §3.10.7).
  @inlinable @inline(__always)
  package mutating func insert<C: StreamConsumer & ~Copyable>(
    segment packet: borrowing DecodedPacket, payload: RawSpan, origin: ChunkOrigin, into consumer: inout C
  ) {
    if !packet.tcpFlags.isDisjoint(with: [.syn, .fin, .rst]) {
      if packet.tcpFlags.contains(.rst) { return }
      if packet.tcpFlags.contains(.syn) { synchronize(packet.tcpSequence) }
      if packet.tcpFlags.contains(.fin) { finish(at: packet.tcpSequence &+ UInt32(truncatingIfNeeded: packet.payloadByteCount)) }
    }
    guard packet.payloadByteCount > 0 else { return }
    insert(
      payload, sequence: packet.tcpFlags.contains(.syn) ? packet.tcpSequence &+ 1 : packet.tcpSequence, byteCount: packet.payloadByteCount,
      origin: origin, into: &consumer)
  }

  /// Bytes without a sequence number: they follow what was delivered last.
  package mutating func insertUnsequenced<C: StreamConsumer & ~Copyable>(
    _ bytes: RawSpan, byteCount: Int, origin: ChunkOrigin, into consumer: inout C
  ) {
    flush(into: &consumer)
    if start == .floor { start = .unknown }
    deliver(bytes, byteCount, origin, into: &consumer)
  }

  /// A FIN whose sequence number is `sequence`: the number after the stream's last byte.
  @usableFromInline package mutating func finish(at sequence: UInt32) {
    guard !hasFin else { return }
    hasFin = true
    finSequence = sequence
  }

  /// The peer has received everything before `sequence`. Bytes of which there is no trace were lost by the capture, and once
  /// later ones are there they are a gap.
  @inlinable @inline(__always)
  package mutating func acknowledged<C: StreamConsumer & ~Copyable>(_ sequence: UInt32, origin: ChunkOrigin, into consumer: inout C) {
    if start == .known, sequence == next || Int32(bitPattern: sequence &- next) < 0 { return }
    acknowledgedAhead(sequence, origin: origin, into: &consumer)
  }

  /// The stream's end: what is held back is delivered, each run behind its gap.
  package mutating func finish<C: StreamConsumer & ~Copyable>(origin: ChunkOrigin, into consumer: inout C) {
    flush(into: &consumer)
    guard isAcknowledgedAhead, start == .known else { return }
    let missing = Int(Int32(bitPattern: limitedToFin(acknowledgedUpTo) &- next))
    // A single acknowledged number whose segment was not seen is a FIN more often than a byte.
    if missing > 1 || (missing == 1 && hasFin) { emitGap(missing, origin, into: &consumer) }
  }
}
