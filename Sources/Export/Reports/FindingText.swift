import Analysis
import Capture

/// A finding as a sentence, and the command that shows more.
struct FindingText {
  /// Waiting for something less than this share of the time is not worth a word.
  private static let notableShare = 0.1

  /// What the commands are to be run on.
  let files: [String]

  func sentence(_ finding: Finding) -> String {
    switch finding {
    case .slow(let endpoint, let waits): return slow(endpoint, waits)
    case .failing(let endpoint): return failing(endpoint)
    case .connectFailure(let failure):
      let only = failure.onlyClient.map { failure.failureCount > 1 ? ", all from \($0)" : ", from \($0)" } ?? ""
      return
        "\(grouped(failure.failureCount)) of \(grouped(failure.attemptCount)) \(failure.attemptCount == 1 ? "connect" : "connects") to "
        + "\(failure.server) \(failure.failureCount == 1 ? "was" : "were") \(words(failure.closeType)) (\(failure.closeType.name))\(only)"
    case .retransmissions(let share, let network):
      return "\(percent(share)) of \(grouped(Int(clamping: network.segmentCount))) TCP segments were sent again"
    }
  }

  func command(_ finding: Finding) -> String {
    switch finding {
    case .slow(let endpoint, _):
      return [
        "deepflow traces", fileList, selection(endpoint.key, isTrace: true), "--min-duration \(roundedDown(endpoint.durations?.p95 ?? 0))",
      ]
      .filter { !$0.isEmpty }.joined(separator: " ")
    case .failing(let endpoint):
      return ["deepflow requests", fileList, selection(endpoint.key, isTrace: false), "--status error"].filter { !$0.isEmpty }
        .joined(separator: " ")
    case .connectFailure(let failure):
      return
        "deepflow flows \(fileList) --ip \(failure.server.address) --port \(failure.server.port) --close-type \(failure.closeType.name)"
    case .retransmissions:
      return "deepflow flows \(fileList) --sort -retrans_tx,-retrans_rx --limit 20"
        + " --fields start_time,ip_0,ip_1,server_port,packet_tx,packet_rx,retrans_tx,retrans_rx"
    }
  }

  private func slow(_ endpoint: EndpointSummary, _ waits: [EndpointSummary.Wait]) -> String {
    let count = endpoint.exchangeCount
    let durations = endpoint.durations
    var text = "\(endpoint.key.call) on \(endpoint.key.service) is slow: "
    text += count == 1 ? "\(duration(durations?.maximum ?? 0))" : "p95 \(duration(durations?.p95 ?? 0)) over \(grouped(count)) requests"
    for (index, wait) in waits.enumerated() where wait.share >= FindingText.notableShare {
      text += index == 0 ? "; \(percent(wait.share)) of it waits for " : ", which waits \(percent(wait.share)) for "
      text += "\(wait.key.call) on \(wait.key.service)"
    }
    return text
  }

  private func failing(_ endpoint: EndpointSummary) -> String {
    var text =
      "\(grouped(endpoint.errorCount)) of \(grouped(endpoint.exchangeCount)) \(endpoint.key.call) on \(endpoint.key.service) failed"
    if let common = endpoint.commonError {
      text += common.count == endpoint.errorCount ? " with \(common.text)" : ", most with \(common.text)"
    }
    return text
  }

  private func words(_ closeType: CloseType) -> String {
    switch closeType {
    case .serverDirectReset: "refused"
    case .serverSynMiss: "never answered"
    case .serverQueueLack: "refused because the accept queue was full"
    case .clientAckMiss: "never completed by the client"
    default: "reset before they were established"
    }
  }

  private func selection(_ key: EndpointKey, isTrace: Bool) -> String {
    var flags: [String] = []
    if key.service != "unknown", ShellText.isShowable(key.service) { flags.append("--service \(ShellText.quoted(key.service))") }
    if !key.endpoint.isEmpty, ShellText.isShowable(key.endpoint) {
      flags.append((key.endpoint.hasPrefix("/") ? "--path " : "--resource ") + ShellText.quoted(key.endpoint))
    }
    if flags.isEmpty { flags.append("--protocol \(ShellText.quoted(key.l7Protocol))") }
    return flags.joined(separator: " ")
  }

  private var fileList: String { files.map { ShellText.quoted($0) }.joined(separator: " ") }

  /// Two significant digits, rounded down, as a flag takes it.
  private func roundedDown(_ microseconds: Int64) -> String {
    var scale: Int64 = 1
    while microseconds / scale >= 100 { scale *= 10 }
    let rounded = microseconds / scale * scale
    return rounded % 1000 == 0 ? "\(rounded / 1000)ms" : "\(rounded)us"
  }

  private func duration(_ microseconds: Int64) -> String {
    var bytes: [UInt8] = []
    bytes.append(duration: microseconds)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func percent(_ share: Double) -> String {
    var bytes: [UInt8] = []
    if share < 0.095 {
      bytes.appendFixed(Int64((share * 1000).rounded()), fractionDigits: 1)
    } else {
      bytes.appendDecimal(Int64((share * 100).rounded()))
    }
    bytes.append(" %")
    return String(decoding: bytes, as: UTF8.self)
  }

  private func grouped(_ count: Int) -> String {
    var bytes: [UInt8] = []
    bytes.appendGrouped(UInt64(count))
    return String(decoding: bytes, as: UTF8.self)
  }
}
