package import Capture
package import Transport

/// Flows that only system calls tell of: a call counts as a packet, and its bytes as payload; there is nothing below.
extension FlowMeter {
  /// - Parameter local: The side whose socket made the call.
  package mutating func observe(_ event: SocketEvent, local: FlowSide, _ services: inout ServiceTable) {
    let time = event.direction == .receive ? event.exitTime : event.enterTime
    let sender = event.direction == .receive ? local.opposite : local
    if firstTime == nil {
      firstTime = time
      lastTime = time
      etherType = event.local.address.isIPv4 ? 0x0800 : 0x86dd
      let from = sender == local ? (event.local, event.remote) : (event.remote, event.local)
      let direction = services.direction(from: from.0, to: from.1, event.ipProtocol)
      client = direction.isFromClient ? sender : sender.opposite
      directionScore = direction.score
    }
    switch event.kind {
    // Who connects is the client, as certain as a SYN/ACK makes it.
    case .connect: setCertain(client: local)
    case .accept: setCertain(client: local.opposite)
    case .data:
      counters[sender].packetCount &+= 1
      counters[sender].byteCount &+= UInt64(event.byteCount)
      counters[sender].l4ByteCount &+= UInt64(event.byteCount)
      counters[sender].payloadByteCount &+= UInt64(event.byteCount)
      if lastSide == sender.opposite {
        tcp.ends[sender].applicationResponse.add(
          from: tcp.ends[sender.opposite].lastTime, to: time, limit: TCPMeter.applicationResponseLimit)
      }
      lastSide = sender
      tcp.ends[sender].lastTime = time
    case .close, .stateChange, .existing, .listening: break
    }
    timeout = event.ipProtocol == .tcp ? FlowTimeout.established : FlowTimeout.others
    if let first = firstTime, time < first { firstTime = time }
    if time > lastTime { lastTime = time }
  }

  private mutating func setCertain(client newClient: FlowSide) {
    client = newClient
    directionScore = ServiceTable.certain
  }
}
