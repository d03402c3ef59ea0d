import Capture
import Transport

@testable import Protocols

/// Feeds one flow through the engine and keeps what comes out, spelled out.
struct EngineRun: ~Copyable {
  private var engine: ProtocolEngine
  private var flow: FlowConversation
  private var texts = TextTable()
  private var ordinal: UInt64 = 0
  private var nanoseconds: Int64 = 1_700_000_000_000_000_000

  init(
    clientPort: UInt16 = 40_000, serverPort: UInt16 = 40_001, isDatagram: Bool = false, isICMP: Bool = false,
    options: ProtocolOptions = ProtocolOptions()
  ) {
    engine = ProtocolEngine(ProtocolSettings(options))
    flow = FlowConversation(
      initiatorPort: clientPort, responderPort: serverPort, isDatagram: isDatagram, isICMP: isICMP, likelyClient: nil)
  }

  var l7Protocol: L7Protocol? { flow.l7Protocol }

  /// Every call is a millisecond after the one before.
  private mutating func nextOrigin() -> ChunkOrigin {
    ordinal += 1
    nanoseconds += 1_000_000
    return ChunkOrigin(ordinal: ordinal, time: Timestamp(nanoseconds: nanoseconds), tcpSequence: nil)
  }

  private func side(_ sender: MessageSender) -> FlowSide { sender == .client ? .initiator : .responder }

  mutating func send(_ bytes: [UInt8], from sender: MessageSender) {
    let origin = nextOrigin()
    engine.bytes(bytes.span.bytes, origin, from: side(sender), of: &flow, &texts)
  }

  mutating func client(_ text: String) { send(Array(text.utf8), from: .client) }
  mutating func server(_ text: String) { send(Array(text.utf8), from: .server) }

  mutating func gap(_ byteCount: Int, from sender: MessageSender) {
    let origin = nextOrigin()
    engine.gap(byteCount, origin, from: side(sender), of: &flow, &texts)
  }

  mutating func wait(seconds: Int64) { nanoseconds += seconds * 1_000_000_000 }

  /// Ends the flow and returns all its exchanges, in the order in which they were delivered.
  mutating func exchanges(_ reason: ConversationEnd.Reason = .silent) -> [DrivenExchange] {
    engine.end(&flow, ConversationEnd(reason: reason, time: nextOrigin().time), &texts)
    return engine.output.exchanges.map { exchange in
      DrivenExchange(
        request: exchange.request.map { describe($0.summary, texts) }, response: exchange.response.map { describe($0.summary, texts) },
        ending: exchange.ending, isComplete: (exchange.request?.isComplete ?? true) && (exchange.response?.isComplete ?? true))
    }
  }

  /// Who asked, exchange by exchange.
  var clientSides: [FlowSide] { engine.output.exchanges.map(\.clientSide) }

  var anomalyCount: Int { engine.output.anomalies.count }
}

struct DrivenExchange: Hashable, CustomStringConvertible {
  var request: String?
  var response: String?
  var ending: Exchange.Ending
  var isComplete: Bool

  var description: String { "[\(request ?? "-")] -> [\(response ?? "-")] \(ending)\(isComplete ? "" : ", incomplete")" }
}
