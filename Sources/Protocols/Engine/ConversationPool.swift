import Capture
import Transport

/// All conversations of one protocol, in slots that are reused: one object a protocol, none a connection. The only place where
/// the engine leaves the generic world.
protocol ConversationPooling: AnyObject {
  var facts: ProtocolFacts { get }
  func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition
  func open(clientSide: FlowSide, isDatagram: Bool, isForced: Bool) -> Int
  func clientSide(of slot: Int) -> FlowSide
  func waitsUntil(_ slot: Int) -> Timestamp?
  func bytes(
    _ slot: Int, _ bytes: RawSpan, _ origin: ChunkOrigin, from sender: MessageSender, ports: RecognitionContext, isTruncated: Bool,
    _ texts: inout TextTable, _ output: inout EngineOutput
  ) -> ConversationVerdict
  func gap(
    _ slot: Int, _ byteCount: Int, _ origin: ChunkOrigin, from sender: MessageSender, _ texts: inout TextTable, _ output: inout EngineOutput
  )
  /// See `Conversation.takeOldestRequest` and `adopt`.
  func takeOldestRequest(_ slot: Int) -> PendingRequest?
  func adopt(_ slot: Int, _ request: PendingRequest, _ key: ExchangeKey)
  /// Ends the conversation and frees its slot.
  func end(_ slot: Int, _ end: ConversationEnd, _ texts: inout TextTable, _ output: inout EngineOutput)
  /// Frees the slot without a word.
  func discard(_ slot: Int)
}

final class ConversationPool<P: ApplicationProtocol>: ConversationPooling {
  private var slots: [Conversation<P>?] = []
  private var free: [Int] = []
  private let settings: ProtocolSettings

  init(_ settings: ProtocolSettings) { self.settings = settings }

  let facts = P.facts

  func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition { P.recognize(bytes, context) }

  func open(clientSide: FlowSide, isDatagram: Bool, isForced: Bool) -> Int {
    let conversation = Conversation<P>(clientSide: clientSide, isDatagram: isDatagram, isForced: isForced, settings)
    if let slot = free.popLast() {
      slots[slot] = conversation
      return slot
    }
    slots.append(conversation)
    return slots.count - 1
  }

  func clientSide(of slot: Int) -> FlowSide { slots[slot]!.clientSide }

  func waitsUntil(_ slot: Int) -> Timestamp? { slots[slot]!.waitsUntil }

  func bytes(
    _ slot: Int, _ bytes: RawSpan, _ origin: ChunkOrigin, from sender: MessageSender, ports: RecognitionContext, isTruncated: Bool,
    _ texts: inout TextTable, _ output: inout EngineOutput
  ) -> ConversationVerdict {
    slots[slot]!.bytes(bytes, origin, from: sender, ports: ports, isTruncated: isTruncated, settings, &texts, &output)
  }

  func gap(
    _ slot: Int, _ byteCount: Int, _ origin: ChunkOrigin, from sender: MessageSender, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    slots[slot]!.gap(byteCount, origin, from: sender, settings, &texts, &output)
  }

  func takeOldestRequest(_ slot: Int) -> PendingRequest? { slots[slot]!.takeOldestRequest() }

  func adopt(_ slot: Int, _ request: PendingRequest, _ key: ExchangeKey) { slots[slot]!.adopt(request, key) }

  func end(_ slot: Int, _ end: ConversationEnd, _ texts: inout TextTable, _ output: inout EngineOutput) {
    slots[slot]!.end(end, settings, &texts, &output)
    discard(slot)
  }

  func discard(_ slot: Int) {
    slots[slot] = nil
    free.append(slot)
  }
}
