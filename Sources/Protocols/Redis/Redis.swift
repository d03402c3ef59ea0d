import Capture
import Wire

/// Redis and what speaks its protocol (Valkey, KeyDB, Sentinel): RESP2, RESP3 and inline commands.
///
/// Source: "Redis serialization protocol specification", RESP2 and RESP3, as of Redis 7.
enum Redis: ApplicationProtocol {
  typealias Message = RedisMessage
  typealias Conversation = RedisConversation

  static let facts = ProtocolFacts(identity: .redis, ports: RedisRecognition.ports, hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    RedisRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage> {
    RedisParser.parse(bytes, context, &conversation)
  }

  static func role(of message: RedisMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: RedisMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    RedisSummary(hidesValues: settings.obfuscates(.redis)).summarize(message, bytes, into: &summary, &texts)
  }
}
