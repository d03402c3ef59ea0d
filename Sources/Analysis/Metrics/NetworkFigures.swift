import Capture
import Transport

/// Traffic, faults and times of flows: the figures of `network` and `network_map`.
package struct NetworkFigures: MergeableFigures {
  /// What one end of the flows sent.
  package struct Traffic: Sendable {
    package fileprivate(set) var byteCount: UInt64 = 0
    package fileprivate(set) var l3ByteCount: UInt64 = 0
    package fileprivate(set) var l4ByteCount: UInt64 = 0
    package fileprivate(set) var packetCount: UInt64 = 0
    package fileprivate(set) var retransmissionCount: UInt64 = 0
    package fileprivate(set) var outOfOrderCount: UInt64 = 0
    package fileprivate(set) var zeroWindowCount: UInt64 = 0
    /// Packets, and bytes of payload, that the point before saw and this one did not.
    package fileprivate(set) var lostPacketCount: UInt64 = 0
    package fileprivate(set) var lostByteCount: UInt64 = 0
  }

  /// Sum, count and maximum of durations in µs.
  package struct Durations: Sendable {
    package private(set) var sum: UInt64 = 0
    package private(set) var count: UInt64 = 0
    private var largest: UInt32 = 0

    package var average: Int64? { count == 0 ? nil : Int64((Double(sum) / Double(count)).rounded()) }
    package var maximum: Int64? { count == 0 ? nil : Int64(largest) }

    mutating func add(_ figures: DurationFigures) {
      sum &+= figures.sum
      count &+= UInt64(figures.count)
      if figures.count > 0 { largest = max(largest, figures.maximum) }
    }

    mutating func merge(_ other: Durations) {
      sum &+= other.sum
      count &+= other.count
      largest = max(largest, other.largest)
    }
  }

  package private(set) var toServer = Traffic()
  package private(set) var toClient = Traffic()
  /// Flows that began, that ended, that were there.
  package private(set) var newFlowCount: UInt64 = 0
  package private(set) var closedFlowCount: UInt64 = 0
  package private(set) var activeFlowCount: UInt64 = 0
  package private(set) var synCount: UInt64 = 0
  package private(set) var synAckCount: UInt64 = 0
  package private(set) var finCount: UInt64 = 0
  package private(set) var repeatedSynCount: UInt64 = 0
  package private(set) var repeatedSynAckCount: UInt64 = 0
  /// TCP flows that ended, by the number of their close type.
  private var closeCounts: [UInt64] = []
  /// One a connection whose handshake was seen.
  package private(set) var roundTrip = LatencyHistogram()
  package private(set) var clientRoundTrip = Durations()
  package private(set) var serverRoundTrip = Durations()
  package private(set) var serverResponse = Durations()
  package private(set) var applicationResponse = Durations()
  package private(set) var clientIdle = Durations()
  package private(set) var isComplete = true

  package init() {}

  package func count(of closeType: CloseType) -> UInt64 {
    Int(closeType.rawValue) < closeCounts.count ? closeCounts[Int(closeType.rawValue)] : 0
  }

  package func count(of closeTypes: [CloseType]) -> UInt64 { closeTypes.reduce(0) { $0 &+ count(of: $1) } }

  /// Adds what a flow did in one second.
  ///
  /// - Parameter isNewInterval: The first slice of this flow in the interval that the figures are of.
  mutating func add(_ slice: borrowing FlowSlice, isNewInterval: Bool) {
    if isNewInterval { activeFlowCount &+= 1 }
    if let roundTrip = slice.roundTrip { self.roundTrip.add(Int64(roundTrip)) }
    add(slice.ends[slice.client], slice.ends[slice.client.opposite])
  }

  private mutating func add(_ client: borrowing FlowSlice.End, _ server: borrowing FlowSlice.End) {
    toServer.add(client)
    toClient.add(server)
    addHandshakes(client)
    addHandshakes(server)
    clientRoundTrip.add(client.handshakeReply)
    serverRoundTrip.add(server.handshakeReply)
    serverResponse.add(server.serverResponse)
    applicationResponse.add(server.applicationResponse)
    clientIdle.add(client.idle)
  }

  private mutating func addHandshakes(_ end: borrowing FlowSlice.End) {
    synCount &+= UInt64(end.synCount)
    synAckCount &+= UInt64(end.synAckCount)
    finCount &+= UInt64(end.finCount)
    repeatedSynCount &+= UInt64(end.repeatedSynCount)
    repeatedSynAckCount &+= UInt64(end.repeatedSynAckCount)
  }

  /// Counts a flow's beginning.
  mutating func begin(_ row: borrowing FlowRow) {
    newFlowCount &+= 1
    if row.completeness == .lowerBound { isComplete = false }
    guard let loss = row.step?.loss else { return }
    toServer.lose(loss.toServer)
    toClient.lose(loss.toClient)
  }

  /// Counts a flow's end. One that was alive when the capture ended has none; system calls do not show how a connection ended.
  mutating func end(_ row: borrowing FlowRow) {
    guard row.closeType != .forcedReport, row.source == .packet else { return }
    closedFlowCount &+= 1
    guard row.ipProtocol == .tcp else { return }
    let number = Int(row.closeType.rawValue)
    while closeCounts.count <= number { closeCounts.append(0) }
    closeCounts[number] &+= 1
  }

  package mutating func merge(_ other: NetworkFigures) {
    toServer.merge(other.toServer)
    toClient.merge(other.toClient)
    newFlowCount &+= other.newFlowCount
    closedFlowCount &+= other.closedFlowCount
    activeFlowCount &+= other.activeFlowCount
    synCount &+= other.synCount
    synAckCount &+= other.synAckCount
    finCount &+= other.finCount
    repeatedSynCount &+= other.repeatedSynCount
    repeatedSynAckCount &+= other.repeatedSynAckCount
    while closeCounts.count < other.closeCounts.count { closeCounts.append(0) }
    for (number, count) in other.closeCounts.enumerated() { closeCounts[number] &+= count }
    roundTrip.merge(other.roundTrip)
    clientRoundTrip.merge(other.clientRoundTrip)
    serverRoundTrip.merge(other.serverRoundTrip)
    serverResponse.merge(other.serverResponse)
    applicationResponse.merge(other.applicationResponse)
    clientIdle.merge(other.clientIdle)
    isComplete = isComplete && other.isComplete
  }
}

extension NetworkFigures.Traffic {
  fileprivate mutating func lose(_ loss: FlowPathStep.Loss) {
    lostPacketCount &+= UInt64(loss.packetCount)
    lostByteCount &+= UInt64(loss.byteCount)
  }

  fileprivate mutating func add(_ end: borrowing FlowSlice.End) {
    byteCount &+= end.byteCount
    l3ByteCount &+= end.l3ByteCount
    l4ByteCount &+= end.l4ByteCount
    packetCount &+= end.packetCount
    retransmissionCount &+= UInt64(end.retransmissionCount)
    outOfOrderCount &+= UInt64(end.outOfOrderCount)
    zeroWindowCount &+= UInt64(end.zeroWindowCount)
  }

  fileprivate mutating func merge(_ other: NetworkFigures.Traffic) {
    byteCount &+= other.byteCount
    l3ByteCount &+= other.l3ByteCount
    l4ByteCount &+= other.l4ByteCount
    packetCount &+= other.packetCount
    retransmissionCount &+= other.retransmissionCount
    outOfOrderCount &+= other.outOfOrderCount
    zeroWindowCount &+= other.zeroWindowCount
    lostPacketCount &+= other.lostPacketCount
    lostByteCount &+= other.lostByteCount
  }
}

extension CloseType {
  /// The connection did not come about: the client's doing, the server's.
  package static let clientEstablishFailures: [CloseType] = [.clientSourcePortReuse, .clientEstablishReset, .clientAckMiss]
  package static let serverEstablishFailures: [CloseType] = [.serverSynMiss, .serverDirectReset, .serverEstablishReset]
  /// It came about, and broke.
  package static let transferFailures: [CloseType] = [.clientReset, .serverReset, .serverQueueLack, .timeout]
  /// Somebody sent a RST.
  package static let resets: [CloseType] = [.clientEstablishReset, .serverDirectReset, .serverEstablishReset, .clientReset, .serverReset]
}
