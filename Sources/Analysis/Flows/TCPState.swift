package import Transport

/// What the flags of a segment mean for the connection's state. ECE and CWR do not matter.
package enum TCPSegmentKind: UInt8, Sendable {
  case syn, synAck, ack, fin, rst
  /// No combination that a connection uses (RFC 9293 §3.10.7): SYN with FIN or RST, nothing acknowledged and no SYN or RST.
  case invalid

  @inline(__always)
  package init(_ flags: TCPFlags) {
    if flags.contains(.syn) {
      self = !flags.isDisjoint(with: [.fin, .rst]) ? .invalid : flags.contains(.ack) ? .synAck : .syn
    } else if flags.contains(.rst) {
      self = .rst
    } else if flags.contains(.fin) {
      self = .fin
    } else {
      self = flags.contains(.ack) ? .ack : .invalid
    }
  }
}

/// DeepFlow's states of a TCP flow. `tx` is the client's, `rx` the server's side of a close.
package enum TCPState: UInt8, Sendable, CaseIterable {
  /// Nothing was seen.
  case raw
  case opening1, opening2
  case established
  case closingTx1, closingTx2, closingRx1, closingRx2
  case closed
  case reset
  case exception
  /// The server answered a SYN by a RST; by an ACK (it holds an older connection), and the client reset that.
  case serverReset, syn1, clientPortReuse
  /// The server repeated its SYN/ACK on an established connection, and reset that.
  case synAck1, serverQueueLack
  case establishReset

  /// The state after a segment, and for how long, in nanoseconds, the next one is waited for.
  ///
  /// Differs from DeepFlow in one thing: what follows a complete close leaves the flow closed. (DeepFlow calls the late FIN or
  /// ACK of a connection that ended well an exception.)
  package mutating func advance(_ kind: TCPSegmentKind, fromClient: Bool) -> Int64 {
    if self == .established, kind == .ack { return FlowTimeout.established }
    let (next, timeout) = following(kind, fromClient)
    self = next
    return timeout
  }

  private func following(_ kind: TCPSegmentKind, _ fromClient: Bool) -> (TCPState, Int64) {
    if kind == .invalid { return self == .closed ? (.closed, FlowTimeout.closedFin) : (.exception, FlowTimeout.others) }
    switch self {
    case .raw, .opening1, .opening2, .syn1: return opening(kind, fromClient)
    case .established, .synAck1: return transferring(kind, fromClient)
    case .closingTx1, .closingTx2, .closingRx1, .closingRx2: return closing(kind, fromClient)
    case .closed: return (.closed, FlowTimeout.closedFin)
    case .reset, .exception, .serverReset, .clientPortReuse, .serverQueueLack, .establishReset: return (self, FlowTimeout.others)
    }
  }

  private func opening(_ kind: TCPSegmentKind, _ fromClient: Bool) -> (TCPState, Int64) {
    switch (kind, fromClient) {
    case (.syn, _): return (self == .opening2 ? .opening2 : .opening1, FlowTimeout.others)
    case (.synAck, false): return (.opening2, FlowTimeout.others)
    case (.ack, true): return (.established, FlowTimeout.established)
    case (.ack, false):
      return self == .opening1 || self == .syn1 ? (.syn1, FlowTimeout.others) : (.established, FlowTimeout.established)
    case (.fin, true): return (.closingTx1, FlowTimeout.others)
    case (.fin, false): return (.closingRx1, FlowTimeout.others)
    case (.rst, _) where self == .raw: return (.reset, FlowTimeout.others)
    case (.rst, true): return (self == .syn1 ? .clientPortReuse : .establishReset, FlowTimeout.openingReset)
    case (.rst, false): return (self == .opening1 ? .serverReset : .establishReset, FlowTimeout.openingReset)
    case (.synAck, true), (.invalid, _): return (.exception, FlowTimeout.others)
    }
  }

  private func transferring(_ kind: TCPSegmentKind, _ fromClient: Bool) -> (TCPState, Int64) {
    switch (kind, fromClient) {
    case (.syn, _): return (.established, FlowTimeout.established)
    case (.synAck, false): return (.synAck1, FlowTimeout.established)
    case (.ack, true): return (self, FlowTimeout.established)
    case (.ack, false): return (.established, FlowTimeout.established)
    case (.fin, true): return (.closingTx1, FlowTimeout.others)
    case (.fin, false): return (.closingRx1, FlowTimeout.others)
    case (.rst, false) where self == .synAck1: return (.serverQueueLack, FlowTimeout.closingReset)
    case (.rst, _): return (.reset, self == .established ? FlowTimeout.closingReset : FlowTimeout.others)
    case (.synAck, true), (.invalid, _): return (.exception, FlowTimeout.others)
    }
  }

  private func closing(_ kind: TCPSegmentKind, _ fromClient: Bool) -> (TCPState, Int64) {
    let isHalf = self == .closingTx1 || self == .closingRx1
    switch kind {
    case .rst: return (.reset, isHalf ? FlowTimeout.others : FlowTimeout.closedFin)
    case .fin where self == .closingTx1 && !fromClient: return (.closingTx2, FlowTimeout.others)
    case .fin where self == .closingRx1 && fromClient: return (.closingRx2, FlowTimeout.others)
    // The last acknowledgment comes from the side that closed first.
    case .ack where self == .closingTx2 && fromClient: return (.closed, FlowTimeout.closedFin)
    case .ack where self == .closingRx2 && !fromClient: return (.closed, FlowTimeout.closedFin)
    default: return (self, FlowTimeout.others)
    }
  }

  /// The same state with the ends exchanged, for when the client turns out to be the other one.
  package var mirrored: TCPState {
    switch self {
    case .closingTx1: .closingRx1
    case .closingTx2: .closingRx2
    case .closingRx1: .closingTx1
    case .closingRx2: .closingTx2
    default: self
    }
  }

  /// Whether the connection is over, so that a new SYN or SYN/ACK begins another one.
  package var isOver: Bool {
    switch self {
    case .closingTx2, .closingRx2, .closed, .reset, .serverReset, .clientPortReuse, .serverQueueLack, .establishReset: true
    default: false
    }
  }
}

/// Nanoseconds of silence after which a flow has ended: the defaults of DeepFlow's `conntrack.timeouts`.
package enum FlowTimeout {
  package static let established: Int64 = 300_000_000_000
  /// After a RST on an established connection.
  package static let closingReset: Int64 = 35_000_000_000
  /// After a RST during the handshake.
  package static let openingReset: Int64 = 1_000_000_000
  /// Opening, closing, exceptions, flows of one direction only, and datagrams.
  package static let others: Int64 = 5_000_000_000
  /// After a complete close.
  package static let closedFin: Int64 = 2_000_000_000
}
