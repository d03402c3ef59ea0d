import Capture
import Wire

/// What the request log shows of a command; never a password.
enum OpenWireSummary {
  static func summarize(
    _ message: OpenWireMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let properties = message.properties { takeTags(properties, bytes, settings, into: &summary, &texts) }
    guard !message.isTail else { return }
    if message.isPartial { summary.isPartial = true }
    if message.correlation == nil {
      request(message, bytes, into: &summary, &texts)
    } else {
      summary.responseStatus = .ok
      summary.requestID = message.correlation.map { UInt64($0) }
      if let result = message.result { summary.responseResult = texts.intern("\(result)") }
    }
    guard message.exceptionClass != nil || message.exceptionText != nil else { return }
    // What a consumer could not work with is no failure of the acknowledgement that says so.
    if message.type == .messageAck {
      summary.add(texts.intern("cause"), exception(message, bytes, &texts))
    } else {
      summary.responseStatus = .serverError
      summary.responseException = exception(message, bytes, &texts)
    }
  }

  private static func request(
    _ message: OpenWireMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestType = message.type.name.map { texts.intern($0) }
    summary.version = message.version.map { texts.intern("\($0)") }
    summary.requestID = message.number.map { UInt64($0) }
    if let broker = message.brokerURL ?? message.brokerName, !broker.isEmpty {
      summary.requestDomain = texts.intern(bytes, broker)
    } else if let broker = message.knownBroker, !broker.isEmpty {
      summary.requestDomain = texts.intern(broker)
    }
    if let destination = message.destination {
      summary.requestResource = destination.range.map { texts.intern(bytes, $0) } ?? destination.remembered.map { texts.intern($0) }
      summary.endpoint = summary.requestResource
      if let kind = destination.type.name { summary.add(texts.intern("destination_type"), texts.intern(kind)) }
    } else if let word = message.word {
      summary.requestResource = texts.intern(bytes, word)
    }
    add("client_id", message.client, bytes, into: &summary, &texts)
    add("user", message.user, bytes, into: &summary, &texts)
    add("subscription", message.subscription, bytes, into: &summary, &texts)
    add("correlation_id", message.correlationText, bytes, into: &summary, &texts)
    if let operation = message.operation.flatMap({ OpenWireOperation.name($0, of: message.type) }) {
      summary.add(texts.intern("operation"), texts.intern(operation))
    }
    if let transaction = message.transaction { summary.add(texts.intern("transaction"), texts.intern("\(transaction)")) }
    if let removed = message.removedType?.name { summary.add(texts.intern("removed"), texts.intern(removed)) }
  }

  private static func add(
    _ name: StaticString, _ range: Range<Int>?, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let range, !range.isEmpty { summary.add(texts.intern(name), texts.intern(bytes, range)) }
  }

  /// The class and the message, as Java prints them.
  private static func exception(_ message: OpenWireMessage, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID {
    let name = message.exceptionClass.map { bytes.copy($0) } ?? []
    let text = message.exceptionText.map { bytes.copy($0) } ?? []
    return texts.intern(name.isEmpty || text.isEmpty ? name + text : name + Array(": ".utf8) + text)
  }

  private static func takeTags(
    _ properties: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var tags = TraceTags()
    var walk = OpenWireProperties(properties, bytes)
    while let property = walk.next(bytes) {
      guard property.type == OpenWireProperties.text, let header = settings.headers.header(named: property.name, in: bytes) else {
        continue
      }
      tags.take(header, property.value, bytes, into: &summary, &texts)
    }
  }
}
