import Capture
import Wire

/// What the request log shows of a method and of its content's header.
enum AMQPSummary {
  static func summarize(
    _ message: AMQPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.part {
    case .content: content(message, bytes, settings, into: &summary, &texts)
    case .request, .alone: question(message, bytes, into: &summary, &texts)
    case .response:
      summary.responseStatus = .ok
      guard message.method.isClose, let code = message.arguments.replyCode else {
        if let route = route(message, bytes, &texts) { summary.responseResult = route }
        return
      }
      note(code, message.arguments.replyText, bytes, into: &summary, &texts)
    }
  }

  private static func question(
    _ message: AMQPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.version = texts.intern("0-9-1")
    summary.requestType = message.method.name.map { texts.intern($0) }
    summary.requestDomain = message.virtualHost.map { texts.intern($0) }
    summary.requestResource = route(message, bytes, &texts)
    summary.endpoint = summary.requestResource
    summary.add(texts.intern("channel"), texts.intern("\(message.channel)"))
    guard let code = message.arguments.replyCode else { return }
    if message.method == .basicReturn {
      note(code, message.arguments.replyText, bytes, into: &summary, &texts)
    } else if code != AMQPReply.success, let text = message.arguments.replyText {
      // What a channel or a connection is closed for, where no method waited for its answer.
      summary.add(texts.intern("reason"), texts.intern(bytes, text))
    }
  }

  private static func note(
    _ code: UInt16, _ text: Range<Int>?, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.responseCode = Int32(code)
    guard code != AMQPReply.success else { return }
    summary.responseStatus = AMQPReply.isServers(code) ? .serverError : .clientError
    if let text, !text.isEmpty { summary.responseException = texts.intern(bytes, text) }
  }

  /// The queue, else exchange and routing key with a dot between, as far as there are any.
  private static func route(_ message: AMQPMessage, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID? {
    let arguments = message.arguments
    if let queue = arguments.queue, !queue.isEmpty { return texts.intern(bytes, queue) }
    let exchange = arguments.exchange ?? 0..<0
    let key = arguments.routingKey ?? 0..<0
    if exchange.isEmpty { return key.isEmpty ? nil : texts.intern(bytes, key) }
    return key.isEmpty ? texts.intern(bytes, exchange) : texts.intern(bytes.copy(exchange) + [UInt8(ascii: ".")] + bytes.copy(key))
  }

  private static func content(
    _ message: AMQPMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let correlation = message.correlation, !correlation.isEmpty { summary.trace.requestID = texts.intern(bytes, correlation) }
    guard let headers = message.headers else { return }
    var tags = TraceTags()
    var reader = AMQPReader(headers)
    while let name = reader.shortText(bytes) {
      if let header = settings.headers.header(named: name, in: bytes), bytes.uint8(at: reader.offset) == UInt8(ascii: "S") {
        guard reader.skip(1), let value = reader.longText(bytes) else { return }
        tags.take(header, value, bytes, into: &summary, &texts)
      } else {
        guard reader.skipValue(bytes) else { return }
      }
    }
  }
}
