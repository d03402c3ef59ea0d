import Capture
import Wire

/// The client protocol of Apache ZooKeeper: records of Jute with a length before each, and the four-letter words of its administration.
///
/// Source: ZooKeeper 3.8, zookeeper-jute/src/main/resources/zookeeper.jute, org.apache.zookeeper.ZooDefs.
enum ZooKeeper: ApplicationProtocol {
  typealias Message = ZooKeeperMessage
  typealias Conversation = ZooKeeperConversation

  static let facts = ProtocolFacts(identity: .zooKeeper, ports: [2181, 12181])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    ZooKeeperRecognition.verdict(bytes, context)
  }

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ZooKeeperConversation
  ) -> ParseStep<ZooKeeperMessage> {
    ZooKeeperParser.parse(bytes, context, &conversation)
  }

  static func role(of message: ZooKeeperMessage, _ context: ParseContext) -> MessageRole {
    switch message.content {
    case .connect, .word: .request(.inOrder)
    case .connected, .wordAnswer: .response(.inOrder)
    case .request(let request): .request(.identifier(UInt64(UInt32(bitPattern: request.identifier))))
    case .reply(let reply): .response(.identifier(UInt64(UInt32(bitPattern: reply.identifier))))
    case .notification: .oneWay
    }
  }

  static func summarize(
    _ message: ZooKeeperMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    ZooKeeperSummary.summarize(message, bytes, into: &summary, &texts)
  }
}
