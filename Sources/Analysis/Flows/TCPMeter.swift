package import Capture
package import Transport

/// Times and faults of one TCP connection, by DeepFlow's definitions. Everything is kept for both ends alike: which of the two is
/// the client may become known only later.
///
/// - A *request* is a segment with PSH, ACK and more than one byte; one byte may be a keep-alive.
/// - srt: a request, answered by a bare ACK of exactly that segment.
/// - art: a request, answered by the next data of the other end, with at most one bare ACK in between.
/// - cit: the other end's last data (at first, the handshake's end), followed by a request.
/// - rtt: from a SYN to its SYN/ACK, from a SYN/ACK to its ACK, from the first SYN to the ACK that completes the handshake.
///
/// Segments whose time runs backwards are counted, but take no part in times. RST, FIN and abnormal segments end what was being
/// timed.
package struct TCPMeter: ~Copyable, Sendable {
  /// Longer times are not network or service times, and are left out (microseconds).
  package static let serverResponseLimit: UInt32 = 10_000_000
  package static let roundTripLimit: UInt32 = 30_000_000
  package static let applicationResponseLimit: UInt32 = 30_000_000

  struct Marks: OptionSet, Sendable {
    var rawValue: UInt16
    /// A SYN or SYN/ACK was seen, and `handshakeTime` and `handshakeNext` are its own.
    static var handshake: Marks { Marks(rawValue: 1 << 0) }
    /// `base` is known.
    static var base: Marks { Marks(rawValue: 1 << 1) }
    /// `lastTime`, `lastSequence` and `lastByteCount` are those of a segment.
    static var last: Marks { Marks(rawValue: 1 << 2) }
    static var windowScale: Marks { Marks(rawValue: 1 << 3) }
    /// This end's next bare ACK, its next data, end a srt, an art.
    static var awaitsAcknowledgment: Marks { Marks(rawValue: 1 << 4) }
    static var awaitsResponse: Marks { Marks(rawValue: 1 << 5) }
    /// Until the first data: round trips of the handshake are measured.
    static var measuresRoundTrip: Marks { Marks(rawValue: 1 << 6) }
    /// This end sent a SYN and the SYN/ACK came after it.
    static var sawSynAckAfterSyn: Marks { Marks(rawValue: 1 << 7) }
    /// The last segment was the handshake's ACK.
    static var completedHandshake: Marks { Marks(rawValue: 1 << 8) }
    /// The handshake segment is a SYN/ACK.
    static var answersSyn: Marks { Marks(rawValue: 1 << 10) }
    static var acknowledged: Marks { Marks(rawValue: 1 << 9) }
    static var allowsSelectiveAcknowledgment: Marks { Marks(rawValue: 1 << 11) }
  }

  /// What one end did.
  package struct End: ~Copyable, Sendable {
    var marks: Marks = []
    var windowScale: UInt8 = 0
    package internal(set) var maximumSegmentSize: UInt16?
    /// Where the end's sequence numbers begin: that of the SYN, or one before the first one seen.
    var base: UInt32 = 0
    var handshakeNext: UInt32 = 0
    var handshakeTime = Timestamp(nanoseconds: 0)
    /// The last segment that took part; a SYN counts one byte.
    var lastTime = Timestamp(nanoseconds: 0)
    var lastSequence: UInt32 = 0
    var lastByteCount: UInt32 = 0
    var lastAcknowledgment: UInt32 = 0
    var lastWindow: UInt16 = 0
    /// The largest window announced after the handshake, as sent.
    var largestWindow: UInt16 = 0
    var tracker = SequenceTracker()

    /// SYN or SYN/ACK of the other end, to this end's answer.
    package internal(set) var handshakeReply = DurationFigures()
    package internal(set) var serverResponse = DurationFigures()
    package internal(set) var applicationResponse = DurationFigures()
    package internal(set) var idle = DurationFigures()
    package internal(set) var synCount: UInt32 = 0
    package internal(set) var synAckCount: UInt32 = 0
    package internal(set) var finCount: UInt32 = 0
    package internal(set) var resetCount: UInt32 = 0
    package internal(set) var repeatedSynCount: UInt32 = 0
    package internal(set) var repeatedSynAckCount: UInt32 = 0
    package internal(set) var retransmissionCount: UInt32 = 0
    package internal(set) var outOfOrderCount: UInt32 = 0
    package internal(set) var zeroWindowCount: UInt32 = 0
    package internal(set) var duplicateAcknowledgmentCount: UInt32 = 0
    package internal(set) var selectiveAcknowledgmentCount: UInt32 = 0
    package internal(set) var keepAliveCount: UInt32 = 0
    /// Most bytes that were sent and not yet acknowledged.
    package internal(set) var bytesInFlightMaximum: UInt32 = 0

    /// The number after the last segment.
    var nextSequence: UInt32 { lastSequence &+ lastByteCount }
    package var hasHoles: Bool { tracker.hasHoles }
    package var sawHandshake: Bool { marks.contains(.handshake) }
    /// Whether it offered selective acknowledgments; `nil` when its SYN or SYN/ACK was not seen.
    package var allowsSelectiveAcknowledgment: Bool? { sawHandshake ? marks.contains(.allowsSelectiveAcknowledgment) : nil }
    /// The shift that it announced for its windows.
    package var announcedWindowScale: UInt8? { marks.contains(.windowScale) ? windowScale : nil }
    /// Sequence number of the SYN or SYN/ACK.
    package var initialSequence: UInt32? { sawHandshake ? handshakeNext &- 1 : nil }
  }

  package internal(set) var ends = BySide { End() }
  /// From the first SYN to the ACK that completes the handshake, microseconds.
  package internal(set) var roundTrip: UInt32?
  private var isHandshaking = false

  package init() {}

  /// Whether a SYN, or a SYN/ACK after the connection's end, can only belong to another connection with the same ports: its
  /// sequence number is not the one that this end's numbers began with.
  package func startsNewConnection(_ flags: TCPFlags, sequence: UInt32, from side: FlowSide, isOver: Bool) -> Bool {
    guard flags.contains(.syn), !flags.contains(.rst), !flags.contains(.ack) || isOver else { return false }
    return ends[side].marks.contains(.base) && ends[side].base != sequence
  }

  /// Returns whether the segment carries payload that was all seen before.
  @discardableResult
  package mutating func observe(_ segment: borrowing TCPSegment, from side: FlowSide, at time: Timestamp) -> Bool {
    ends.withBoth(side) { own, other in TCPMeter.observe(segment, time, &own, &other, &isHandshaking, &roundTrip) }
  }

  /// `own` is the sender's end, `other` the receiver's.
  private static func observe(
    _ segment: borrowing TCPSegment, _ time: Timestamp, _ own: inout End, _ other: inout End,
    _ isHandshaking: inout Bool, _ roundTrip: inout UInt32?
  ) -> Bool {
    if !own.marks.contains(.base) {
      own.marks.insert(.base)
      own.base = segment.kind == .syn || segment.kind == .synAck ? segment.sequence : segment.sequence &- 1
    }
    if segment.kind == .fin || segment.flags.contains(.fin) { own.finCount &+= 1 }
    if segment.selectiveAcknowledgmentBlockCount > 0 { own.selectiveAcknowledgmentCount &+= 1 }
    let isKeepAlive = segment.kind == .ack && segment.byteCount <= 1 && isProbe(segment, own)
    let repetition = count(segment, isKeepAlive, time, &own, &other, &isHandshaking)
    noteAcknowledgment(segment, &own, other)

    guard segment.kind == .ack || segment.kind == .syn || segment.kind == .synAck, repetition != .straddling else {
      if segment.kind == .rst { own.resetCount &+= 1 }
      own.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
      other.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
      if segment.kind == .ack { own.noteLast(segment, segment.byteCount, time) }
      return repetition == .whole
    }
    // Times only grow with times.
    if own.marks.contains(.last) && time < own.lastTime || other.marks.contains(.last) && time < other.lastTime {
      return repetition == .whole
    }
    if isHandshaking { isHandshaking = measureHandshake(segment, time, &own, &other, &roundTrip) }
    if !isHandshaking { measureTransfer(segment, time, &own, &other) }
    own.noteLast(segment, segment.kind == .ack ? segment.byteCount : 1, time)
    return repetition == .whole
  }

  /// RFC 9293 §3.8.4: a segment of no or one byte, one before what the peer expects.
  @inline(__always)
  private static func isProbe(_ segment: borrowing TCPSegment, _ own: borrowing End) -> Bool {
    own.tracker.hasStarted && segment.sequence &+ 1 == own.tracker.next
  }

  /// How much of a segment's payload was seen before.
  private enum Repetition {
    case none, whole
    /// A part of it, or it cannot be said.
    case straddling
  }

  /// Counts what needs no time.
  @inline(__always)
  private static func count(
    _ segment: borrowing TCPSegment, _ isKeepAlive: Bool, _ time: Timestamp,
    _ own: inout End, _ other: inout End, _ isHandshaking: inout Bool
  ) -> Repetition {
    var repetition = Repetition.none
    switch segment.kind {
    case .ack where segment.byteCount == 0:
      if isKeepAlive { own.keepAliveCount &+= 1 }
    case .ack, .fin:
      if isKeepAlive {
        own.keepAliveCount &+= 1
      } else if segment.byteCount > 0 {
        switch own.tracker.observe(segment.sequence, segment.byteCount) {
        case .new: break
        case .retransmission:
          own.retransmissionCount &+= 1
          repetition = .whole
        case .outOfOrder: own.outOfOrderCount &+= 1
        case .straddling, .stray: return .straddling
        }
        let inFlight = own.tracker.next &- other.lastAcknowledgment
        if other.marks.contains(.acknowledged), inFlight < 1 << 30 { own.bytesInFlightMaximum = max(own.bytesInFlightMaximum, inFlight) }
      }
    case .syn, .synAck: countHandshake(segment, time, &own, &other, &isHandshaking)
    case .rst, .invalid: break
    }
    return repetition
  }

  private static func countHandshake(
    _ segment: borrowing TCPSegment, _ time: Timestamp, _ own: inout End,
    _ other: inout End, _ isHandshaking: inout Bool
  ) {
    let isFirst = !own.marks.contains(.handshake)
    if segment.kind == .syn {
      own.synCount &+= 1
      if !isFirst {
        own.repeatedSynCount &+= 1
        own.retransmissionCount &+= 1
      }
    } else {
      own.synAckCount &+= 1
      if !isFirst {
        own.repeatedSynAckCount &+= 1
        own.retransmissionCount &+= 1
      }
      if isFirst, other.marks.contains(.handshake) { other.marks.insert(.sawSynAckAfterSyn) }
    }
    if let scale = segment.windowScale {
      own.marks.insert(.windowScale)
      own.windowScale = scale
    }
    if let size = segment.maximumSegmentSize { own.maximumSegmentSize = size }
    if segment.allowsSelectiveAcknowledgment { own.marks.insert(.allowsSelectiveAcknowledgment) }
    if isFirst {
      own.marks.insert(segment.kind == .synAck ? [.handshake, .answersSyn] : .handshake)
      own.handshakeTime = time
      own.handshakeNext = segment.sequence &+ 1
      own.tracker.start(at: own.handshakeNext)
    }
    // Data on a SYN (TCP Fast Open, RFC 7413).
    if segment.byteCount > 0 { _ = own.tracker.observe(segment.sequence &+ 1, segment.byteCount) }
    // A handshake is timed from its first SYN on. One that begins with a SYN/ACK, or a SYN/ACK that comes again after data, is not.
    if isFirst, segment.kind == .syn, !other.marks.contains(.handshake) { isHandshaking = true }
    if isHandshaking {
      own.marks.insert(.measuresRoundTrip)
      other.marks.insert(.measuresRoundTrip)
    }
    own.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
    other.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
  }

  @inline(__always)
  private static func noteAcknowledgment(
    _ segment: borrowing TCPSegment, _ own: inout End, _ other: borrowing End
  ) {
    guard segment.flags.contains(.ack), segment.kind != .rst else { return }
    // RFC 5681 §2: a duplicate acknowledges nothing new, carries nothing, announces no other window, while data is outstanding.
    if segment.kind == .ack, segment.byteCount == 0, own.marks.contains(.acknowledged), segment.acknowledgment == own.lastAcknowledgment,
      segment.window == own.lastWindow, other.tracker.hasStarted, other.tracker.next != segment.acknowledgment
    {
      own.duplicateAcknowledgmentCount &+= 1
    }
    own.marks.insert(.acknowledged)
    own.lastAcknowledgment = segment.acknowledgment
    own.lastWindow = segment.window
    // RFC 7323 §2.2: the window of a SYN is never scaled.
    if segment.kind != .synAck, segment.window > own.largestWindow { own.largestWindow = segment.window }
  }

  /// Returns whether the handshake still goes on after this segment.
  private static func measureHandshake(
    _ segment: borrowing TCPSegment, _ time: Timestamp, _ own: inout End,
    _ other: inout End, _ roundTrip: inout UInt32?
  ) -> Bool {
    let isBareAcknowledgment = segment.kind == .ack && segment.byteCount == 0
    // Only a SYN/ACK is answered by the handshake's last ACK; the server's first bare ACK answers nothing. The last ACK may
    // bring data already (DeepFlow waits for a bare one, and then has no round trip at all).
    let completes =
      segment.kind == .ack && other.marks.contains(.answersSyn) && segment.acknowledgment == other.handshakeNext
      && (isBareAcknowledgment || segment.sequence == own.handshakeNext)
    // A SYN/ACK may acknowledge data that came with the SYN (RFC 7413).
    let answers = segment.acknowledgment == other.nextSequence || segment.kind == .synAck && segment.acknowledgment == other.tracker.next
    if own.marks.contains(.measuresRoundTrip), other.marks.contains(.handshake), answers, completes || segment.kind == .synAck {
      own.handshakeReply.add(from: other.handshakeTime, to: time, limit: roundTripLimit)
    }
    if completes {
      if own.marks.contains(.sawSynAckAfterSyn), own.marks.contains(.measuresRoundTrip), roundTrip == nil {
        let duration = time.microseconds(since: own.handshakeTime)
        if duration > 0, duration <= Int64(roundTripLimit) { roundTrip = UInt32(duration) }
      }
      own.marks.insert(.completedHandshake)
      own.marks.remove(.measuresRoundTrip)
    }
    if segment.kind == .ack, !isBareAcknowledgment {
      own.marks.remove(.measuresRoundTrip)
      other.marks.remove(.measuresRoundTrip)
    }
    return segment.kind != .ack || isBareAcknowledgment
  }

  @inline(__always)
  private static func measureTransfer(
    _ segment: borrowing TCPSegment, _ time: Timestamp, _ own: inout End,
    _ other: inout End
  ) {
    let isBareAcknowledgment = segment.byteCount == 0
    let isRequest = segment.byteCount > 1 && segment.flags.contains(.psh)
    if own.marks.contains(.awaitsAcknowledgment), isBareAcknowledgment, segment.acknowledgment == other.nextSequence {
      own.serverResponse.add(from: other.lastTime, to: time, limit: serverResponseLimit)
    }
    if own.marks.contains(.awaitsResponse), segment.byteCount > 1, segment.sequence == own.nextSequence {
      own.applicationResponse.add(from: other.lastTime, to: time, limit: applicationResponseLimit)
    }
    if isBareAcknowledgment {
      own.marks.remove(.awaitsAcknowledgment)
      other.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
    } else {
      own.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
      if isRequest {
        other.marks.insert([.awaitsAcknowledgment, .awaitsResponse])
      } else {
        other.marks.subtract([.awaitsAcknowledgment, .awaitsResponse])
      }
    }
    // A window is zero whatever it is scaled by.
    if segment.window == 0 { own.zeroWindowCount &+= 1 }
    guard isRequest else { return }
    if own.marks.contains(.completedHandshake) {
      own.marks.remove(.completedHandshake)
      own.idle.add(from: max(own.lastTime, other.marks.contains(.last) ? other.lastTime : own.lastTime), to: time, limit: UInt32.max)
    } else if other.lastByteCount > 1, own.lastByteCount <= 1 || other.lastTime > own.lastTime {
      own.idle.add(from: other.lastTime, to: time, limit: UInt32.max)
    }
  }
}

extension TCPMeter.End {
  @inline(__always)
  mutating func noteLast(_ segment: borrowing TCPSegment, _ byteCount: UInt32, _ time: Timestamp) {
    marks.insert(.last)
    lastTime = time
    lastSequence = segment.sequence
    lastByteCount = byteCount
  }
}
