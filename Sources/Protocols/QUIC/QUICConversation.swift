/// How far the handshake of a connection has come, and the keys and bytes of its Initial packets.
struct QUICConversation: ConversationState {
  /// Initial packets of a connection that are opened; a handshake has a handful.
  static let openedPacketLimit = 64
  /// Versions of a negotiation that are kept.
  static let versionLimit = 32

  private struct Keys: Sendable {
    var version: QUICVersion
    var connectionID: [UInt8]
    var client: QUICInitialKeys
    var server: QUICInitialKeys
  }

  private var keys: Keys?
  private var openedPacketCount = 0
  var clientStream = QUICCryptoStream()
  var serverStream = QUICCryptoStream()
  /// The request began, and no response has come yet.
  var awaitsResponse = false
  /// The ClientHello was shown.
  var hasClientHello = false
  /// The handshake's exchange is over: the rest is not parsed.
  var isOver = false

  /// The frames of an Initial packet. A client's packet that the keys at hand do not open may be the first one after a Retry, or of a
  /// new connection: the keys then follow from itself.
  mutating func open(_ packet: QUICPacket, _ bytes: RawSpan, from sender: MessageSender) -> [UInt8]? {
    guard openedPacketCount < QUICConversation.openedPacketLimit else { return nil }
    openedPacketCount += 1
    if let keys, keys.version == packet.version || sender == .server,
      let frames = (sender == .client ? keys.client : keys.server).open(packet, bytes)
    {
      return frames
    }
    // RFC 9369 §4.1: a server may go on in another version, with keys of that version from the same identifier.
    guard let connectionID = sender == .client ? bytes.copy(packet.destinationID) : keys?.connectionID else { return nil }
    for salt in packet.version.salts {
      let client = QUICInitialKeys(version: packet.version, salt: salt, connectionID: connectionID, sender: .client)
      let server = QUICInitialKeys(version: packet.version, salt: salt, connectionID: connectionID, sender: .server)
      guard let frames = (sender == .client ? client : server).open(packet, bytes) else { continue }
      keys = Keys(version: packet.version, connectionID: connectionID, client: client, server: server)
      return frames
    }
    return nil
  }
}
