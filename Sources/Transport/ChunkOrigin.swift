public import Capture

/// Which end of a flow sent something. The initiator is the end whose packet or event was seen first; who of the two is the
/// client is decided later, by handshake, by protocol or by score.
@usableFromInline package enum FlowSide: UInt8, Sendable {
  case initiator = 0
  case responder = 1

  @inlinable package var opposite: FlowSide { self == .initiator ? .responder : .initiator }
}

/// Where and when a run of stream bytes was observed: one packet's payload, or one system call's.
@usableFromInline package struct ChunkOrigin: Sendable {
  /// The observation's ordinal.
  @usableFromInline package var ordinal: UInt64
  /// A packet's time; entry of a sending and exit of a receiving system call.
  @usableFromInline package var time: Timestamp
  /// Sequence number of the chunk's first byte.
  @usableFromInline package var tcpSequence: UInt32?
  /// The thread of the system call; `nil` for packets.
  @usableFromInline package var thread: ThreadOrigin?

  @inlinable package init(ordinal: UInt64, time: Timestamp, tcpSequence: UInt32?, thread: ThreadOrigin? = nil) {
    self.ordinal = ordinal
    self.time = time
    self.tcpSequence = tcpSequence
    self.thread = thread
  }
}

/// The thread that made a system call.
@usableFromInline package struct ThreadOrigin: Hashable, Sendable {
  @usableFromInline package var processID: UInt32
  @usableFromInline package var threadID: UInt32

  @inlinable package init(processID: UInt32, threadID: UInt32) {
    self.processID = processID
    self.threadID = threadID
  }
}

/// What receives one direction's byte stream: bytes in order, or a gap of known size. Spans are valid during the call only.
@usableFromInline package protocol StreamConsumer: ~Copyable {
  mutating func bytes(_ bytes: RawSpan, _ origin: ChunkOrigin)
  /// `byteCount` bytes of the stream are missing before what comes next.
  mutating func gap(_ byteCount: Int, _ origin: ChunkOrigin)
}
