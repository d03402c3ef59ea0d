import Capture
import Wire

/// What the request log shows of SIP. Authorization fields are never read.
enum SIPSummary {
  static func summarize(_ message: SIPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.version = texts.intern("2.0")
    switch message.startLine {
    case .request(let method, let target):
      summary.requestType = texts.intern(method.name)
      summary.requestResource = texts.intern(shown(target, bytes))
      let domain = domain(target, bytes)
      if !domain.isEmpty { summary.requestDomain = texts.intern(bytes, domain) }
    case .response(let code, let reason):
      if !message.method.isEmpty { summary.requestType = texts.intern(bytes, message.method) }
      summary.responseCode = Int32(code)
      // RFC 3261 §21: 4xx the request, 5xx the server; 6xx: nobody can fulfil it.
      switch code {
      case ..<400: summary.responseStatus = .ok
      case 500..<600: summary.responseStatus = .serverError
      default: summary.responseStatus = .clientError
      }
      if code >= 400, !reason.isEmpty { summary.responseException = texts.intern(bytes, reason) }
    }
    fields(message, bytes, into: &summary, &texts)
  }

  private static func fields(_ message: SIPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard case .request = message.startLine else { return }
    var fields = HTTPFieldCursor(message.fieldSection)
    while let field = fields.next(bytes) {
      let name: StaticString
      if SIPParser.isField(field.name, bytes, "call-id", compact: "i") {
        name = "call_id"
      } else if SIPParser.isField(field.name, bytes, "from", compact: "f") {
        name = "from"
      } else if SIPParser.isField(field.name, bytes, "to", compact: "t") {
        name = "to"
      } else if bytes.equalsIgnoringCase("user-agent", in: field.name) {
        name = "user_agent"
      } else if bytes.equalsIgnoringCase("cseq", in: field.name) {
        let end = bytes.firstIndex(of: 0x20, from: field.value.lowerBound, to: field.value.upperBound) ?? field.value.upperBound
        summary.requestID = bytes.decimal(in: field.value.lowerBound..<end).map { UInt64($0) }
        continue
      } else {
        continue
      }
      if !field.value.isEmpty { summary.add(texts.intern(name), texts.intern(bytes, field.value)) }
    }
  }

  /// The target without a password. Source: RFC 3261 §19.1.1: user, colon and password before the at sign.
  private static func shown(_ target: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    guard let scheme = bytes.firstIndex(of: 0x3a, from: target.lowerBound, to: target.upperBound),
      let at = bytes.firstIndex(of: 0x40, from: scheme, to: target.upperBound),
      let colon = bytes.firstIndex(of: 0x3a, from: scheme + 1, to: at)
    else { return bytes.copy(target) }
    return bytes.copy(target.lowerBound..<colon + 1) + Array("***".utf8) + bytes.copy(at..<target.upperBound)
  }

  /// The host of "sip:user@host:port;parameters".
  private static func domain(_ target: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
    guard let colon = bytes.firstIndex(of: 0x3a, from: target.lowerBound, to: target.upperBound) else { return target }
    var start = colon + 1
    if let at = bytes.firstIndex(of: 0x40, from: start, to: target.upperBound) { start = at + 1 }
    var end = start
    if bytes.uint8(at: start) == 0x5b {
      end = bytes.firstIndex(of: 0x5d, from: start, to: target.upperBound).map { $0 + 1 } ?? target.upperBound
    } else {
      while end < target.upperBound, ![0x3a, 0x3b, 0x3f].contains(bytes.load8(at: end)) { end += 1 }
    }
    return start..<end
  }
}
