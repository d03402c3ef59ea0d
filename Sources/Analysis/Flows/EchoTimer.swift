import Capture
import Transport

/// Times ICMP echo replies by identifier and sequence number.
struct EchoTimer: Sendable {
  /// Requests that wait for their reply at once; the oldest makes room (DeepFlow's cache has as many).
  static let waitingLimit = 16

  private struct Request: Sendable {
    var identifier: UInt16
    var sequence: UInt16
    var side: FlowSide
    var time: Timestamp
  }

  private var waiting: [Request] = []

  mutating func request(_ identifier: UInt16, _ sequence: UInt16, from side: FlowSide, at time: Timestamp) {
    if waiting.count >= EchoTimer.waitingLimit { waiting.removeFirst() }
    waiting.append(Request(identifier: identifier, sequence: sequence, side: side, time: time))
  }

  /// The time of the request that a reply from `side` answers.
  mutating func reply(_ identifier: UInt16, _ sequence: UInt16, from side: FlowSide) -> Timestamp? {
    guard let index = waiting.firstIndex(where: { $0.identifier == identifier && $0.sequence == sequence && $0.side != side }) else {
      return nil
    }
    return waiting.remove(at: index).time
  }
}
