import Capture
import Wire

/// What the request log shows of a mail's way. Credentials and content are never read.
enum SMTPSummary {
  static func summarize(_ message: SMTPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    switch message.content {
    case .command(let verb, let name, let argument): command(verb, name, argument, bytes, into: &summary, &texts)
    case .reply(let code, let text): reply(code, text, bytes, into: &summary, &texts)
    case .content: break
    }
  }

  private static func command(
    _ verb: SMTPVerb, _ name: Range<Int>, _ argument: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    guard verb != .unknown else { return summary.requestType = texts.intern("UNKNOWN") }
    summary.requestType = texts.intern(bytes.copy(name).map { $0 & 0xdf })
    guard !argument.isEmpty else { return }
    switch verb {
    case .authenticate:
      // The mechanism; an initial response behind it is a credential.
      let end = bytes.firstIndex(of: 0x20, from: argument.lowerBound, to: argument.upperBound) ?? argument.upperBound
      summary.requestResource = texts.intern(bytes, argument.lowerBound..<end)
    case .hello:
      summary.requestDomain = texts.intern(bytes, argument)
      summary.requestResource = summary.requestDomain
    case .mail, .recipient:
      summary.requestResource = texts.intern(bytes, path(argument, bytes))
    default: summary.requestResource = texts.intern(bytes, argument)
    }
  }

  /// The address of "FROM:<address> SIZE=…". Source: RFC 5321 §4.1.1.2, §4.1.1.3.
  private static func path(_ argument: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
    guard let open = bytes.firstIndex(of: 0x3c, from: argument.lowerBound, to: argument.upperBound),
      let close = bytes.firstIndex(of: 0x3e, from: open, to: argument.upperBound)
    else { return argument }
    return open..<close + 1
  }

  /// 4yz: the server cannot now. 5yz: it will not do what it was asked. Source: RFC 5321 §4.2.1.
  private static func reply(
    _ code: Int, _ text: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    // Of several replies to one mail the worst counts.
    if let earlier = summary.responseCode, code < 400 || code <= Int(earlier) { return }
    summary.responseResult = nil
    summary.responseCode = Int32(code)
    switch code / 100 {
    case 4: summary.responseStatus = .serverError
    case 5: summary.responseStatus = .clientError
    default: summary.responseStatus = .ok
    }
    guard !text.isEmpty else { return }
    if code >= 400 { summary.responseException = texts.intern(bytes, text) } else { summary.responseResult = texts.intern(bytes, text) }
  }
}
