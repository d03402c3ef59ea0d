package import Capture
package import Transport

/// Which endpoints behaved like servers so far: decides who is the client of a flow whose handshake was not seen.
///
/// A score from 0 to 255 for each endpoint, as DeepFlow keeps it: an endpoint that sent a SYN/ACK has 255; each flow whose first
/// packet goes to an endpoint adds one (to at most 252), each whose first packet comes from it takes one away. The two hold
/// about the same for packets and for system calls.
package struct ServiceTable: Sendable {
  /// Endpoints of one generation. There are two: when the younger is full, the elder is forgotten.
  package static let generationLimit = 65_536
  /// The sender of a SYN/ACK is a server for certain.
  package static let certain: UInt8 = 255
  /// The protocol's parser has seen requests and responses.
  package static let fromProtocol: UInt8 = 254
  /// The most that counting packets can give.
  package static let packetLimit: UInt8 = 252
  /// Below this difference the ports decide.
  private static let clearDifference: UInt8 = 8

  private struct Service {
    var endpoint: Endpoint
    var ipProtocol: IPProtocol
  }

  /// From endpoints to scores: open addressing with linear probing, at most half full; nothing is ever removed.
  private struct Generation: Sendable {
    struct Slot: Sendable {
      var endpoint: Endpoint
      var ipProtocol: IPProtocol
      var score: UInt8
      var isUsed: Bool
    }

    private(set) var count = 0
    private var slots: [Slot] = []

    func score(of service: Service) -> UInt8? {
      if count == 0 { return nil }
      let slot = slots[position(of: service)]
      return slot.isUsed ? slot.score : nil
    }

    mutating func set(_ service: Service, _ score: UInt8) {
      if count * 2 >= slots.count { grow() }
      let position = position(of: service)
      if !slots[position].isUsed { count += 1 }
      slots[position] = Slot(endpoint: service.endpoint, ipProtocol: service.ipProtocol, score: score, isUsed: true)
    }

    mutating func removeAll() {
      for index in slots.indices { slots[index].isUsed = false }
      count = 0
    }

    /// Where the service is, or would be.
    @inline(__always)
    private func position(of service: Service) -> Int {
      // Folded products, as the flow table's hash.
      let address = service.endpoint.address
      let first = (address.low ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: address.high ^ 0xe703_7ed1_a0b4_28db)
      let second = (first.high ^ first.low ^ UInt64(service.endpoint.port)).multipliedFullWidth(
        by: 0x8ebc_6af0_9c88_c6e3 ^ UInt64(service.ipProtocol.rawValue))
      var position = Int(truncatingIfNeeded: second.high ^ second.low) & (slots.count - 1)
      while slots[position].isUsed, slots[position].endpoint != service.endpoint || slots[position].ipProtocol != service.ipProtocol {
        position = (position + 1) & (slots.count - 1)
      }
      return position
    }

    private mutating func grow() {
      let old = slots
      slots = Array(repeating: Slot(endpoint: .unspecified, ipProtocol: .tcp, score: 0, isUsed: false), count: max(256, old.count * 2))
      for slot in old where slot.isUsed {
        slots[position(of: Service(endpoint: slot.endpoint, ipProtocol: slot.ipProtocol))] = slot
      }
    }
  }

  private var younger = Generation()
  private var elder = Generation()

  package init() {}

  /// Who is the client, from a packet's point of view, and how sure that is.
  package struct Direction: Sendable {
    package var isFromClient: Bool
    package var score: UInt8
  }

  /// The direction of a packet that is the first of its flow, or carries SYN.
  @inline(__always)
  package mutating func direction(_ packet: DecodedPacket, isFirst: Bool) -> Direction {
    direction(from: packet.source, to: packet.destination, packet.ipProtocol, packet.tcpFlags, isFirst: isFirst)
  }

  private mutating func direction(
    from sender: Endpoint, to receiver: Endpoint, _ ipProtocol: IPProtocol, _ flags: TCPFlags, isFirst: Bool
  ) -> Direction {
    let source = Service(endpoint: sender, ipProtocol: ipProtocol)
    let destination = Service(endpoint: receiver, ipProtocol: ipProtocol)
    if ipProtocol == .tcp, flags.contains(.syn) {
      if flags.contains(.ack) {
        set(source, ServiceTable.certain)
        set(destination, 0)
        return Direction(isFromClient: false, score: ServiceTable.certain)
      }
      set(source, 0)
      var score = score(destination)
      if isFirst, score < ServiceTable.packetLimit {
        score += 1
        set(destination, score)
      }
      return Direction(isFromClient: true, score: score)
    }
    return first(source, destination)
  }

  /// The direction of a flow that begins with data from `source`.
  package mutating func direction(from source: Endpoint, to destination: Endpoint, _ ipProtocol: IPProtocol) -> Direction {
    first(Service(endpoint: source, ipProtocol: ipProtocol), Service(endpoint: destination, ipProtocol: ipProtocol))
  }

  private mutating func first(_ source: Service, _ destination: Service) -> Direction {
    var sourceScore = score(source)
    var destinationScore = score(destination)
    if sourceScore != ServiceTable.certain, destinationScore != ServiceTable.certain {
      if sourceScore > 0 {
        sourceScore -= 1
        set(source, sourceScore)
      }
      if destinationScore < ServiceTable.packetLimit {
        destinationScore += 1
        set(destination, destinationScore)
      }
      let difference = max(sourceScore, destinationScore) - min(sourceScore, destinationScore)
      if difference < ServiceTable.clearDifference, let isFromClient = ServiceTable.ports(source.endpoint.port, destination.endpoint.port) {
        return Direction(isFromClient: isFromClient, score: 1)
      }
    }
    return Direction(isFromClient: sourceScore <= destinationScore, score: max(sourceScore, destinationScore))
  }

  /// Clients use ephemeral ports: from 32768 up on Linux, in any case from 1024 up. `nil` when the ports do not tell.
  private static func ports(_ source: UInt16, _ destination: UInt16) -> Bool? {
    if (source ^ destination) & 0x8000 != 0 { return source & 0x8000 != 0 }
    if (source < 1024) != (destination < 1024) { return source >= 1024 }
    return nil
  }

  private func score(_ service: Service) -> UInt8 { younger.score(of: service) ?? elder.score(of: service) ?? 0 }

  private mutating func set(_ service: Service, _ score: UInt8) {
    if score == 0, younger.score(of: service) == nil, elder.score(of: service) == nil { return }
    younger.set(service, score)
    if younger.count >= ServiceTable.generationLimit {
      swap(&younger, &elder)
      younger.removeAll()
    }
  }
}
