import Capture
import Wire

/// Apache Thrift: the binary and compact protocols, framed or not.
///
/// Source: thrift/doc/specs/thrift-binary-protocol.md, thrift-compact-protocol.md, thrift-rpc.md.
enum Thrift: ApplicationProtocol {
  typealias Message = ThriftMessage
  typealias Conversation = ThriftConversation

  static let facts = ProtocolFacts(identity: .thrift, ports: [9090])

  static func recognize(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    ThriftRecognition.verdict(bytes, context)
  }

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout ThriftConversation) -> ParseStep<ThriftMessage> {
    ThriftParser.parse(bytes, context, &conversation)
  }

  static func role(of message: ThriftMessage, _ context: ParseContext) -> MessageRole {
    switch message.kind {
    case .call: .request(message.key)
    case .oneWay: .oneWay
    case .reply, .exception: .response(message.key)
    }
  }

  static func summarize(_ message: ThriftMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.version = texts.intern(message.encoding.name)
    if message.sequence > 0 { summary.requestID = UInt64(message.sequence) }
    switch message.kind {
    case .call, .oneWay:
      // Where several services share a connection, the name is `service:method`. Source: TMultiplexedProtocol.
      if let colon = bytes.firstIndex(of: 0x3a, from: message.name.lowerBound, to: message.name.upperBound) {
        summary.requestResource = texts.intern(bytes, message.name.lowerBound..<colon)
        summary.requestType = texts.intern(bytes, colon + 1..<message.name.upperBound)
      } else {
        summary.requestType = texts.intern(bytes, message.name)
      }
      summary.endpoint = texts.intern(bytes, message.name)
    case .reply:
      summary.responseStatus = message.resultField ?? 0 == 0 ? .ok : .serverError
      // The specification has no name for the exceptions that a method declares, only numbers.
      if let field = message.resultField, field != 0 { summary.responseException = texts.intern("exception \(field)") }
    case .exception:
      summary.responseStatus = message.exception.isClientError ? .clientError : .serverError
      summary.responseCode = message.exception.type
      if let text = message.exception.message, !text.isEmpty {
        summary.responseException = texts.intern(bytes, text)
      } else {
        summary.responseException = message.exception.typeName.map { texts.intern($0) }
      }
    }
  }
}
