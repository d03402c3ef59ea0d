import Capture
import Wire

/// What the request log shows of ZooKeeper. Passwords of sessions and credentials of auth are never read.
enum ZooKeeperSummary {
  static func summarize(
    _ message: ZooKeeperMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.content {
    case .connect(let session, let timeout):
      summary.requestType = texts.intern("connect")
      if session != 0 { summary.requestResource = texts.intern(sessionText(session)) }
      summary.add(texts.intern("session_timeout_ms"), texts.intern("\(timeout)"))
    case .connected(let session, let timeout):
      // A session that cannot be taken up again has number 0.
      summary.responseStatus = session == 0 ? .clientError : .ok
      if session == 0 {
        summary.responseException = texts.intern("SessionExpired")
      } else {
        summary.add(texts.intern("session_id"), texts.intern(sessionText(session)))
      }
      summary.add(texts.intern("negotiated_timeout_ms"), texts.intern("\(timeout)"))
    case .request(let request):
      summary.requestType = ZooKeeperOperation.name(request.operation).map { texts.intern($0) }
      summary.requestID = identifier(request.identifier)
      if let path = request.path, !path.isEmpty {
        summary.requestResource = texts.intern(bytes, path)
        summary.endpoint = summary.requestResource
      }
    case .reply(let reply):
      summary.requestID = identifier(reply.identifier)
      summary.responseCode = reply.error
      summary.responseStatus = reply.error == 0 ? .ok : ZooKeeperError.isClients(reply.error) ? .clientError : .serverError
      if reply.error != 0 { summary.responseException = ZooKeeperError.name(reply.error).map { texts.intern($0) } }
    case .notification(let type, let path):
      summary.requestType = texts.intern("notification")
      if let path, !path.isEmpty { summary.requestResource = texts.intern(bytes, path) }
      if let name = eventName(type) { summary.add(texts.intern("event"), texts.intern(name)) }
    case .word(let word):
      summary.requestType = texts.intern(bytes, word)
    case .wordAnswer:
      summary.responseStatus = .ok
    }
  }

  /// Numbers below 0 are not of single requests: ping, auth, and watches have one each.
  private static func identifier(_ number: Int32) -> UInt64? { number < 0 ? nil : UInt64(number) }

  private static func sessionText(_ session: UInt64) -> String { "0x" + String(session, radix: 16) }

  /// Source: org.apache.zookeeper.Watcher.Event.EventType.
  private static func eventName(_ type: Int32) -> StaticString? {
    switch type {
    case -1: "None"
    case 1: "NodeCreated"
    case 2: "NodeDeleted"
    case 3: "NodeDataChanged"
    case 4: "NodeChildrenChanged"
    case 5: "DataWatchRemoved"
    case 6: "ChildWatchRemoved"
    default: nil
    }
  }
}
