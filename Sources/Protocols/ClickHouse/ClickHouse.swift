import Capture
import Wire

/// The native protocol of ClickHouse over TCP. A query and every packet that answers it, up to the end of the stream or an exception, are an
/// exchange; so are a login and a ping. Blocks of data that are not packed are stepped over column by column, as their types say; packed ones
/// by their lengths.
///
/// Source: ClickHouse, `src/Core/Protocol.h`, `src/Core/ProtocolDefines.h`, `src/Client/Connection.cpp`, `src/Interpreters/ClientInfo.cpp`,
/// `src/Formats/NativeReader.cpp` (26.9); documentation, "Native Protocol".
enum ClickHouse: ApplicationProtocol {
  typealias Message = ClickHouseMessage
  typealias Conversation = ClickHouseConversation

  static let facts = ProtocolFacts(identity: .clickHouse, ports: [9000, 9010], hasObfuscation: true)

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    ClickHouseRecognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ClickHouseConversation
  ) -> ParseStep<ClickHouseMessage> {
    if conversation.isChunked { return .handOver(nil) }
    return context.sender == .client
      ? ClickHouseClientParser.parse(bytes, context, &conversation) : ClickHouseServerParser.parse(bytes, context, &conversation)
  }

  static func role(of message: ClickHouseMessage, _ context: ParseContext) -> MessageRole { message.role }

  static func summarize(
    _ message: ClickHouseMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    ClickHouseSummary.summarize(message, bytes, SQLSummary(settings, .clickHouse), into: &summary, &texts)
  }
}
