import Wire

/// Lengths, headers, and the fields that stand first in a body. What follows is stepped over.
enum KafkaParser {
  /// The longest message. Brokers allow 100 MiB by default (socket.request.max.bytes); fetches may bring more.
  static let longestMessage = 1 << 30
  /// Bytes of a message that must be there before it is read: fewer than a recorder keeps of one system call by default.
  static let headByteLimit = 4000
  private static let lengthByteCount = 4
  /// Bytes of a client's identifier.
  static let longestClientIdentifier = 256

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout KafkaConversation) -> ParseStep<KafkaMessage> {
    guard let length = bytes.bigEndian32(at: 0) else { return .incomplete(scannedByteCount: 0) }
    let least = context.sender == .client && !conversation.sendsTokens ? 8 : 4
    guard length >= least || conversation.sendsTokens, length <= longestMessage else {
      return .invalid("a message of an impossible length")
    }
    let end = lengthByteCount + Int(length)
    let available = min(end, headByteLimit)
    // What cannot be a header is told before the rest of the head has come.
    if context.sender == .client, !conversation.sendsTokens, let api = bytes.bigEndian16(at: 4), let version = bytes.bigEndian16(at: 6),
      !isCall(api, version)
    {
      return .invalid("an API that there is not")
    }
    guard bytes.byteCount >= available || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let head = bytes.extracting(0..<min(available, bytes.byteCount))
    let extent = MessageExtent(byteCount: head.byteCount, skippedByteCount: end - head.byteCount)
    return context.sender == .client ? request(head, extent, &conversation) : response(head, extent, &conversation)
  }

  static func isCall(_ api: UInt16, _ version: UInt16) -> Bool {
    guard let known = KafkaAPI(Int16(bitPattern: api)) else { return false }
    return Int16(bitPattern: version) >= 0 && Int16(bitPattern: version) <= known.newestVersion + KafkaParser.versionsAhead
  }

  /// Versions beyond the newest known ones that are believed: a newer Kafka adds one now and then.
  private static let versionsAhead: Int16 = 2

  // MARK: Requests

  /// ```
  ///   0        4         6             8                12
  ///   | length | API key | API version | correlation id | client id, tagged fields | body
  /// ```
  static func readHeader(_ bytes: RawSpan) -> (call: KafkaCall, clientIdentifier: Range<Int>?, body: Int)? {
    guard let api = bytes.bigEndian16(at: 4), let version = bytes.bigEndian16(at: 6), isCall(api, version),
      let correlation = bytes.bigEndian32(at: 8), let known = KafkaAPI(Int16(bitPattern: api))
    else { return nil }
    let call = KafkaCall(
      api: Int16(bitPattern: api), version: Int16(bitPattern: version), correlation: Int32(bitPattern: correlation))
    // Version 0 of the header has no client.
    if call.api == KafkaAPI.controlledShutdown, call.version == 0 { return (call, nil, 12) }
    guard let word = bytes.bigEndian16(at: 12) else { return nil }
    let count = Int(Int16(bitPattern: word))
    guard count >= -1, count <= longestClientIdentifier, 14 + max(0, count) <= bytes.byteCount else { return nil }
    var offset = 14 + max(0, count)
    let clientIdentifier = count > 0 ? 14..<offset : nil
    if call.version >= known.firstFlexibleVersion, !KafkaVariableLength.skipTags(bytes, &offset) { return nil }
    return (call, clientIdentifier, offset)
  }

  private static func request(
    _ bytes: RawSpan, _ extent: MessageExtent, _ conversation: inout KafkaConversation
  ) -> ParseStep<KafkaMessage> {
    guard let header = readHeader(bytes) else {
      guard conversation.sendsTokens else { return .invalid("not a header of a request") }
      return .message(KafkaMessage(content: .token, role: conversation.noteToken()), extent)
    }
    let (call, clientIdentifier, body) = header
    conversation.sendsTokens = false
    var fields = KafkaFields()
    if let layout = KafkaLayout.request(call.api) { fields = read(layout, call, at: body, bytes) }
    conversation.noteName(in: &fields, bytes)
    // A producer that wants no acknowledgement gets no response.
    guard call.api != KafkaAPI.produce || fields.acknowledgements != 0 else {
      return .message(KafkaMessage(content: .request(call, clientIdentifier: clientIdentifier, fields), role: .oneWay), extent)
    }
    conversation.note(call)
    let role = MessageRole.request(KafkaConversation.key(call.correlation))
    return .message(KafkaMessage(content: .request(call, clientIdentifier: clientIdentifier, fields), role: role), extent)
  }

  private static func read(_ layout: StaticString, _ call: KafkaCall, at body: Int, _ bytes: RawSpan) -> KafkaFields {
    let isFlexible = KafkaAPI(call.api).map { call.version >= $0.firstFlexibleVersion } ?? false
    var reader = KafkaFieldReader(layout, call.version, isFlexible: isFlexible, at: body)
    reader.read(bytes)
    return reader.fields
  }

  // MARK: Responses

  /// ```
  ///   0        4                8
  ///   | length | correlation id | tagged fields | body
  /// ```
  private static func response(
    _ bytes: RawSpan, _ extent: MessageExtent, _ conversation: inout KafkaConversation
  ) -> ParseStep<KafkaMessage> {
    guard let word = bytes.bigEndian32(at: 4) else {
      return .message(KafkaMessage(content: .token, role: conversation.takeToken()), extent)
    }
    let correlation = Int32(bitPattern: word)
    guard let call = conversation.take(correlation) else {
      if conversation.awaitsToken { return .message(KafkaMessage(content: .token, role: conversation.takeToken()), extent) }
      return .message(KafkaMessage(content: .unknownResponse, role: .interim), extent)
    }
    var offset = 8
    // Whatever its version, its header has no tags, so that any client can read it (KIP-511).
    let isFlexible = KafkaAPI(call.api).map { call.version >= $0.firstFlexibleVersion } ?? false
    if isFlexible, call.api != KafkaAPI.apiVersions { _ = KafkaVariableLength.skipTags(bytes, &offset) }
    var fields = KafkaFields()
    if let layout = KafkaLayout.response(call.api) { fields = read(layout, call, at: offset, bytes) }
    conversation.noteTopics(fields.topics, bytes)
    conversation.noteName(in: &fields, bytes)
    // The dialogue goes on without headers when the handshake was of version 0.
    if call.api == KafkaAPI.saslHandshake, call.version == 0, fields.errorCode == 0 { conversation.sendsTokens = true }
    let role = MessageRole.response(KafkaConversation.key(correlation))
    return .message(KafkaMessage(content: .response(call, fields), role: role), extent)
  }
}
