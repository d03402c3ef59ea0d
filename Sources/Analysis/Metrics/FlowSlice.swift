import Capture
import Transport

/// What a flow did in one second: the part of its figures that was added then.
///
/// The slices of a flow add up to its row: counters and sums as differences of the meter's, maxima as of the second alone.
package struct FlowSlice: Sendable {
  /// What one end sent and took, in this second.
  package struct End: Sendable {
    package var byteCount: UInt64 = 0
    package var l3ByteCount: UInt64 = 0
    package var l4ByteCount: UInt64 = 0
    package var packetCount: UInt64 = 0
    package var synCount: UInt32 = 0
    package var synAckCount: UInt32 = 0
    package var finCount: UInt32 = 0
    package var repeatedSynCount: UInt32 = 0
    package var repeatedSynAckCount: UInt32 = 0
    package var retransmissionCount: UInt32 = 0
    package var outOfOrderCount: UInt32 = 0
    package var zeroWindowCount: UInt32 = 0
    package var handshakeReply = DurationFigures()
    package var serverResponse = DurationFigures()
    package var applicationResponse = DurationFigures()
    package var idle = DurationFigures()
  }

  /// Start of the second, seconds since the epoch.
  package var second: Int64
  var ends: BySide<End>
  package var roundTrip: UInt32?
  var client: FlowSide

  package var fromClient: End { _read { yield ends[client] } }
  package var fromServer: End { _read { yield ends[client.opposite] } }
}

/// How many slices an analysis may still make. Beyond it, what flows do counts in the second that each has come to: sums stay right.
struct SliceAllowance: Sendable {
  /// Slices of all flows together: about 300 MB.
  static let limit = 1 << 20

  private var rest = SliceAllowance.limit
  /// Seconds that were not told apart from the one before.
  private(set) var deniedCount = 0

  mutating func take() -> Bool {
    if rest == 0 {
      deniedCount += 1
      return false
    }
    rest -= 1
    return true
  }
}

/// Cuts a live flow's figures into seconds. A flow that lies within one second has no slices: its row says it all.
struct FlowTimeline: Sendable {

  /// Finished seconds, with cumulative counters and the maxima of each second.
  private var slices: [FlowSlice] = []
  private var second: Int64?

  /// To be called before the meter sees something of `time`. Time that runs backwards belongs to the current second.
  @inline(__always)
  mutating func advance(to time: Timestamp, _ meter: inout FlowMeter, _ allowance: inout SliceAllowance) {
    let next = FlowTimeline.second(of: time)
    guard let current = second else {
      second = next
      return
    }
    if next > current { close(current, &meter, next: next, &allowance) }
  }

  private mutating func close(_ current: Int64, _ meter: inout FlowMeter, next: Int64, _ allowance: inout SliceAllowance) {
    guard allowance.take() else { return }
    slices.append(FlowSlice(meter, second: current))
    meter.forgetMaxima()
    second = next
  }

  /// The slices of the flow, which has ended; the meter has its maxima again.
  mutating func finish(_ meter: inout FlowMeter) -> [FlowSlice] {
    guard !slices.isEmpty, let second else { return [] }
    slices.append(FlowSlice(meter, second: second))
    for slice in slices { meter.restoreMaxima(of: slice) }
    for index in slices.indices {
      slices[index].client = meter.client
    }
    for index in slices.indices.dropFirst().reversed() { slices[index].subtract(slices[index - 1]) }
    return slices
  }

  static func second(of time: Timestamp) -> Int64 {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

extension FlowSlice {
  /// Cumulative counters, and the maxima since `forgetMaxima`.
  fileprivate init(_ meter: borrowing FlowMeter, second: Int64) {
    self.second = second
    ends = BySide(
      initiator: End(meter.counters.initiator, meter.tcp.ends.initiator), responder: End(meter.counters.responder, meter.tcp.ends.responder)
    )
    roundTrip = meter.tcp.roundTrip
    client = meter.client
  }

  /// Makes differences of cumulative counters.
  fileprivate mutating func subtract(_ earlier: FlowSlice) {
    ends.initiator.subtract(earlier.ends.initiator)
    ends.responder.subtract(earlier.ends.responder)
    if earlier.roundTrip != nil { roundTrip = nil }
  }

  /// The whole of a flow that lies within one second.
  init(_ row: borrowing FlowRow) {
    second = FlowTimeline.second(of: row.startTime)
    client = .initiator
    var fromClient = End(row.toServer)
    var fromServer = End(row.toClient)
    // Who of the two sent a SYN makes no difference to the sums.
    fromClient.synCount = row.synCount
    fromServer.synAckCount = row.synAckCount
    fromClient.finCount = row.finCount
    fromClient.repeatedSynCount = row.repeatedSynCount
    fromServer.repeatedSynAckCount = row.repeatedSynAckCount
    fromClient.handshakeReply = row.clientRoundTrip
    fromServer.handshakeReply = row.serverRoundTrip
    fromServer.serverResponse = row.serverResponse
    fromServer.applicationResponse = row.applicationResponse
    fromClient.idle = row.clientIdle
    ends = BySide(initiator: fromClient, responder: fromServer)
    roundTrip = row.roundTrip
  }
}

extension FlowSlice.End {
  fileprivate init(_ counters: borrowing FlowMeter.Counters, _ end: borrowing TCPMeter.End) {
    byteCount = counters.byteCount
    l3ByteCount = counters.l3ByteCount
    l4ByteCount = counters.l4ByteCount
    packetCount = counters.packetCount
    synCount = end.synCount
    synAckCount = end.synAckCount
    finCount = end.finCount
    repeatedSynCount = end.repeatedSynCount
    repeatedSynAckCount = end.repeatedSynAckCount
    retransmissionCount = end.retransmissionCount
    outOfOrderCount = end.outOfOrderCount
    zeroWindowCount = end.zeroWindowCount
    handshakeReply = end.handshakeReply
    serverResponse = end.serverResponse
    applicationResponse = end.applicationResponse
    idle = end.idle
  }

  fileprivate init(_ traffic: FlowRow.Traffic) {
    byteCount = traffic.byteCount
    l3ByteCount = traffic.l3ByteCount
    l4ByteCount = traffic.l4ByteCount
    packetCount = traffic.packetCount
    retransmissionCount = traffic.retransmissionCount
    outOfOrderCount = traffic.outOfOrderCount
    zeroWindowCount = traffic.zeroWindowCount
  }

  fileprivate mutating func subtract(_ earlier: FlowSlice.End) {
    byteCount &-= earlier.byteCount
    l3ByteCount &-= earlier.l3ByteCount
    l4ByteCount &-= earlier.l4ByteCount
    packetCount &-= earlier.packetCount
    synCount &-= earlier.synCount
    synAckCount &-= earlier.synAckCount
    finCount &-= earlier.finCount
    repeatedSynCount &-= earlier.repeatedSynCount
    repeatedSynAckCount &-= earlier.repeatedSynAckCount
    retransmissionCount &-= earlier.retransmissionCount
    outOfOrderCount &-= earlier.outOfOrderCount
    zeroWindowCount &-= earlier.zeroWindowCount
    handshakeReply.subtract(earlier.handshakeReply)
    serverResponse.subtract(earlier.serverResponse)
    applicationResponse.subtract(earlier.applicationResponse)
    idle.subtract(earlier.idle)
  }
}

extension FlowMeter {
  /// Starts the maxima of another second.
  fileprivate mutating func forgetMaxima() {
    for side in [FlowSide.initiator, .responder] {
      tcp.ends[side].handshakeReply.forgetMaximum()
      tcp.ends[side].serverResponse.forgetMaximum()
      tcp.ends[side].applicationResponse.forgetMaximum()
      tcp.ends[side].idle.forgetMaximum()
    }
  }

  fileprivate mutating func restoreMaxima(of slice: FlowSlice) {
    for side in [FlowSide.initiator, .responder] {
      tcp.ends[side].handshakeReply.raiseMaximum(slice.ends[side].handshakeReply.maximum)
      tcp.ends[side].serverResponse.raiseMaximum(slice.ends[side].serverResponse.maximum)
      tcp.ends[side].applicationResponse.raiseMaximum(slice.ends[side].applicationResponse.maximum)
      tcp.ends[side].idle.raiseMaximum(slice.ends[side].idle.maximum)
    }
  }
}
