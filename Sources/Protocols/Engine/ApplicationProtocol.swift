package import Capture

/// One application protocol: what its bytes mean. All requirements are pure functions of their arguments; the engine keeps the
/// bytes, the times, the pairing and the losses.
///
/// A conforming type is a caseless enum in a folder of its own. See ARCHITECTURE.md, "How to add a protocol".
package protocol ApplicationProtocol: SendableMetatype {
  /// A message's head as the parser sees it: numbers, flags and ranges into the bytes it was parsed from.
  associatedtype Message: Sendable
  /// What must be remembered of a connection between messages, in both directions together (the method that a response
  /// answers, say). `NoConversation` when messages explain themselves.
  associatedtype Conversation: ConversationState = NoConversation

  static var facts: ProtocolFacts { get }

  /// Whether `bytes`, the first bytes of a chunk, begin a message of this protocol. Called for flows of unknown protocol and to
  /// find the next message after a loss; must be cheap and must not say `certain` lightly.
  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition

  /// The next step through `bytes`, which begin at a message, or at the next part of the message that `context.continues`.
  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout Conversation) -> ParseStep<Message>

  /// The part the message plays in its exchange, and the key of the exchange.
  static func role(of message: Message, _ context: ParseContext) -> MessageRole

  /// Writes what the request log shows of `message` into `summary`; for a later part of a message, amends it. `bytes` are those
  /// that `parse` was given. By default `summarize` without settings.
  static func summarize(
    _ message: Message, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable)

  /// The same, for a protocol whose rows do not depend on settings: it implements this one instead.
  static func summarize(_ message: Message, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable)
}

extension ApplicationProtocol {
  package static func summarize(
    _ message: Message, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summarize(message, bytes, into: &summary, &texts)
  }

  package static func summarize(_ message: Message, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {}
}

package protocol ConversationState: Sendable {
  init()

  /// For a protocol whose parser needs settings. By default `init()`.
  init(_ settings: ProtocolSettings)

  /// Bytes of `sender` were lost. When they are the server's, the engine gives up the requests that wait by order, and what was counted on
  /// their responses no longer holds. By default nothing is to be done.
  mutating func loseSynchrony(of sender: MessageSender)

  /// What the parser met beside its messages since it was asked last: a limit that was hit, state that became useless. Counted as an
  /// anomaly; parsing goes on. By default there is nothing of the kind.
  mutating func takeAnomaly() -> StaticString?
}

extension ConversationState {
  package init(_ settings: ProtocolSettings) { self.init() }
  package mutating func loseSynchrony(of sender: MessageSender) {}
  package mutating func takeAnomaly() -> StaticString? { nil }
}

package struct NoConversation: ConversationState {
  package init() {}
}

/// Facts about a protocol that do not depend on any bytes.
package struct ProtocolFacts: Sendable {
  package var identity: L7Protocol
  /// Usual ports: only a tie-breaker of recognition.
  package var ports: [UInt16]
  package var overStream: Bool
  package var overDatagrams: Bool
  /// Its messages are ICMP's own.
  package var overICMP: Bool
  /// A request without a response for this long has timed out (DeepFlow: DNS and TLS 15 s, others 120 s).
  package var sessionTimeoutSeconds: Int64
  /// Protocols that travel in its messages, and have no parser of their own.
  package var carries: [L7Protocol]
  /// Its `summarize` masks values when `ProtocolSettings.obfuscates` says so.
  package var hasObfuscation: Bool
  /// On a stream, responses come in the order of the requests although both carry numbers, and a request that was passed over gets none. The
  /// numbers of requests rise.
  package var respondsInOrder: Bool
  /// What a datagram with the key of an earlier one is.
  package var repetition: Repetition
  /// The key under which it answers the request that asked another protocol to change over to it.
  package var upgradeKey: ExchangeKey?

  package enum Repetition: UInt8, Sendable {
    /// A message of its own.
    case never
    /// While a request waits, another try, which is an exchange of its own: the answer that comes is that of the last try, and a try without
    /// one has timed out.
    case anotherTry
    /// The same message was sent again: a key is used only once.
    case always
  }

  package static let usualSessionTimeoutSeconds: Int64 = 120

  package init(
    identity: L7Protocol, ports: [UInt16], overStream: Bool = true, overDatagrams: Bool = false, overICMP: Bool = false,
    sessionTimeoutSeconds: Int64 = ProtocolFacts.usualSessionTimeoutSeconds, carries: [L7Protocol] = [], hasObfuscation: Bool = false,
    respondsInOrder: Bool = false, repetition: Repetition = .never, upgradeKey: ExchangeKey? = nil
  ) {
    self.identity = identity
    self.ports = ports
    self.overStream = overStream
    self.overDatagrams = overDatagrams
    self.overICMP = overICMP
    self.sessionTimeoutSeconds = sessionTimeoutSeconds
    self.carries = carries
    self.hasObfuscation = hasObfuscation
    self.respondsInOrder = respondsInOrder
    self.repetition = repetition
    self.upgradeKey = upgradeKey
  }
}

/// Which side of an exchange sent a message.
package enum MessageSender: UInt8, Sendable {
  case client, server

  @inlinable package var opposite: MessageSender { self == .client ? .server : .client }
}

package struct RecognitionContext: Sendable {
  package var sourcePort: UInt16
  package var destinationPort: UInt16
  package var isDatagram: Bool
  /// The bytes are an ICMP or ICMPv6 message, its header included; a datagram as well.
  package var isICMP: Bool
  /// The sender, when something else has settled it (handshake, the other direction); only a hint.
  package var likelySender: MessageSender?
  /// The flow is known to be of this protocol and `likelySender` to be the sender: the question is only whether a message begins here.
  package var isResynchronizing: Bool
  /// While resynchronizing: no request waited when bytes were lost, so that the client waits for an answer before it asks again, and one came
  /// since then. What the server sends now is no rest of what was lost.
  package var isAwaited = false

  package init(
    sourcePort: UInt16, destinationPort: UInt16, isDatagram: Bool, isICMP: Bool = false, likelySender: MessageSender? = nil,
    isResynchronizing: Bool = false
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.isDatagram = isDatagram
    self.isICMP = isICMP
    self.likelySender = likelySender
    self.isResynchronizing = isResynchronizing
  }
}

/// A verdict on the first bytes of a chunk. `certain` beats `likely`; among equals a matching port wins, then the registry's order.
package enum Recognition: Hashable, Sendable {
  case no
  /// A valid beginning, too short to tell.
  case needsMore
  case likely(MessageSender)
  case certain(MessageSender)
}

package struct ParseContext: Sendable {
  package var sender: MessageSender
  package var isDatagram: Bool
  /// Nothing follows these bytes: the rest of the datagram, or of the stream's message, is lost. A parser may make a message of
  /// what is there instead of saying `incomplete`.
  package var isTruncated: Bool
  /// The bytes continue the message begun last: its extent ended with `.continues`.
  package var continues: Bool
  /// How many of these bytes the last `incomplete` said were scanned: the search for a terminator need not begin before.
  package var scannedByteCount: Int

  package init(
    sender: MessageSender, isDatagram: Bool = false, isTruncated: Bool = false, continues: Bool = false, scannedByteCount: Int = 0
  ) {
    self.sender = sender
    self.isDatagram = isDatagram
    self.isTruncated = isTruncated
    self.continues = continues
    self.scannedByteCount = scannedByteCount
  }
}

/// What one call of a parser found.
package enum ParseStep<Message: Sendable>: Sendable {
  /// A message begins with the first byte; its head is understood.
  case message(Message, MessageExtent)
  /// A further part of the message begun before (a chunk, a row, a trailer); with a message value when it changes the summary.
  case part(Message?, MessageExtent)
  /// A further part of the message with this key, which was left with `.interleaves` while others passed. When no such message is known,
  /// the bytes pass unseen.
  case resumption(of: UInt64, Message?, MessageExtent)
  /// A sender gave exchanges up (a reset stream, a connection that takes no more): those with these identifiers end here, with or without a
  /// response, whatever was still expected of either side. The message amends the summary of each.
  case abandonment(of: ClosedRange<UInt64>, Message, byteCount: Int)
  /// Bytes between messages that mean nothing (an empty line before a request line): step over them.
  case padding(byteCount: Int)
  /// A valid prefix. `scannedByteCount` of the bytes were looked at to no avail and need not be scanned again.
  case incomplete(scannedByteCount: Int)
  /// No continuation of these bytes is valid.
  case invalid(StaticString)
  /// From here on the connection speaks another protocol, or something that is not parsed.
  case handOver(L7Protocol?)
  /// From here on the connection speaks something else, which its next bytes will tell (a tunnel was opened).
  case tunnel
}

/// How far the bytes of a step reach.
package struct MessageExtent: Hashable, Sendable {
  package enum Ending: UInt8, Sendable {
    /// The message ends after the skipped bytes.
    case complete
    /// More parts follow the skipped bytes.
    case continues
    /// More parts may follow the skipped bytes, but parts of other messages may come first; each says which message it continues. Only
    /// messages whose key is an identifier can be left so.
    case interleaves
    /// The message ends with the stream; everything until then is skipped.
    case atClose
  }

  /// Bytes of this step that were parsed; at least 1.
  package var byteCount: Int
  /// Bytes that follow and may pass unseen; not limited by what has been captured so far.
  package var skippedByteCount: Int
  package var ending: Ending

  package init(byteCount: Int, skippedByteCount: Int = 0, ending: Ending = .complete) {
    self.byteCount = byteCount
    self.skippedByteCount = skippedByteCount
    self.ending = ending
  }
}

/// The part of a message in the one pairing algorithm.
package enum MessageRole: Hashable, Sendable {
  /// Opens an exchange and waits for its response.
  case request(ExchangeKey)
  /// Answers the request with the same key.
  case response(ExchangeKey)
  /// Belongs to an exchange but does not end it (HTTP 1xx other than 101).
  case interim
  /// Complete by itself: no answer will come (a push, a subscription's message).
  case oneWay
  /// Says more of the exchange under way: of the other side's response as long as that continues (a client's certificate), else of the
  /// sender's newest request that waits (its second datagram). The last one ends the response, and with it the exchange.
  case addition(isLast: Bool)
}

/// What pairs a response with its request on one connection.
package enum ExchangeKey: Hashable, Sendable {
  /// Responses come in the order of the requests.
  case inOrder
  /// Both carry the same number.
  case identifier(UInt64)
}

extension MessageRole {
  /// The identifier that pairs the message, when it is not paired by order.
  var identifier: UInt64? {
    switch self {
    case .request(.identifier(let identifier)), .response(.identifier(let identifier)): identifier
    default: nil
    }
  }

  var isResponse: Bool {
    if case .response = self { return true }
    return false
  }
}
