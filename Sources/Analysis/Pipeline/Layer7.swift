import Capture
import Protocols
import Transport

/// The application side of the pipeline: streams and datagrams of one flow at a time go to the engine. It is the consumer that
/// reassembly delivers to, and therefore knows whose turn it is.
struct Layer7: ~Copyable {
  var engine: ProtocolEngine
  var texts = TextTable()
  /// What the engine knows of flows that carried payload, in slots that are reused.
  private var conversations: [FlowConversation] = []
  private var free: [Int32] = []
  /// The flow and side that bytes belong to now.
  private var current = 0
  private var side = FlowSide.initiator

  init(_ settings: ProtocolSettings) { engine = ProtocolEngine(settings) }

  /// A slot for a flow that carries its first payload.
  mutating func open(_ conversation: FlowConversation) -> Int32 {
    if let slot = free.popLast() {
      conversations[Int(slot)] = conversation
      return slot
    }
    conversations.append(conversation)
    return Int32(conversations.count - 1)
  }

  /// Ends the flow's conversation and frees its slot; what was still open is in the engine's output.
  mutating func close(_ slot: Int32, _ end: ConversationEnd) -> L7Protocol? {
    let l7Protocol = conversations[Int(slot)].l7Protocol
    engine.end(&conversations[Int(slot)], end, &texts)
    free.append(slot)
    return l7Protocol
  }

  /// Whether bytes of the flow are of no further use.
  func isOpaque(_ slot: Int32) -> Bool { conversations[Int(slot)].isOpaque }

  /// Until when a response may come for a request of the flow; `nil` when none waits.
  func waitsUntil(_ slot: Int32) -> Timestamp? { engine.waitsUntil(conversations[Int(slot)]) }

  /// Gives the texts away at the end of the analysis.
  mutating func takeTexts() -> TextTable {
    var taken = TextTable()
    swap(&taken, &texts)
    return taken
  }

  /// Says whose bytes come next.
  mutating func turn(to slot: Int32, _ side: FlowSide) {
    current = Int(slot)
    self.side = side
  }

  mutating func datagram(_ bytes: RawSpan, _ origin: ChunkOrigin, isTruncated: Bool) {
    engine.bytes(bytes, origin, from: side, isTruncated: isTruncated, of: &conversations[current], &texts)
  }
}

extension Layer7: StreamConsumer {
  mutating func bytes(_ bytes: RawSpan, _ origin: ChunkOrigin) {
    engine.bytes(bytes, origin, from: side, of: &conversations[current], &texts)
  }

  mutating func gap(_ byteCount: Int, _ origin: ChunkOrigin) {
    engine.gap(byteCount, origin, from: side, of: &conversations[current], &texts)
  }
}
