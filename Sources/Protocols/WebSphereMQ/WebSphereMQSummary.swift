import Capture

/// What the request log shows of a segment; never who logs in, nor with which password.
enum WebSphereMQSummary {
  static func summarize(
    _ message: WebSphereMQMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if let request = message.request { summary.requestID = UInt64(request) }
    if case .response = message.part {
      summary.responseStatus = .ok
    } else {
      request(message, into: &summary, &texts)
    }
    if message.waits { summary.markLongPoll(&texts) }
    if let completion = message.completion { note(completion, message.reason ?? 0, into: &summary, &texts) }
    guard let status = message.status else { return }
    summary.responseCode = Int32(truncatingIfNeeded: status)
    guard let text = WebSphereMQReason.status(status) else { return }
    summary.responseStatus = .serverError
    summary.responseException = texts.intern(text)
  }

  private static func request(_ message: WebSphereMQMessage, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestType = message.type.name.map { texts.intern($0) }
    summary.version = message.level.map { texts.intern("\($0)") }
    summary.requestDomain = message.queueManager.map { texts.intern($0) }
    summary.requestResource = (message.object ?? message.channel).map { texts.intern($0) }
    summary.endpoint = message.object.map { texts.intern($0) }
    if let application = message.application { summary.add(texts.intern("application"), texts.intern(application)) }
    if let conversation = message.conversation { summary.add(texts.intern("conversation"), texts.intern("\(conversation)")) }
  }

  private static func note(_ completion: UInt32, _ reason: UInt32, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseCode = Int32(truncatingIfNeeded: reason)
    guard reason != WebSphereMQReason.none else { return }
    let name = WebSphereMQReason.name(reason).map { texts.intern($0) }
    // A warning, and a queue that is empty, are answers.
    guard completion >= 2, reason != WebSphereMQReason.noMessage else {
      summary.responseResult = name
      return
    }
    summary.responseStatus = WebSphereMQReason.isServers(reason) ? .serverError : .clientError
    summary.responseException = name
  }
}
