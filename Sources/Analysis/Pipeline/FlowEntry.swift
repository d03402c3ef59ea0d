import Capture
import Protocols
import Transport

/// One live flow at one observation point: what the pipeline keeps of it between observations.
struct FlowEntry: Sendable {
  /// Ordinal of the flow's first observation.
  let flowID: UInt64
  let initiator: Endpoint
  let responder: Endpoint
  let ipProtocol: IPProtocol
  let observer: FlowObserver
  /// The end whose socket was watched; `nil` for packets.
  var localSide: FlowSide?
  var likelyClient: FlowSide?
  var streams: (fromInitiator: StreamReassembler, fromResponder: StreamReassembler) = (StreamReassembler(), StreamReassembler())
  /// Slot of the flow's conversation, once it carried payload.
  var conversation: Int32?
  var isClosed = false
  var initiatorSYN: UInt32?

  init(flowID: UInt64, source: Endpoint, destination: Endpoint, ipProtocol: IPProtocol, observer: FlowObserver) {
    self.flowID = flowID
    initiator = source
    responder = destination
    self.ipProtocol = ipProtocol
    self.observer = observer
  }

  /// The side that sends from `source`. Between equal endpoints all is the initiator's.
  func side(of source: Endpoint) -> FlowSide { source == initiator ? .initiator : .responder }

  /// What the engine starts from when the flow carries its first payload.
  var newConversation: FlowConversation {
    FlowConversation(
      initiatorPort: initiator.port, responderPort: responder.port, isDatagram: ipProtocol != .tcp, likelyClient: likelyClient)
  }
}
