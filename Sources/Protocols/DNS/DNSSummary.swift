import Capture
import Wire

/// What the request log shows of a DNS message.
enum DNSSummary {
  static func summarize(_ message: DNSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestID = UInt64(message.header.identifier)
    if let name = DNSOpcode.name(message.header.opcode) { summary.add(texts.intern("opcode"), texts.intern(name)) }
    if let question = message.question { subject(question.name, question.type, message, bytes, into: &summary, &texts) }
    if message.header.isResponse { response(message, bytes, into: &summary, &texts) }
  }

  /// What is asked for. A response repeats it, so that one whose query was not seen says what it answers.
  private static func subject(
    _ name: Int, _ type: UInt16, _ message: DNSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestType = DNSType.name(type).map { texts.intern($0) } ?? texts.intern("TYPE\(type)")
    guard let text = DNSNameText(name, bytes, message.range) else { return }
    let id = text.intern(&texts)
    summary.requestResource = id
    summary.endpoint = id
    // DeepFlow fills the domain only for questions about addresses.
    if type == DNSType.a || type == DNSType.aaaa { summary.requestDomain = id }
  }

  private static func response(_ message: DNSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    var code = message.header.responseCode
    var answers = DNSRecordText()
    var hasRoom = true
    var offset = message.recordsStart
    var index = 0
    while index < message.header.recordCount, let start = offset, let (record, end) = DNSParser.record(start, bytes, message.range) {
      if index < message.header.answerCount, index < DNSRecordText.answerLimit, hasRoom, record.type != DNSType.opt {
        // A multicast response has no question: its first record says what it is about.
        if index == 0, message.question == nil { subject(record.name, record.type, message, bytes, into: &summary, &texts) }
        hasRoom = answers.append(record, message, bytes)
      } else if record.type == DNSType.opt {
        // RFC 6891 §6.1.3: the upper eight bits of the response code.
        code |= Int(record.timeToLive >> 24) << 4
      }
      offset = end
      index += 1
    }
    summary.responseCode = Int32(code)
    switch code {
    case 0: summary.responseStatus = .ok
    case 1, 3: summary.responseStatus = .clientError
    default: summary.responseStatus = .serverError
    }
    if code != 0 { summary.responseException = DNSResponseCode.name(code).map { texts.intern($0) } ?? texts.intern("RCODE\(code)") }
    if !answers.bytes.isEmpty { summary.responseResult = texts.intern(answers.bytes) }
  }
}
