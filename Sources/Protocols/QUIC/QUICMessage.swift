/// What one datagram adds to the handshake.
struct QUICMessage: Sendable {
  var role: MessageRole
  var sender: MessageSender
  var version: QUICVersion
  /// Connection identifiers of the first packet, in the datagram.
  var destinationID: Range<Int>
  var sourceID: Range<Int>
  /// The ClientHello or ServerHello that the datagram completed, out of its CRYPTO frames; a ServerHello as far as it is there.
  var hello: [UInt8] = []
  /// Versions that the server offers instead.
  var offeredVersions: [QUICVersion] = []
  var isRetry = false
  var closeCode: Int?
  var closeReason: [UInt8] = []
}
