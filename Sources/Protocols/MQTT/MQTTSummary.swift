import Capture
import Wire

/// What the request log shows of a packet.
enum MQTTSummary {
  /// Filters of one subscription that are shown.
  private static let filterLimit = 16

  static func summarize(
    _ message: MQTTMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let identifier = message.identifier { summary.requestID = UInt64(identifier) }
    switch message.kind {
    case .connect, .publish, .publishRelease, .subscribe, .unsubscribe, .pingRequest, .disconnect, .authentication:
      summary.requestType = texts.intern(message.kind.name)
      summary.version = version(message.version).map { texts.intern($0) }
      if let topic = message.topic, !topic.isEmpty {
        summary.requestResource = filters(message, bytes, &texts) ?? texts.intern(bytes, topic)
        summary.endpoint = texts.intern(bytes, topic)
      }
      if message.kind == .publish { summary.add(texts.intern("qos"), texts.intern("\(message.qualityOfService)")) }
      if let client = message.client, !client.isEmpty { summary.requestDomain = texts.intern(bytes, client) }
      if let user = message.user, !user.isEmpty { summary.add(texts.intern("user"), texts.intern(bytes, user)) }
      // A connection's end says why only when something is wrong.
      if message.kind == .disconnect, let reason = message.reason, reason >= 0x80 { note(reason, message, into: &summary, &texts) }
    case .connectAcknowledgement, .publishAcknowledgement, .publishReceived, .publishComplete, .subscribeAcknowledgement,
      .unsubscribeAcknowledgement, .pingResponse:
      summary.responseStatus = .ok
      if let reason = message.reason { note(reason, message, into: &summary, &texts) }
    }
    if let properties = message.properties { takeTags(properties, bytes, settings, into: &summary, &texts) }
  }

  private static func version(_ level: UInt8?) -> StaticString? {
    switch level {
    case 3: "3.1"
    case 4: "3.1.1"
    case 5: "5"
    default: nil
    }
  }

  private static func note(_ reason: UInt8, _ message: MQTTMessage, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseCode = Int32(reason)
    let isVersion5 = message.version == 5
    // Codes below 0x80 say in version 5, and of anything but a connection, which kind of success it is.
    let isError = reason >= 0x80 || !isVersion5 && message.kind == .connectAcknowledgement && reason > 0
    guard isError else { return }
    summary.responseStatus = MQTTReason.isServers(reason, isVersion5: isVersion5) ? .serverError : .clientError
    summary.responseException = MQTTReason.name(reason, isVersion5: isVersion5).map { texts.intern($0) }
  }

  /// The filters of a subscription that has more than one, joined by commas.
  private static func filters(_ message: MQTTMessage, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID? {
    guard let range = message.filters else { return nil }
    var reader = MQTTReader(range)
    var joined: [UInt8] = []
    var count = 0
    while count < filterLimit, let filter = reader.text(bytes) {
      if count > 0 { joined.append(UInt8(ascii: ",")) }
      joined += bytes.copy(filter)
      count += 1
      // Behind a filter of a subscription stand its options.
      if message.kind == .subscribe { _ = reader.byte(bytes) }
    }
    return count > 1 ? texts.intern(joined) : nil
  }

  private static func takeTags(
    _ properties: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var tags = TraceTags()
    var walk = MQTTProperties(properties)
    while let property = walk.next(bytes) {
      guard let name = property.text, let value = property.value, let header = settings.headers.header(named: name, in: bytes) else {
        continue
      }
      tags.take(header, value, bytes, into: &summary, &texts)
    }
  }
}
