package import Capture
package import Protocols
package import Transport

/// A finished flow at one observation point: a row of `l4_flow_log`. `client` sends `tx`, `server` sends `rx`; times between are
/// microseconds.
package struct FlowRow: Sendable {
  /// Counters of one direction.
  package struct Traffic: Sendable {
    package var byteCount: UInt64
    package var packetCount: UInt64
    package var l3ByteCount: UInt64
    package var l4ByteCount: UInt64
    package var tcpFlags: TCPFlags
    package var hardwareAddress: UInt64?
    package var retransmissionCount: UInt32
    package var outOfOrderCount: UInt32
    package var zeroWindowCount: UInt32
    package var duplicateAcknowledgmentCount: UInt32
    package var selectiveAcknowledgmentCount: UInt32
    package var keepAliveCount: UInt32
    package var bytesInFlightMaximum: UInt32
    package var maximumSegmentSize: UInt16?
    package var payloadByteCount: UInt64
    package var bareCount: UInt32
    /// The shift in force for the windows that this end announces: both ends must have offered one (RFC 7323 §2.2).
    package var windowScale: UInt8?
    /// The largest window that it announced, in bytes; `nil` when the shift is not known, or nothing was announced.
    package var windowMaximum: UInt32?
  }

  /// Ordinal of the flow's first observation: `_id` and `flow_id` of the row.
  package var flowID: UInt64
  package var startTime: Timestamp
  /// The last packet.
  package var endTime: Timestamp
  package var source: SignalSource
  package var observationPoint: ObservationPoint
  package var interfaceName: TextID?
  /// Number of the interface; `nil` for system calls.
  package var interfaceIndex: UInt32?
  package var vlan: UInt16?
  package var etherType: UInt16
  package var tunnel: TunnelKind?
  package var tunnelTier: UInt8
  package var tunnelIdentifier: UInt32?
  package var outerClient: IPAddress?
  package var outerServer: IPAddress?
  package var client: Endpoint
  package var server: Endpoint
  package var ipProtocol: IPProtocol
  package var directionScore: UInt8
  package var closeType: CloseType
  package var status: FlowStatus
  package var l7Protocol: L7Protocol?
  package var requestDomain: TextID?
  package var toServer: Traffic
  package var toClient: Traffic
  package var synCount: UInt32
  package var synAckCount: UInt32
  package var finCount: UInt32
  package var repeatedSynCount: UInt32
  package var repeatedSynAckCount: UInt32
  package var roundTrip: UInt32?
  package var clientRoundTrip: DurationFigures
  package var serverRoundTrip: DurationFigures
  package var serverResponse: DurationFigures
  package var applicationResponse: DurationFigures
  package var clientIdle: DurationFigures
  /// `nil` when application protocols were left out of the analysis.
  package var requests: RequestCounters?
  package var history: FlowHistory
  package var cutPacketCount: UInt32
  /// Whether the client's end is the one that was seen first.
  package var isInitiatedByClient: Bool
  /// Type and code of the first packet, when it was one of ICMP or ICMPv6.
  package var icmp: (type: UInt8, code: UInt8)?
  /// Whether selective acknowledgments were agreed on; `nil` when the handshake was not seen.
  package var allowsSelectiveAcknowledgment: Bool?
  package var initialIdentification: UInt16?
  package var synSequence: UInt32?
  package var synAckSequence: UInt32?
  package var clientProcess: ProcessReference?
  package var serverProcess: ProcessReference?
  package var clientService: TextID?
  package var serverService: TextID?
  package var completeness: Completeness
  /// What rows of the same connection at several points have in common: the lowest `flowID` among them.
  package var family: UInt64
  /// Where on the way from the client to the server this row is of; `nil` when the connection was seen at one point.
  package var step: FlowPathStep?
  /// The flow by seconds: its part of the result's `flowSlices`. Empty when it lies in one second, or was not divided.
  package var slices: Range<Int32> = 0..<0

  /// The row of a flow that has ended, without what only the pipeline knows: interface, processes, application protocol.
  package init(
    _ meter: borrowing FlowMeter, flowID: UInt64, initiator: Endpoint, responder: Endpoint, ipProtocol: IPProtocol, ending: FlowEnding,
    observationPoint: ObservationPoint = .rest
  ) {
    self.init(
      meter, meter.tcp.ends[meter.client], meter.tcp.ends[meter.client.opposite], flowID: flowID, initiator: initiator,
      responder: responder,
      ipProtocol: ipProtocol, ending: ending, observationPoint: observationPoint)
  }

  /// The ends are borrowed: copies would cost more than all the rest.
  private init(
    _ meter: borrowing FlowMeter, _ clientEnd: borrowing TCPMeter.End, _ serverEnd: borrowing TCPMeter.End, flowID: UInt64,
    initiator: Endpoint, responder: Endpoint, ipProtocol: IPProtocol, ending: FlowEnding, observationPoint: ObservationPoint
  ) {
    let clientSide = meter.client
    let serverSide = clientSide.opposite
    self.flowID = flowID
    startTime = meter.firstTime ?? meter.lastTime
    endTime = meter.lastTime
    source = meter.source
    self.observationPoint = observationPoint
    vlan = meter.vlan
    etherType = meter.etherType
    tunnel = meter.tunnel
    tunnelTier = meter.tunnelTier
    tunnelIdentifier = meter.tunnelIdentifier
    outerClient = clientSide == .initiator ? meter.outerSource : meter.outerDestination
    outerServer = clientSide == .initiator ? meter.outerDestination : meter.outerSource
    client = clientSide == .initiator ? initiator : responder
    server = clientSide == .initiator ? responder : initiator
    self.ipProtocol = ipProtocol
    directionScore = meter.directionScore
    closeType = meter.closeType(ipProtocol, ending)
    // System calls do not show how a connection ended: the close type is DeepFlow's, but accuses nobody.
    status = meter.source == .ebpf ? .unknown : closeType.status(ipProtocol)
    toServer = Traffic(meter.counters[clientSide], clientEnd, peer: serverEnd)
    toClient = Traffic(meter.counters[serverSide], serverEnd, peer: clientEnd)
    history = meter.history
    cutPacketCount = meter.cutPacketCount
    isInitiatedByClient = clientSide == .initiator
    icmp = meter.icmpType.map { ($0, meter.icmpCode) }
    if let client = clientEnd.allowsSelectiveAcknowledgment, let server = serverEnd.allowsSelectiveAcknowledgment {
      allowsSelectiveAcknowledgment = client && server
    }
    synCount = clientEnd.synCount &+ serverEnd.synCount
    synAckCount = clientEnd.synAckCount &+ serverEnd.synAckCount
    finCount = clientEnd.finCount &+ serverEnd.finCount
    repeatedSynCount = clientEnd.repeatedSynCount &+ serverEnd.repeatedSynCount
    repeatedSynAckCount = clientEnd.repeatedSynAckCount &+ serverEnd.repeatedSynAckCount
    roundTrip = meter.tcp.roundTrip
    clientRoundTrip = clientEnd.handshakeReply
    serverRoundTrip = serverEnd.handshakeReply
    serverResponse = serverEnd.serverResponse
    applicationResponse = serverEnd.applicationResponse
    clientIdle = clientEnd.idle
    requests = meter.requests
    initialIdentification = meter.initialIdentification
    synSequence = clientEnd.initialSequence
    synAckSequence = serverEnd.initialSequence
    family = flowID
    completeness = FlowRow.completeness(meter, ipProtocol, clientEnd, serverEnd)
  }

  /// A connection whose beginning was not seen says little of what was before; a hole that was never filled, or an end that never
  /// spoke though the other was answered, says that packets are missing.
  private static func completeness(
    _ meter: borrowing FlowMeter, _ ipProtocol: IPProtocol, _ client: borrowing TCPMeter.End, _ server: borrowing TCPMeter.End
  ) -> Completeness {
    guard meter.source == .packet else { return .unknown }
    if meter.cutPacketCount > 0 { return .lowerBound }
    guard ipProtocol == .tcp else { return .complete }
    if client.hasHoles { return .lowerBound }
    if server.hasHoles { return .lowerBound }
    return client.sawHandshake ? .complete : .unknown
  }
}

extension FlowRow {
  /// The same flow's name in other tools.
  package var communityID: CommunityID {
    isInitiatedByClient
      ? CommunityID(source: client, destination: server, ipProtocol, icmp: icmp)
      : CommunityID(source: server, destination: client, ipProtocol, icmp: icmp)
  }

  /// Zeek's letters for what was seen; `nil` when there are none.
  package var historyText: String? {
    let text = history.text(client: isInitiatedByClient ? .initiator : .responder)
    return text.isEmpty ? nil : text
  }
}

extension FlowRow.Traffic {
  init(_ counters: borrowing FlowMeter.Counters, _ end: borrowing TCPMeter.End, peer: borrowing TCPMeter.End) {
    byteCount = counters.byteCount
    packetCount = counters.packetCount
    l3ByteCount = counters.l3ByteCount
    l4ByteCount = counters.l4ByteCount
    tcpFlags = counters.tcpFlags
    hardwareAddress = counters.hardwareAddress == 0 ? nil : counters.hardwareAddress
    retransmissionCount = end.retransmissionCount
    outOfOrderCount = end.outOfOrderCount
    zeroWindowCount = end.zeroWindowCount
    duplicateAcknowledgmentCount = end.duplicateAcknowledgmentCount
    selectiveAcknowledgmentCount = end.selectiveAcknowledgmentCount
    keepAliveCount = end.keepAliveCount
    bytesInFlightMaximum = end.bytesInFlightMaximum
    maximumSegmentSize = end.maximumSegmentSize
    payloadByteCount = counters.payloadByteCount
    bareCount = counters.bareCount
    let isHandshakeKnown = end.sawHandshake && peer.sawHandshake
    if let own = end.announcedWindowScale, peer.announcedWindowScale != nil { windowScale = own }
    if isHandshakeKnown, counters.packetCount > 1 { windowMaximum = UInt32(end.largestWindow) << UInt32(windowScale ?? 0) }
  }
}
