import Wire

/// Whether bytes are Kafka: a request's header is checked field by field. Of responses only the list of the broker's APIs says enough; others
/// count behind a loss and from a usual port, when they fill their chunk.
enum KafkaRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let isUsualPort = Kafka.facts.ports.contains(context.destinationPort) || Kafka.facts.ports.contains(context.sourcePort)
    if context.isResynchronizing, context.likelySender == .server { return response(bytes, mayWait: false) }
    // What is known to come from one side is not looked at as the other's.
    let asRequest = context.likelySender == .server ? .no : request(bytes, isUsualPort && !context.isResynchronizing)
    switch asRequest {
    case .likely, .certain: return asRequest
    case .no, .needsMore: break
    }
    guard context.likelySender != .client else { return asRequest }
    let asVersions = versions(bytes)
    let isFromUsualPort = Kafka.facts.ports.contains(context.sourcePort) && !Kafka.facts.ports.contains(context.destinationPort)
    let asResponse = asVersions == .no && isFromUsualPort ? response(bytes, mayWait: true) : asVersions
    return asResponse == .no ? asRequest : asResponse
  }

  /// The response that most connections begin with: the APIs of the broker, each with its versions, from API 0 on or in any order.
  ///
  /// Length, number, error 0 or 35, then from version 3 of the request on a compact count and seven bytes for each, before that four bytes
  /// of count and six for each.
  private static func versions(_ bytes: RawSpan) -> Recognition {
    guard let length = bytes.bigEndian32(at: 0) else { return bytes.uint8(at: 0).map { $0 == 0 } ?? true ? .needsMore : .no }
    guard (16...8192).contains(length) else { return .no }
    guard let correlation = bytes.bigEndian32(at: 4) else { return .needsMore }
    guard correlation <= UInt32(Int32.max) else { return .no }
    guard let error = bytes.bigEndian16(at: 8) else { return .needsMore }
    guard error == 0 || error == 35 else { return .no }
    guard bytes.byteCount >= 14 else { return .needsMore }
    let plainCount = Int(bytes.loadBigEndian32(at: 10))
    if (1...200).contains(plainCount) {
      let rest = Int(length) - 10 - plainCount * 6
      guard rest == 0 || rest == 4 else { return .no }
      return entries(bytes, from: 14, stride: 6, min(plainCount, 2))
    }
    // A compact count is one too high. librdkafka's mock broker, which refuses the version, forgets that.
    var offset = 10
    guard let count = KafkaVariableLength.unsigned(bytes, &offset), (error == 35 ? 1...201 : 2...201).contains(count) else { return .no }
    let entryCount = max(1, Int(count) - 1)
    guard Int(length) >= offset - 4 + entryCount * 6 + 4 else { return .no }
    return entries(bytes, from: offset, stride: 7, min(entryCount, 2))
  }

  private static func entries(_ bytes: RawSpan, from start: Int, stride: Int, _ count: Int) -> Recognition {
    for index in 0..<count {
      let offset = start + index * stride
      guard let api = bytes.bigEndian16(at: offset), let least = bytes.bigEndian16(at: offset + 2),
        let most = bytes.bigEndian16(at: offset + 4)
      else { return .needsMore }
      guard KafkaAPI(Int16(bitPattern: api)) != nil, least <= most, most < 64 else { return .no }
    }
    return .certain(.server)
  }

  private static func request(_ bytes: RawSpan, _ isUsualPort: Bool) -> Recognition {
    guard let length = bytes.bigEndian32(at: 0) else {
      return bytes.uint8(at: 0).map { $0 < 0x40 } ?? true ? .needsMore : .no
    }
    guard length >= 8, length <= KafkaParser.longestMessage else { return .no }
    // A length may be sent by itself.
    guard let api = bytes.bigEndian16(at: 4) else { return .needsMore }
    guard KafkaAPI(Int16(bitPattern: api)) != nil else { return .no }
    guard let version = bytes.bigEndian16(at: 6) else { return .needsMore }
    // Zeros are too common to be believed from anywhere.
    guard KafkaParser.isCall(api, version), api != 0 || version != 0 || isUsualPort else { return .no }
    guard let correlation = bytes.bigEndian32(at: 8) else { return .needsMore }
    guard correlation <= UInt32(Int32.max) else { return .no }
    guard let word = bytes.bigEndian16(at: 12) else { return bytes.byteCount < 14 && Int(length) > 8 ? .needsMore : .no }
    let count = Int(Int16(bitPattern: word))
    guard count >= -1, count <= KafkaParser.longestClientIdentifier, 10 + max(0, count) <= Int(length) else { return .no }
    for index in 14..<min(14 + max(0, count), bytes.byteCount) {
      let byte = bytes.load8(at: index)
      guard byte >= 0x20, byte < 0x7f else { return .no }
    }
    guard bytes.byteCount >= min(4 + Int(length), KafkaParser.headByteLimit) || bytes.byteCount >= 14 + count else { return .needsMore }
    guard KafkaParser.readHeader(bytes) != nil else {
      return bytes.byteCount < min(4 + Int(length), 14 + KafkaParser.longestClientIdentifier + 16) ? .needsMore : .no
    }
    if count > 0 { return .certain(.client) }
    return isUsualPort ? .likely(.client) : .no
  }

  /// Any response: nothing but a length that fits and a number.
  private static func response(_ bytes: RawSpan, mayWait: Bool) -> Recognition {
    guard let length = bytes.bigEndian32(at: 0) else { return .needsMore }
    guard length >= 4, length <= KafkaParser.longestMessage else { return .no }
    guard let correlation = bytes.bigEndian32(at: 4) else { return .needsMore }
    guard correlation <= UInt32(Int32.max) else { return .no }
    if 4 + Int(length) == bytes.byteCount { return .likely(.server) }
    return mayWait && 4 + Int(length) > bytes.byteCount && length <= 4096 ? .needsMore : .no
  }
}
