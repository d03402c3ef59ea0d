import Capture
import Wire

/// What the request log shows of Kafka. Tokens of authentication and records are never shown.
enum KafkaSummary {
  static func summarize(
    _ message: KafkaMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.content {
    case .request(let call, let clientIdentifier, let fields):
      if fields.mayMissName { summary.isPartial = true }
      summarize(request: call, fields, bytes, into: &summary, &texts)
      if let clientIdentifier { summary.add(texts.intern("client_id"), texts.intern(bytes, clientIdentifier)) }
      noteRecords(fields, bytes, settings, into: &summary, &texts)
    case .response(let call, let fields):
      if fields.mayMissName { summary.isPartial = true }
      summarize(response: call, fields, bytes, into: &summary, &texts)
      noteRecords(fields, bytes, settings, into: &summary, &texts)
    case .token:
      if message.role.isResponse { summary.responseStatus = .ok } else { summary.requestType = texts.intern("SaslAuthenticate") }
    case .unknownResponse: break
    }
  }

  private static func summarize(
    request call: KafkaCall, _ fields: KafkaFields, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestType = KafkaAPI(call.api).map { texts.intern($0.name) }
    summary.version = texts.intern("\(call.version)")
    summary.requestID = UInt64(UInt32(bitPattern: call.correlation))
    if let topic = topic(fields, bytes) {
      summary.requestDomain = texts.intern(topic)
      if let partition = fields.partition { summary.endpoint = texts.intern("\(topic)-\(partition)") }
    }
    if let group = fields.group { summary.add(texts.intern("group"), texts.intern(bytes, group)) }
    if let transaction = fields.transaction { summary.add(texts.intern("transactional_id"), texts.intern(bytes, transaction)) }
    if let version = fields.softwareVersion { summary.add(texts.intern("client_version"), texts.intern(bytes, version)) }
    if let acknowledgements = fields.acknowledgements { summary.add(texts.intern("acks"), texts.intern("\(acknowledgements)")) }
    let name = fields.group ?? fields.transaction ?? fields.name
    switch call.api {
    case KafkaAPI.produce:
      // The broker gives the offset. Without an answer the partition has to do.
      if fields.acknowledgements == 0 { summary.requestResource = summary.endpoint }
    case KafkaAPI.fetch: summary.requestResource = location(fields, bytes).map { texts.intern($0) }
    default:
      summary.requestResource =
        location(fields, bytes).map { texts.intern($0) } ?? name.map { texts.intern(bytes, $0) } ?? summary.requestDomain
      summary.endpoint = summary.endpoint ?? name.map { texts.intern(bytes, $0) } ?? summary.requestDomain
    }
    if waits(call, fields) { summary.markLongPoll(&texts) }
  }

  private static func summarize(
    response call: KafkaCall, _ fields: KafkaFields, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestID = UInt64(UInt32(bitPattern: call.correlation))
    summary.responseStatus = .ok
    if let code = fields.errorCode {
      summary.responseCode = Int32(code)
      if code != 0 {
        summary.responseStatus = .serverError
        summary.responseException = texts.intern(KafkaError.name(code).map { "\($0)" } ?? "error \(code)")
        if let message = fields.errorMessage { summary.add(texts.intern("error_message"), texts.intern(bytes, message)) }
      }
    }
    if call.api == KafkaAPI.produce { summary.requestResource = location(fields, bytes).map { texts.intern($0) } }
  }

  /// Requests that a broker may keep until there is something to answer: records, or the other members of a group.
  private static func waits(_ call: KafkaCall, _ fields: KafkaFields) -> Bool {
    switch call.api {
    case KafkaAPI.fetch: fields.maximumWaitMilliseconds.map { $0 > 0 } ?? true
    case KafkaAPI.joinGroup, KafkaAPI.syncGroup, KafkaAPI.shareFetch: true
    default: false
    }
  }

  private static func topic(_ fields: KafkaFields, _ bytes: RawSpan) -> String? {
    if let topic = fields.topic { return bytes.text(in: topic) }
    if let name = fields.topicName { return String(decoding: name, as: UTF8.self) }
    return fields.topicIdentifier.map { text(ofIdentifier: $0, bytes) }
  }

  /// `topic-partition:offset`, as DeepFlow writes it.
  private static func location(_ fields: KafkaFields, _ bytes: RawSpan) -> String? {
    guard let topic = topic(fields, bytes), let partition = fields.partition else { return nil }
    return fields.offset.map { "\(topic)-\(partition):\($0)" } ?? "\(topic)-\(partition)"
  }

  /// Base64 for addresses, without padding, as Kafka's own tools write identifiers.
  private static func text(ofIdentifier range: Range<Int>, _ bytes: RawSpan) -> String {
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    var text = ""
    var accumulator: UInt32 = 0
    var bitCount = 0
    for index in range {
      accumulator = accumulator << 8 | UInt32(bytes.load8(at: index))
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        text.append(Character(UnicodeScalar(alphabet.utf8Start[Int(accumulator >> UInt32(bitCount) & 0x3f)])))
      }
    }
    if bitCount > 0 { text.append(Character(UnicodeScalar(alphabet.utf8Start[Int(accumulator << UInt32(6 - bitCount) & 0x3f)]))) }
    return text
  }

  // MARK: Records

  private static func noteRecords(
    _ fields: KafkaFields, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    guard let records = fields.records else { return }
    if let count = records.recordCount { summary.add(texts.intern("record_count"), texts.intern("\(count)")) }
    if let name = records.compressionName { summary.add(texts.intern("compression"), texts.intern(name)) }
    guard let headers = records.headers else { return }
    guard let decompressed = records.decompressed else {
      return noteTags(headers, records.headerCount, bytes, settings, into: &summary, &texts)
    }
    let span = decompressed.span
    noteTags(headers, records.headerCount, span.bytes, settings, into: &summary, &texts)
  }

  private static func noteTags(
    _ headers: Range<Int>, _ count: Int, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    var cursor = KafkaHeaderCursor(headers, count: count)
    var tags = TraceTags()
    while let (name, value) = cursor.next(bytes) {
      if let header = settings.headers.header(named: name, in: bytes) { tags.take(header, value, bytes, into: &summary, &texts) }
    }
  }
}
