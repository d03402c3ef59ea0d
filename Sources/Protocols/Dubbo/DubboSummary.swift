import Capture
import Wire

/// What the request log shows of a message of Dubbo.
enum DubboSummary {
  static func summarize(
    _ message: DubboMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.requestID = message.identifier
    if message.isRequest {
      if message.isEvent {
        summary.requestType = texts.intern("event")
      } else {
        DubboBody.call(message, bytes, settings, into: &summary, &texts)
      }
      return
    }
    summary.responseCode = Int32(message.status)
    summary.responseStatus = message.status == DubboStatus.ok ? .ok : DubboStatus.isClients(message.status) ? .clientError : .serverError
    guard !message.isEvent else { return }
    if message.status == DubboStatus.ok {
      // What a method throws is an answer too: DeepFlow's status is the header's.
      DubboBody.result(message, bytes, into: &summary, &texts)
    } else {
      summary.responseException =
        DubboBody.errorText(message, bytes, &texts) ?? DubboStatus.name(message.status).map { texts.intern($0) }
    }
  }
}
