import Capture

/// The socket whose system calls a flow was made from, as far as it tells one connection from the next between the same ports.
///
/// A client's port is soon used again when its server closed first, and more so on a loopback interface: without this the second
/// connection's bytes would be taken for the first one's, a body that ends at the close would swallow them all.
struct WatchedSocket: Sendable {
  private static let inProgress: Int32 = 115
  private static let stateClosed: UInt8 = 7

  private var identifier: UInt64 = 0
  private var hasMovedBytes = false
  private var isClosed = false

  /// Whether the event begins another connection between the same endpoints.
  ///
  /// A second call of connect, which asks whether the first one succeeded, is the same connection's; so is what a process does after
  /// another one, which had the socket too, closed its descriptor.
  func isReplaced(by event: SocketEvent) -> Bool {
    guard event.ipProtocol == .tcp, hasMovedBytes, isClosed || event.socketID != identifier else { return false }
    switch event.kind {
    case .accept: return event.errorNumber == 0
    case .connect: return event.errorNumber == 0 || event.errorNumber == WatchedSocket.inProgress
    case .data, .close, .stateChange, .existing, .listening: return false
    }
  }

  mutating func note(_ event: SocketEvent) {
    switch event.kind {
    case .data:
      identifier = event.socketID
      hasMovedBytes = true
    case .close: isClosed = true
    case .stateChange: if event.newState == WatchedSocket.stateClosed { isClosed = true }
    case .connect, .accept, .existing, .listening: break
    }
  }
}
