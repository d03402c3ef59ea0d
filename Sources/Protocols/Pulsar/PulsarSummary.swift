import Capture
import Wire

/// What the request log shows of a command.
enum PulsarSummary {
  static func summarize(
    _ message: PulsarMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let identifier = message.requestIdentifier { summary.requestID = identifier }
    // DeepFlow: the producer's number and the lower half of the message's.
    if let producer = message.producer, let sequence = message.sequence { summary.requestID = producer << 16 | sequence & 0xffff }
    summary.version = message.version.map { texts.intern("\($0)") }
    switch message.command.part {
    case .response:
      let isFailed = message.errorCode != nil
      summary.responseStatus = isFailed ? .serverError : .ok
      if isFailed, let code = message.errorCode {
        summary.responseCode = Int32(truncatingIfNeeded: code)
        summary.responseException =
          message.errorText.flatMap { $0.isEmpty ? nil : texts.intern(bytes, $0) } ?? PulsarError.name(code).map { texts.intern($0) }
      }
    case .request, .numbered, .alone:
      summary.requestType = message.command.name.map { texts.intern($0) }
      if let broker = message.broker, !broker.isEmpty { summary.requestDomain = texts.intern(bytes, broker) }
      if let topic = message.topic {
        summary.requestResource = texts.intern(bytes, lastComponent(topic, bytes))
        summary.endpoint = texts.intern(bytes, topic)
      }
    }
    if let identifier = message.messageIdentifier { summary.trace.requestID = texts.intern(text(identifier, bytes)) }
    if let metadata = message.metadata { takeTags(metadata, bytes, settings, into: &summary, &texts) }
  }

  /// persistent://tenant/namespace/topic.
  private static func lastComponent(_ range: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
    var start = range.lowerBound
    while let slash = bytes.firstIndex(of: UInt8(ascii: "/"), from: start, to: range.upperBound) { start = slash + 1 }
    return start..<range.upperBound
  }

  /// MessageIdData: 1 ledger, 2 entry, 3 partition, 4 index in a batch; the last two -1 where they are missing.
  private static func text(_ range: Range<Int>, _ bytes: RawSpan) -> String {
    var ledger: UInt64 = 0
    var entry: UInt64 = 0
    var partition: Int32 = -1
    var batch: Int32 = -1
    var fields = ProtobufFields(range)
    while let field = fields.next(bytes) {
      switch field.number {
      case 1: ledger = field.value
      case 2: entry = field.value
      case 3: partition = Int32(truncatingIfNeeded: field.value)
      case 4: batch = Int32(truncatingIfNeeded: field.value)
      default: break
      }
    }
    return "\(ledger):\(entry):\(partition):\(batch)"
  }

  /// MessageMetadata's properties, 4: entries of 1 key and 2 value.
  private static func takeTags(
    _ range: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var tags = TraceTags()
    var fields = ProtobufFields(range)
    while let field = fields.next(bytes) {
      guard field.number == 4 else { continue }
      var entry = ProtobufFields(field.range)
      guard let name = entry.next(bytes), name.number == 1, let value = entry.next(bytes), value.number == 2,
        let header = settings.headers.header(named: name.range, in: bytes)
      else { continue }
      tags.take(header, value.range, bytes, into: &summary, &texts)
    }
  }
}
