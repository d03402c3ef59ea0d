import Capture
import Protocols
import Transport

/// What the analysis learns about its input besides flows and requests: the node, the span, and all that is missing.
struct Evidence {
  /// Anomalies kept as rows; all are counted.
  static let anomalyLimit = 10_000

  var recordings: [RecordingInfo] = []
  var ends: [RecordingEnd] = []
  var interfaces: [CaptureInterface] = []
  var statistics: [InterfaceStatistics] = []
  var processes: [ProcessRecord] = []
  var clocks: [ClockSnapshot] = []
  var losses: [LossRecord] = []
  var anomalies: [AnomalyRow] = []
  var packetCount: UInt64 = 0
  var socketEventCount: UInt64 = 0
  var sampleCount: UInt64 = 0
  /// IP fragments whose datagram was never complete.
  var lostFragmentCount: UInt64 = 0
  private(set) var firstTime: Timestamp?
  private(set) var lastTime: Timestamp?
  /// Packets that did not become a flow's, by reason.
  private var faults: [UInt64] = Array(repeating: 0, count: PacketFault.allCases.count)
  /// Parse anomalies by protocol and reason. Sorted before it is shown.
  private var reasons: [String: Int] = [:]

  mutating func see(_ time: Timestamp) {
    if let first = firstTime { if time < first { firstTime = time } } else { firstTime = time }
    if let last = lastTime { if time > last { lastTime = time } } else { lastTime = time }
  }

  mutating func count(_ fault: PacketFault) { faults[Int(fault.rawValue)] += 1 }

  mutating func add(_ anomaly: ProtocolAnomaly, flowID: UInt64, _ texts: inout TextTable) {
    reasons["\(anomaly.l7Protocol.name): \(anomaly.reason)", default: 0] += 1
    guard anomalies.count < Evidence.anomalyLimit else { return }
    anomalies.append(
      AnomalyRow(
        time: anomaly.time, flowID: flowID, subject: texts.intern(anomaly.l7Protocol.name), reason: texts.intern("\(anomaly.reason)")))
  }

  /// Counts what reached a limit.
  mutating func note(_ reason: String, _ count: Int) {
    if count > 0 { reasons[reason, default: 0] += count }
  }

  /// Everything that was counted, in a fixed order.
  var anomalyCounts: [(reason: String, count: Int)] {
    var counts = reasons.map { (reason: $0.key, count: $0.value) }
    for fault in PacketFault.allCases where faults[Int(fault.rawValue)] > 0 {
      counts.append((reason: "packet: \(fault.name)", count: Int(clamping: faults[Int(fault.rawValue)])))
    }
    if lostFragmentCount > 0 {
      counts.append((reason: "packet: fragment of a datagram that was never complete", count: Int(clamping: lostFragmentCount)))
    }
    return counts.sorted { $0.reason < $1.reason }
  }
}
