import Capture
import Transport

/// Who the datagrams came from that a call received without asking for the sender (`recv`, or `recvfrom` without an address).
///
/// A client whose socket is not connected, like many resolvers, names its server when it sends; what such a socket receives came from
/// there, as long as it sent to nobody else.
struct DatagramPeers {
  /// Sockets that are remembered; beyond it all are forgotten, and peers stay unknown until the sockets send again.
  static let socketLimit = 65_536

  private struct Socket: Hashable {
    var identifier: UInt64
    var localPort: UInt16
    var networkNamespace: UInt32
  }

  private enum Peer {
    case one(Endpoint)
    case several
  }

  /// Looked up only, never iterated.
  private var peers: [Socket: Peer] = [:]

  /// The peer of the event, if it does not say it and the socket's earlier calls do; otherwise what the event says.
  mutating func peer(of event: SocketEvent) -> Endpoint {
    guard event.ipProtocol == .udp else { return event.remote }
    let socket = Socket(identifier: event.socketID, localPort: event.local.port, networkNamespace: event.networkNamespace)
    switch event.kind {
    case .close: if case .one(let known)? = peers.removeValue(forKey: socket), event.remote.port == 0 { return known }
    case .data where event.remote.port != 0:
      guard event.direction == .send else { break }
      switch peers[socket] {
      case nil:
        if peers.count >= DatagramPeers.socketLimit { peers.removeAll() }
        peers[socket] = .one(event.remote)
      case .one(let known) where known != event.remote: peers[socket] = .several
      default: break
      }
    case .data:
      if event.direction == .receive, case .one(let known)? = peers[socket] { return known }
    default: break
    }
    return event.remote
  }
}
