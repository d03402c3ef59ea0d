package import Capture

/// Where a row of the flow log stands on the way of its connection, and what was lost on the way to it.
package struct FlowPathStep: Sendable {
  /// What one point saw of a direction and the next did not.
  package struct Loss: Sendable {
    package var packetCount: UInt32
    /// Of payload.
    package var byteCount: UInt32
  }

  /// From 1, at the client.
  package var position: UInt16
  /// The point before it, seen from the client; `nil` for the first.
  package var from: TextID?
  package var to: TextID
  /// Between the point before and this one, of both directions; `nil` unless packets were recorded at both.
  package var loss: (toServer: Loss, toClient: Loss)?
}

/// Puts rows of one connection in the order in which its packets passed their points, and compares neighbours: what one of two points saw
/// more was lost between them.
///
/// Every copy of a segment counts, so that a segment that was sent again because it was lost shows once less behind the place of the
/// loss. Interfaces may split and merge segments with payload (segmentation offload): only a difference of bytes proves a loss of those, and
/// where segments were merged as well as lost, the bytes are exact and the packets at most this many. The comparison believes that the points saw all that passed; where packets were lost to the capture, that loss counts too.
struct FlowPaths {
  /// Points of one connection that are told apart.
  private static let positionLimit = Int(UInt16.max)

  static func complete(_ rows: inout [FlowRow], _ texts: inout TextTable) {
    guard seesSeveralPoints(rows) else { return }
    for family in DistinctFlows.families(of: rows) {
      let identifier = family.map { rows[$0].flowID }.min()
      let path = order(family, rows).prefix(positionLimit)
      var previous: Int?
      for (position, index) in path.enumerated() {
        let from = previous.flatMap { rows[$0].step?.to }
        let loss = previous.flatMap { lossBetween(rows[$0], rows[index]) }
        rows[index].family = identifier ?? rows[index].flowID
        rows[index].step = FlowPathStep(
          position: UInt16(position + 1), from: from, to: name(rows[index], &texts), loss: loss)
        previous = index
      }
    }
  }

  /// Most captures are of one interface, where nothing has to be looked for.
  private static func seesSeveralPoints(_ rows: [FlowRow]) -> Bool {
    guard let first = rows.first else { return false }
    return rows.contains { $0.source != first.source || $0.interfaceIndex != first.interfaceIndex || $0.source != .packet }
  }

  private static func name(_ row: FlowRow, _ texts: inout TextTable) -> TextID {
    if let name = row.interfaceName { return name }
    if let index = row.interfaceIndex { return texts.intern("interface \(index)") }
    return texts.intern("\(row.observationPoint.name)")
  }

  /// Processes are the ends of the way. Interfaces come in the order in which they saw the first packet: the client's, when all saw the
  /// beginning, and else by what is known of where they are.
  private static func order(_ family: [Int], _ rows: [FlowRow]) -> [Int] {
    let packets = family.filter { rows[$0].source == .packet }
    let isFromClient = packets.allSatisfy { rows[$0].isInitiatedByClient }
    let isFromServer = packets.allSatisfy { !rows[$0].isInitiatedByClient }
    func key(_ index: Int) -> (Int, Int64, UInt64) {
      let row = rows[index]
      guard row.source == .packet else { return (row.observationPoint == .clientProcess ? 0 : 4, 0, row.flowID) }
      let time = row.startTime.nanoseconds
      if isFromClient { return (1, time, row.flowID) }
      if isFromServer { return (1, -max(time, Int64.min + 1), UInt64.max - row.flowID) }
      return (row.observationPoint == .clientNIC ? 1 : row.observationPoint == .serverNIC ? 3 : 2, time, row.flowID)
    }
    return family.sorted { key($0) < key($1) }
  }

  private static func lossBetween(_ from: FlowRow, _ to: FlowRow) -> (toServer: FlowPathStep.Loss, toClient: FlowPathStep.Loss)? {
    guard from.source == .packet, to.source == .packet else { return nil }
    return (difference(from.toServer, to.toServer), difference(to.toClient, from.toClient))
  }

  /// What was sent on and did not arrive.
  private static func difference(_ sent: FlowRow.Traffic, _ received: FlowRow.Traffic) -> FlowPathStep.Loss {
    func excess(_ left: UInt64, _ right: UInt64) -> UInt64 { left > right ? left - right : 0 }
    let bare = excess(UInt64(sent.bareCount), UInt64(received.bareCount))
    let bytes = excess(sent.payloadByteCount, received.payloadByteCount)
    var packets = bare
    if bytes > 0 {
      let full = excess(excess(sent.packetCount, UInt64(sent.bareCount)), excess(received.packetCount, UInt64(received.bareCount)))
      packets += max(1, full)
    }
    return FlowPathStep.Loss(packetCount: UInt32(clamping: packets), byteCount: UInt32(clamping: bytes))
  }
}
