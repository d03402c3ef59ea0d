/// How far the handshake of a connection has come.
struct TLSConversation: ConversationState {
  /// Records of the server's encrypted flight (TLS 1.3) that may pass before the client's last message is no longer waited for: the
  /// flight has five messages, and a capture of one direction only must not wait for ever.
  static let encryptedRecordLimit = 64

  /// A ClientHello was seen, and nothing yet that answers it.
  var awaitsServerHello = false
  /// A ServerHello was seen.
  var hasServerHello = false
  /// The ServerHello said that it wants another ClientHello. Source: RFC 8446 §4.1.4.
  var wasRetried = false
  /// TLS 1.3 or one of its drafts was chosen: ChangeCipherSpec means nothing, and what follows ServerHello is encrypted.
  var isVersion13 = false
  var hasCertificate = false
  var clientIsEncrypted = false
  var serverIsEncrypted = false
  var clientHasFinished = false
  var serverHasFinished = false
  /// Bytes were lost: what cannot be read may be encrypted.
  var hasLoss = false
  var encryptedRecordCount = 0
  /// The handshake is over: the rest is not parsed.
  var isEstablished = false

  mutating func loseSynchrony(of sender: MessageSender) { hasLoss = true }

  /// Whether a handshake record that cannot be read may be one that is encrypted.
  func mayBeEncrypted(_ sender: MessageSender) -> Bool {
    hasLoss || !hasServerHello && !awaitsServerHello || isEncrypted(sender)
  }

  func isEncrypted(_ sender: MessageSender) -> Bool { sender == .client ? clientIsEncrypted : serverIsEncrypted }

  mutating func noteChangeCipherSpec(_ sender: MessageSender) {
    // Before a ServerHello it belongs to an attempt at TLS 1.3 with early data. Source: RFC 8446 appendix D.4.
    guard hasServerHello, !isVersion13 else { return }
    if sender == .client { clientIsEncrypted = true } else { serverIsEncrypted = true }
  }

  /// Notes the last message of the sender's handshake; returns whether the other side's has been seen.
  mutating func noteFinished(_ sender: MessageSender) -> Bool {
    if sender == .client { clientHasFinished = true } else { serverHasFinished = true }
    isEstablished = clientHasFinished && serverHasFinished
    return isEstablished
  }
}
