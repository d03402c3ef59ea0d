package import Transport
import Capture

/// What the engine knows of one flow: nothing yet, its protocol and conversation, or that it is not to be parsed. A small value
/// that the owner of the flow keeps beside its other state.
package struct FlowConversation: Sendable {
  enum Stage: Sendable {
    case recognizing
    case conversing(pool: Int, slot: Int, clientSide: FlowSide)
    /// Given up: encrypted, unknown, or handed over to something that is not parsed.
    case opaque
  }

  /// A beginning too short to be recognized, kept until more comes.
  struct Prefix: Sendable {
    var side: FlowSide
    var bytes: [UInt8]
    var origin: ChunkOrigin
  }

  var stage: Stage = .recognizing
  var initiatorPort: UInt16
  var responderPort: UInt16
  var isDatagram: Bool
  var isICMP: Bool
  /// The client, as far as handshake or ports tell.
  package var likelyClient: FlowSide?
  /// Chunks that nothing recognized.
  var attemptCount: UInt16 = 0
  /// No byte was looked at yet: the operator's word about the port counts.
  var mayBeOverridden = true
  /// Protocols that were tried and withdrawn, by pool.
  var excluded: UInt64 = 0
  var prefixes: [Prefix] = []
  package internal(set) var l7Protocol: L7Protocol?

  package init(initiatorPort: UInt16, responderPort: UInt16, isDatagram: Bool, isICMP: Bool = false, likelyClient: FlowSide?) {
    self.initiatorPort = initiatorPort
    self.responderPort = responderPort
    self.isDatagram = isDatagram
    self.isICMP = isICMP
    self.likelyClient = likelyClient
  }

  /// Whether further bytes are of no use: the owner need not reassemble them.
  package var isOpaque: Bool {
    if case .opaque = stage { return true }
    return false
  }

  /// Whether messages of a protocol may come this way.
  func isCarrier(of facts: ProtocolFacts) -> Bool {
    if isICMP { return facts.overICMP }
    return isDatagram ? facts.overDatagrams : facts.overStream
  }

  func recognitionContext(_ side: FlowSide) -> RecognitionContext {
    RecognitionContext(
      sourcePort: side == .initiator ? initiatorPort : responderPort,
      destinationPort: side == .initiator ? responderPort : initiatorPort, isDatagram: isDatagram,
      isICMP: isICMP, likelySender: likelyClient.map { $0 == side ? .client : .server })
  }
}
