import Capture
import Wire

/// memcached: the text protocol with its meta commands, the binary protocol, and both in datagrams.
///
/// Source: memcached 1.6, doc/protocol.txt; "BinaryProtocolRevamped" of the memcached wiki.
enum Memcached: ApplicationProtocol {
  typealias Message = MemcachedMessage
  typealias Conversation = MemcachedConversation

  static let facts = ProtocolFacts(identity: .memcached, ports: [11211, 11911], overDatagrams: true, respondsInOrder: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    MemcachedRecognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MemcachedConversation
  ) -> ParseStep<MemcachedMessage> {
    if context.isDatagram { return MemcachedDatagram.parse(bytes, context) }
    // A binary message begins with a byte that is no character of the text protocol.
    switch bytes.uint8(at: 0) {
    case MemcachedBinary.requestMagic? where context.sender == .client && !context.continues,
      MemcachedBinary.responseMagic? where context.sender == .server:
      return MemcachedBinaryParser.parse(bytes, context, &conversation)
    default:
      return context.sender == .client
        ? MemcachedCommandParser.parse(bytes, context, &conversation) : MemcachedReplyParser.parse(bytes, context, &conversation)
    }
  }

  static func role(of message: MemcachedMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(_ message: MemcachedMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    MemcachedSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
