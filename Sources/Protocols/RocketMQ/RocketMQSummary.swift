import Capture
import Wire

/// What the request log shows of a command.
enum RocketMQSummary {
  static func summarize(
    _ message: RocketMQMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestID = UInt64(message.opaque)
    if message.isResponse {
      response(message, bytes, settings, into: &summary, &texts)
    } else {
      request(message, bytes, settings, into: &summary, &texts)
    }
  }

  private static func response(
    _ message: RocketMQMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    let code = message.code
    summary.responseCode = code
    summary.responseStatus =
      code == 0 || RocketMQCode.isPollAnswer(code) ? .ok : RocketMQCode.isClients(code) ? .clientError : .serverError
    summary.responseResult = RocketMQCode.response(code).map { texts.intern($0) }
    // DeepFlow shows the remark here, also of what went well.
    if let remark = message.remark, !remark.isEmpty {
      summary.responseException = texts.intern(bytes, remark)
    } else if code != 0 {
      summary.responseException = summary.responseResult
    }
    if let properties = RocketMQStoredMessage.properties(message.body, bytes) {
      RocketMQProperties.take(bytes.copy(properties), settings, into: &summary, &texts)
    }
  }

  /// Sending uses letters for names: a the group, b the topic, e the queue, i the properties.
  private static func request(
    _ message: RocketMQMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.version = RocketMQVersion.name(message.version).map { texts.intern($0) }
    summary.requestType = RocketMQCode.request(message.code).map { texts.intern($0) } ?? texts.intern("\(message.code)")
    guard var fields = RocketMQFields(message) else { return }
    let isShort = message.code == 310 || message.code == 320 || message.code == 325
    var topic: Range<Int>?
    var queue: Range<Int>?
    while let (name, value) = fields.next(bytes) {
      if bytes.equals("topic", in: name) || isShort && bytes.equals("b", in: name) {
        topic = value
      } else if bytes.equals("queueId", in: name) || isShort && bytes.equals("e", in: name) {
        queue = value
      } else if bytes.equals("producerGroup", in: name) || bytes.equals("consumerGroup", in: name) || bytes.equals("group", in: name)
        || isShort && bytes.equals("a", in: name)
      {
        summary.requestDomain = texts.intern(bytes, value)
      } else if bytes.equals("properties", in: name) || isShort && bytes.equals("i", in: name) {
        RocketMQProperties.take(RocketMQProperties.unescaped(value, bytes), settings, into: &summary, &texts)
      }
    }
    guard let topic else { return }
    summary.requestResource = texts.intern(bytes, topic)
    summary.endpoint = queue.map { texts.intern(bytes.copy(topic) + [UInt8(ascii: "-")] + bytes.copy($0)) } ?? summary.requestResource
  }
}

/// A message's properties: a name, 01, a value, 02, and so on. Source: MessageDecoder.messageProperties2String.
enum RocketMQProperties {
  static func take(_ text: [UInt8], _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable) {
    var tags = TraceTags()
    let bytes = text.span.bytes
    var start = 0
    while start < text.count {
      let end = bytes.firstIndex(of: 2, from: start) ?? text.count
      if let middle = bytes.firstIndex(of: 1, from: start, to: end) {
        let name = start..<middle
        let value = middle + 1..<end
        if let header = settings.headers.header(named: name, in: bytes) {
          tags.take(header, value, bytes, into: &summary, &texts)
        } else if bytes.equals("UNIQ_KEY", in: name), summary.trace.requestID == nil, !value.isEmpty {
          summary.trace.requestID = texts.intern(bytes, value)
        }
      }
      start = end + 1
    }
  }

  /// In JSON the two separators stand as escapes of six characters.
  static func unescaped(_ range: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      if offset + 6 <= range.upperBound, bytes.hasBytes("\\u000", at: offset), (0x31...0x32).contains(bytes.load8(at: offset + 5)) {
        text.append(bytes.load8(at: offset + 5) - 0x30)
        offset += 6
      } else {
        text.append(bytes.load8(at: offset))
        offset += 1
      }
    }
    return text
  }
}

/// The first message of a pull's body. Source: MessageDecoder: total length (4), magic (4), checksum (4), queue (4), flag (4), two offsets (8
/// each), system's flag (4), born (8), by whom (8), stored (8), by whom (8), times (4), transaction (8), body behind its length (4), topic
/// behind its length (1), properties behind theirs (2). Addresses of IPv6 are 12 bytes longer.
enum RocketMQStoredMessage {
  static func properties(_ body: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    let start = body.lowerBound
    guard body.count > 88, let magic = bytes.bigEndian32(at: start + 4), magic == 0xdaa3_20a7 || magic == 0xdaa3_20ab,
      let flag = bytes.bigEndian32(at: start + 36)
    else { return nil }
    let longer = (flag & 0x10 != 0 ? 12 : 0) + (flag & 0x20 != 0 ? 12 : 0)
    let content = start + 84 + longer
    guard let length = bytes.bigEndian32(at: content), Int(length) <= body.upperBound - content - 4 else { return nil }
    let topic = content + 4 + Int(length)
    // Messages of the second version have a topic of two bytes' length.
    let topicLength = magic == 0xdaa3_20a7 ? bytes.uint8(at: topic).map { 1 + Int($0) } : bytes.bigEndian16(at: topic).map { 2 + Int($0) }
    guard let topicLength, let count = bytes.bigEndian16(at: topic + topicLength) else { return nil }
    let properties = topic + topicLength + 2..<topic + topicLength + 2 + Int(count)
    return properties.upperBound <= body.upperBound ? properties : nil
  }
}
