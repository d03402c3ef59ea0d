package import Capture

/// Connection attempts to one server that ended in one way.
package struct ConnectFailure: Sendable {
  package var server: Endpoint
  package var closeType: CloseType
  package var failureCount: Int
  /// All connection attempts to the server.
  package var attemptCount: Int
  /// The client of all of these attempts, when there is only one: its process, else its address.
  package var onlyClient: String?
}

/// Sums over all flows; a connection that was seen at several points counts once.
package struct NetworkTotals: Sendable {
  package var flowCount = 0
  package var connectionCount = 0
  package var bytesToServers: UInt64 = 0
  package var bytesToClients: UInt64 = 0
  package var segmentCount: UInt64 = 0
  package var retransmissionCount: UInt64 = 0
  package var zeroWindowCount: UInt64 = 0
  /// Of the handshakes that were seen.
  package var handshakes: Percentiles?
  package var connectFailures: [ConnectFailure] = []

  /// - Parameter flows: Indices of flow rows, one a flow.
  init(_ result: borrowing AnalysisResult, flows: [Int]) {
    var handshakeTimes: [Int64] = []
    var attempts: [Endpoint: Int] = [:]
    for index in flows {
      let flow = result.flows[index]
      flowCount += 1
      bytesToServers = bytesToServers.addingReportingOverflow(flow.toServer.byteCount).partialValue
      bytesToClients = bytesToClients.addingReportingOverflow(flow.toClient.byteCount).partialValue
      guard flow.ipProtocol == .tcp, flow.source == .packet else { continue }
      connectionCount += 1
      segmentCount += flow.toServer.packetCount + flow.toClient.packetCount
      retransmissionCount += UInt64(flow.toServer.retransmissionCount) + UInt64(flow.toClient.retransmissionCount)
      zeroWindowCount += UInt64(flow.toServer.zeroWindowCount) + UInt64(flow.toClient.zeroWindowCount)
      if let roundTrip = flow.roundTrip { handshakeTimes.append(Int64(roundTrip)) }
      guard flow.synCount > 0 else { continue }
      attempts[flow.server, default: 0] += 1
      if flow.closeType.isConnectFailure { count(flow, result) }
    }
    for index in connectFailures.indices { connectFailures[index].attemptCount = attempts[connectFailures[index].server] ?? 0 }
    handshakes = Percentiles(handshakeTimes)
  }

  private mutating func count(_ flow: FlowRow, _ result: borrowing AnalysisResult) {
    let client = flow.clientProcess.map { result.texts.string($0.name) } ?? flow.client.address.description
    if let known = connectFailures.firstIndex(where: { $0.server == flow.server && $0.closeType == flow.closeType }) {
      connectFailures[known].failureCount += 1
      if connectFailures[known].onlyClient != client { connectFailures[known].onlyClient = nil }
    } else {
      connectFailures.append(
        ConnectFailure(server: flow.server, closeType: flow.closeType, failureCount: 1, attemptCount: 0, onlyClient: client))
    }
  }
}

extension CloseType {
  /// The connection was never established.
  package var isConnectFailure: Bool {
    switch self {
    case .serverSynMiss, .clientAckMiss, .serverDirectReset, .serverQueueLack, .clientEstablishReset, .serverEstablishReset: true
    default: false
    }
  }
}
