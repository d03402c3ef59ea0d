import Capture
import Wire

/// What the request log shows of a performative.
enum AMQP1Summary {
  static func summarize(
    _ message: AMQP1Message, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.part {
    case .response:
      summary.responseStatus = .ok
      note(message, bytes, into: &summary, &texts)
      if let mechanism = message.mechanism { summary.add(texts.intern("mechanism"), texts.intern(bytes, mechanism)) }
    case .request, .alone:
      summary.requestType = texts.intern(message.performative.name)
      summary.version = texts.intern("1.0")
      summary.requestResource = message.address.map { texts.intern($0) }
      summary.endpoint = summary.requestResource
      if let host = message.host, !host.isEmpty { summary.requestDomain = texts.intern(bytes, host) }
      if let container = message.container, !container.isEmpty {
        summary.add(texts.intern("container"), texts.intern(bytes, container))
      }
      if let payload = message.payload { takeTags(payload, bytes, settings, into: &summary, &texts) }
      if message.saslCode ?? 0 != 0 {
        summary.responseStatus = .clientError
        summary.responseException = texts.intern("authentication failed")
      } else if let condition = message.condition {
        summary.add(texts.intern("reason"), texts.intern(bytes, condition))
      }
    // A disposition that ends several deliveries amends each.
    case .housekeeping: if message.performative == .disposition { note(message, bytes, into: &summary, &texts) }
    }
  }

  private static func note(_ message: AMQP1Message, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if let outcome = message.outcome {
      summary.responseResult = texts.intern(outcome.name)
      summary.responseStatus = outcome == .accepted ? .ok : .clientError
    } else if message.performative == .disposition {
      summary.responseStatus = .ok
    }
    guard let condition = message.condition else { return }
    summary.responseStatus = isServers(condition, bytes) ? .serverError : .clientError
    if let text = message.description, !text.isEmpty {
      summary.responseException = texts.intern(bytes.copy(condition) + Array(": ".utf8) + bytes.copy(text))
    } else {
      summary.responseException = texts.intern(bytes, condition)
    }
  }

  /// Source: part 2, §2.8.15 and on.
  private static func isServers(_ condition: Range<Int>, _ bytes: RawSpan) -> Bool {
    bytes.equals("amqp:internal-error", in: condition) || bytes.equals("amqp:resource-limit-exceeded", in: condition)
      || bytes.equals("amqp:connection:forced", in: condition) || bytes.equals("amqp:not-implemented", in: condition)
  }

  /// Sections of a message: delivery (71) and message annotations (72), application properties (74). Source: part 3, §3.2.
  private static func takeTags(
    _ payload: Range<Int>, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var tags = TraceTags()
    var sections = AMQP1Reader(payload)
    while let code = sections.descriptor(bytes) {
      guard code == 0x71 || code == 0x72 || code == 0x74 else {
        guard code == 0x70 || code == 0x73, sections.skip(bytes) else { return }
        continue
      }
      guard var entries = sections.elements(bytes) else { return }
      while !entries.isAtEnd {
        let before = entries.offset
        let name = entries.text(bytes)
        let value = entries.text(bytes)
        guard entries.offset > before else { return }
        if let name, let value, let header = settings.headers.header(named: name, in: bytes) {
          tags.take(header, value, bytes, into: &summary, &texts)
        }
      }
    }
  }
}
