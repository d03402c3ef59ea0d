import Capture
import Protocols
import Transport

/// One live flow at one observation point: what the pipeline keeps of it between observations.
struct FlowEntry: ~Copyable, Sendable {
  /// Bytes at the front that every packet touches: up to the end of the meter's `tcp`.
  static let busyByteCount = 584

  let initiator: Endpoint
  var meter: FlowMeter
  /// Ordinal of the flow's first observation.
  let flowID: UInt64
  let responder: Endpoint
  let ipProtocol: IPProtocol
  let observer: FlowObserver
  /// The meter's figures by seconds, when metrics are asked for.
  var timeline = FlowTimeline()
  /// The end whose socket was watched; `nil` for packets.
  var localSide: FlowSide?
  var socket = WatchedSocket()
  var streams = BySide(StreamReassembler())
  /// Slot of the flow's conversation, once it carried payload.
  var conversation: Int32?
  /// Domain of the flow's first request.
  var requestDomain: TextID?

  init(flowID: UInt64, source: Endpoint, destination: Endpoint, ipProtocol: IPProtocol, observer: FlowObserver) {
    self.flowID = flowID
    initiator = source
    responder = destination
    self.ipProtocol = ipProtocol
    self.observer = observer
    meter = FlowMeter(observer.isSocket ? .ebpf : .packet)
  }

  /// The side that sends from `source`. Between equal endpoints all is the initiator's.
  func side(of source: Endpoint) -> FlowSide { source == initiator ? .initiator : .responder }

  /// What the engine starts from when the flow carries its first payload.
  var newConversation: FlowConversation {
    FlowConversation(
      initiatorPort: initiator.port, responderPort: responder.port, isDatagram: ipProtocol != .tcp,
      isICMP: ipProtocol == .icmp || ipProtocol == .icmpv6, likelyClient: meter.client)
  }
}

extension FlowEntry {
  /// Begins another second of the flow's figures when `time` lies in one. To be called before the meter sees something of that time.
  @inline(__always)
  mutating func divide(at time: Timestamp, _ allowance: inout SliceAllowance) { timeline.advance(to: time, &meter, &allowance) }

  /// The flow's figures by seconds; none when it lies in one, or was not divided.
  mutating func finishTimeline() -> [FlowSlice] { timeline.finish(&meter) }
}
