import Capture
import Transport

/// All conversations of one protocol, in slots that are reused: one object a protocol, none a connection. The only place where the engine
/// leaves the generic world.
///
/// It is a table of closures, not a protocol that a generic class conforms to: each is made where the protocol's type is known, so that the
/// compiler makes a copy of `Conversation` for it. Through a generic class's methods, every call would copy values through tables that
/// are only known at run time.
struct ConversationPool {
  let facts: ProtocolFacts
  let recognize: (RawSpan, RecognitionContext) -> Recognition
  let open: (_ clientSide: FlowSide, _ isDatagram: Bool, _ isForced: Bool) -> Int
  let waitsUntil: (_ slot: Int) -> Timestamp?
  let bytes:
    (
      _ slot: Int, RawSpan, ChunkOrigin, _ sender: MessageSender, _ ports: RecognitionContext, _ isTruncated: Bool, inout TextTable,
      inout EngineOutput
    ) -> ConversationVerdict
  let gap: (_ slot: Int, _ byteCount: Int, ChunkOrigin, _ sender: MessageSender, inout TextTable, inout EngineOutput) -> Void
  /// See `Conversation.takeOldestRequest` and `adopt`.
  let takeOldestRequest: (_ slot: Int) -> PendingRequest?
  let adopt: (_ slot: Int, PendingRequest, ExchangeKey) -> Void
  /// Ends the conversation and frees its slot.
  let end: (_ slot: Int, ConversationEnd, inout TextTable, inout EngineOutput) -> Void
  /// Frees the slot without a word.
  let discard: (_ slot: Int) -> Void

  @inline(__always)
  init<P: ApplicationProtocol>(of _: P.Type, _ settings: ProtocolSettings) {
    let conversations = Conversations<P>()
    facts = P.facts
    recognize = { bytes, context in P.recognize(bytes, context) }
    open = { clientSide, isDatagram, isForced in
      conversations.add(Conversation<P>(clientSide: clientSide, isDatagram: isDatagram, isForced: isForced, settings))
    }
    waitsUntil = { slot in conversations.slots[slot]!.waitsUntil }
    bytes = { slot, bytes, origin, sender, ports, isTruncated, texts, output in
      conversations.slots[slot]!.bytes(
        bytes, origin, from: sender, ports: ports, isTruncated: isTruncated, settings, &texts, &output)
    }
    gap = { slot, byteCount, origin, sender, texts, output in
      conversations.slots[slot]!.gap(byteCount, origin, from: sender, settings, &texts, &output)
    }
    takeOldestRequest = { slot in conversations.slots[slot]!.takeOldestRequest() }
    adopt = { slot, request, key in conversations.slots[slot]!.adopt(request, key) }
    end = { slot, end, texts, output in
      conversations.slots[slot]!.end(end, settings, &texts, &output)
      conversations.remove(slot)
    }
    discard = { slot in conversations.remove(slot) }
  }
}

/// The slots of a pool.
private final class Conversations<P: ApplicationProtocol> {
  var slots: [Conversation<P>?] = []
  private var free: [Int] = []

  func add(_ conversation: Conversation<P>) -> Int {
    if let slot = free.popLast() {
      slots[slot] = conversation
      return slot
    }
    slots.append(conversation)
    return slots.count - 1
  }

  func remove(_ slot: Int) {
    slots[slot] = nil
    free.append(slot)
  }
}
