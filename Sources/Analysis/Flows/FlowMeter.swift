package import Capture
package import Transport

/// All figures of one flow at one observation point, while it lives.
///
/// The meter sees every packet of the flow once, in capture order, and counts each, also one whose time runs backwards. Ends are
/// told apart as initiator and responder; who is the client is a field that may change until the flow is finished.
package struct FlowMeter: ~Copyable, Sendable {
  /// Counters of what one end sent.
  package struct Counters: Sendable {
    package internal(set) var packetCount: UInt64 = 0
    package internal(set) var byteCount: UInt64 = 0
    package internal(set) var l3ByteCount: UInt64 = 0
    package internal(set) var l4ByteCount: UInt64 = 0
    /// Bytes of payload, those sent again included.
    package internal(set) var payloadByteCount: UInt64 = 0
    /// Packets without payload. Interfaces split and merge packets with payload, never these.
    package internal(set) var bareCount: UInt32 = 0
    /// All flags of all segments.
    package internal(set) var tcpFlags: TCPFlags = []
    package internal(set) var hardwareAddress: UInt64 = 0

    @inline(__always)
    mutating func add(_ packet: DecodedPacket) {
      packetCount &+= UInt64(packet.packetCount)
      byteCount &+= UInt64(packet.wireByteCount)
      l3ByteCount &+= UInt64(packet.l3ByteCount)
      l4ByteCount &+= UInt64(packet.l4ByteCount)
      payloadByteCount &+= UInt64(truncatingIfNeeded: packet.payloadByteCount)
      if packet.payloadByteCount == 0 { bareCount &+= 1 }
      tcpFlags.formUnion(packet.tcpFlags)
    }
  }

  // What every packet touches comes first, so that it lies together.
  package internal(set) var lastTime = Timestamp(nanoseconds: Int64.min)
  package internal(set) var firstTime: Timestamp?
  package internal(set) var state = TCPState.raw
  package internal(set) var client = FlowSide.initiator
  package internal(set) var directionScore: UInt8 = 0
  package internal(set) var source: SignalSource
  /// Datagrams and system calls: the end that sent last.
  var lastSide: FlowSide?
  /// Nanoseconds of silence after which the flow has ended.
  package internal(set) var timeout = FlowTimeout.others
  package internal(set) var history = FlowHistory()
  package internal(set) var counters = BySide(Counters())
  package internal(set) var tcp = TCPMeter()

  package var requests = RequestCounters()
  package internal(set) var etherType: UInt16 = 0
  package internal(set) var vlan: UInt16?
  /// Packets whose transport header was cut.
  package internal(set) var cutPacketCount: UInt32 = 0
  /// Of the first packet, when it was one of ICMP or ICMPv6.
  package internal(set) var icmpType: UInt8?
  package internal(set) var icmpCode: UInt8 = 0
  /// IPv4 identification of the first packet.
  package internal(set) var initialIdentification: UInt16?
  package internal(set) var tunnel: TunnelKind?
  package internal(set) var tunnelTier: UInt8 = 0
  package internal(set) var tunnelIdentifier: UInt32?
  package internal(set) var outerSource: IPAddress?
  package internal(set) var outerDestination: IPAddress?
  private var echoes = EchoTimer()

  package init(_ source: SignalSource = .packet) { self.source = source }

  /// Whether this packet begins another flow between the same endpoints. The caller finishes this one, `replaced`.
  @inline(__always)
  package func isReplaced(by packet: DecodedPacket, from side: FlowSide) -> Bool {
    packet.tcpFlags.contains(.syn) && packet.ipProtocol == .tcp
      && tcp.startsNewConnection(packet.tcpFlags, sequence: packet.tcpSequence, from: side, isOver: state.isOver)
  }

  /// Counts a packet, which is lent by its address: as a value it would be copied.
  package mutating func observe(
    _ packet: UnsafePointer<DecodedPacket>, from side: FlowSide, at time: Timestamp, _ services: inout ServiceTable
  ) {
    let isFirst = firstTime == nil
    if isFirst { begin(packet.pointee, from: side, at: time) }
    if isFirst || packet.pointee.tcpFlags.contains(.syn) { orient(services.direction(packet.pointee, isFirst: isFirst), from: side) }
    counters[side].add(packet.pointee)
    if packet.pointee.ipProtocol == .tcp {
      let segment = TCPSegment(packet.pointee)
      let isRetransmission = tcp.observe(segment, from: side, at: time)
      var marks = FlowHistory.Marks(segment)
      if isRetransmission { marks.insert(.retransmission) }
      history.note(marks, from: side)
      timeout = state.advance(segment.kind, fromClient: side == client)
      // DeepFlow: a flow of which one direction was seen is not waited for as long.
      if counters[side.opposite].packetCount == 0 { timeout = FlowTimeout.others }
    } else {
      state = .established
      timeout = FlowTimeout.others
      if packet.pointee.ipProtocol == .udp {
        datagram(isEmpty: packet.pointee.payloadByteCount == 0, side, time)
      } else {
        message(type: packet.pointee.icmpType, packet.pointee.icmpIdentifier, packet.pointee.icmpSequence, side, time)
      }
      if packet.pointee.payloadByteCount > 0, packet.pointee.icmpType == nil { history.note(.data, from: side) }
    }
    if let first = firstTime, time < first { firstTime = time }
    if time > lastTime { lastTime = time }
  }

  /// A packet of whose transport header only the ports are there.
  package mutating func observeCut(
    _ packet: DecodedPacket, from side: FlowSide, at time: Timestamp, _ services: inout ServiceTable
  ) {
    if firstTime == nil {
      begin(packet, from: side, at: time)
      orient(services.direction(packet, isFirst: true), from: side)
    }
    counters[side].add(packet)
    // Whether there was payload is not known.
    counters[side].bareCount &-= 1
    cutPacketCount &+= 1
    if let first = firstTime, time < first { firstTime = time }
    if time > lastTime { lastTime = time }
  }

  @inline(__always)
  private mutating func begin(_ packet: DecodedPacket, from side: FlowSide, at time: Timestamp) {
    firstTime = time
    lastTime = time
    counters[side].hardwareAddress = packet.sourceMAC
    counters[side.opposite].hardwareAddress = packet.destinationMAC
    etherType = packet.etherType
    vlan = packet.vlan
    initialIdentification = packet.ipIdentification
    icmpType = packet.icmpType
    icmpCode = packet.icmpCode ?? 0
    tunnel = packet.tunnel
    tunnelTier = packet.tunnelTier
    tunnelIdentifier = packet.tunnelIdentifier
    outerSource = packet.outerSource
    outerDestination = packet.outerDestination
  }

  /// Follows the evidence on who is the client, unless what is known is better.
  private mutating func orient(_ direction: ServiceTable.Direction, from side: FlowSide) {
    guard direction.score == ServiceTable.certain || directionScore < ServiceTable.fromProtocol else { return }
    turn(client: direction.isFromClient ? side : side.opposite)
    directionScore = direction.score
  }

  /// The protocol's parser knows which end sends requests. Only a SYN/ACK knows better.
  package mutating func setRole(client: FlowSide) {
    guard directionScore < ServiceTable.fromProtocol else { return }
    turn(client: client)
    directionScore = ServiceTable.fromProtocol
  }

  private mutating func turn(client newClient: FlowSide) {
    if newClient != client { state = state.mirrored }
    client = newClient
  }

  /// UDP: times between a datagram and the first one that comes back.
  private mutating func datagram(isEmpty: Bool, _ side: FlowSide, _ time: Timestamp) {
    if lastSide == side.opposite, !isEmpty {
      tcp.ends[side].applicationResponse.add(
        from: tcp.ends[side.opposite].lastTime, to: time, limit: TCPMeter.applicationResponseLimit)
    }
    lastSide = side
    tcp.ends[side].lastTime = time
  }

  /// ICMP: times between an echo request and its reply. SCTP has no times.
  private mutating func message(type: UInt8?, _ identifier: UInt16?, _ sequence: UInt16?, _ side: FlowSide, _ time: Timestamp) {
    if counters[side.opposite].packetCount > 0 { timeout = FlowTimeout.closingReset }
    guard let identifier, let sequence else { return }
    switch type {
    case 8, 128: echoes.request(identifier, sequence, from: side, at: time)
    default:
      if let asked = echoes.reply(identifier, sequence, from: side) {
        tcp.ends[side].serverResponse.add(from: asked, to: time, limit: TCPMeter.serverResponseLimit)
      }
    }
  }

  /// How the flow ended, by DeepFlow's rules.
  package func closeType(_ ipProtocol: IPProtocol, _ ending: FlowEnding) -> CloseType {
    if source == .ebpf { return .timeout }
    if ipProtocol != .tcp { return ending == .captureEnd ? .forcedReport : .finish }
    let server = counters[client.opposite]
    let isServerReset = server.tcpFlags.contains(.rst)
    switch state {
    case .raw, .exception: return .unknown
    case .opening1: return .serverSynMiss
    case .opening2: return .clientAckMiss
    case .established: return ending == .captureEnd || ending == .evicted ? .forcedReport : .timeout
    case .closingTx1: return .serverHalfClose
    case .closingRx1: return .clientHalfClose
    case .closingTx2, .closingRx2, .closed: return .finish
    case .reset:
      if isHeartbeat { return .finishClientReset }
      if isServerReset { return .serverReset }
      return requests.hasSuccess ? .finishClientReset : .clientReset
    case .syn1, .clientPortReuse: return isHeartbeat ? .finishClientReset : .clientSourcePortReuse
    case .serverReset: return .serverDirectReset
    case .synAck1: return .serverQueueLack
    case .serverQueueLack: return server.packetCount > 3 ? .serverQueueLack : .clientReset
    case .establishReset:
      if isHeartbeat { return .finishClientReset }
      return isServerReset ? .serverEstablishReset : .clientEstablishReset
    }
  }

  /// A health check: the client connects and resets at once, without data.
  private var isHeartbeat: Bool {
    let fromClient = counters[client].tcpFlags
    let fromServer = counters[client.opposite].tcpFlags
    return !fromClient.contains(.psh) && !fromServer.contains(.psh) && fromClient.isSuperset(of: [.syn, .rst])
      && fromServer.isSuperset(of: [.syn, .ack])
  }
}
