import Capture
import Wire

/// Echo requests and replies of ICMP and ICMPv6: what `ping` sends. A request without a reply has timed out.
///
/// Source: RFC 792, RFC 4443 §4.
enum Ping: ApplicationProtocol {
  typealias Message = PingMessage

  /// DeepFlow waits for 120 s like for any other protocol. `ping` itself gives up after 10 s, and so do we: in a short capture a lost
  /// request would else never be known as lost.
  static let facts = ProtocolFacts(identity: .ping, ports: [], overStream: false, overICMP: true, sessionTimeoutSeconds: 10)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard context.isICMP, let message = PingMessage(bytes) else { return .no }
    return .certain(message.isReply ? .server : .client)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout NoConversation) -> ParseStep<PingMessage> {
    guard let message = PingMessage(bytes) else { return .invalid("not an echo message") }
    return .message(message, MessageExtent(byteCount: bytes.byteCount))
  }

  /// By the message's own type: both ends may ask. The asker is part of the key, so that the two do not mix.
  static func role(of message: PingMessage, _ context: ParseContext) -> MessageRole {
    let asker = message.isReply ? context.sender.opposite : context.sender
    let key = UInt64(asker.rawValue) << 32 | UInt64(message.identifier) << 16 | UInt64(message.sequence)
    return message.isReply ? .response(.identifier(key)) : .request(.identifier(key))
  }

  static func summarize(_ message: PingMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestResource = texts.intern("\(message.identifier)")
    summary.requestID = UInt64(message.sequence)
    if message.isReply { summary.responseStatus = .ok }
  }
}

/// An echo message: type, code, checksum, identifier, sequence number, data.
///
///     |     Type      |     Code      |          Checksum             |
///     |           Identifier          |        Sequence Number        |
struct PingMessage: Sendable {
  var isReply: Bool
  var identifier: UInt16
  var sequence: UInt16

  /// `nil` when the bytes, which begin with the ICMP header, are no echo message.
  init?(_ bytes: RawSpan) {
    guard let type = bytes.uint8(at: 0), let identifier = bytes.bigEndian16(at: 4), let sequence = bytes.bigEndian16(at: 6) else {
      return nil
    }
    switch type {
    case 8, 128: isReply = false
    case 0, 129: isReply = true
    default: return nil
    }
    self.identifier = identifier
    self.sequence = sequence
  }
}
