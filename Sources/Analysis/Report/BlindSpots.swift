import Capture

/// What a result cannot show, and why.
enum BlindSpots {
  /// Kinds of anomalies that are named; the rest is counted.
  private static let anomalyLimit = 5

  static func sentences(_ result: borrowing AnalysisResult) -> [String] {
    var sentences: [String] = []
    if result.recordings.isEmpty, result.packetCount > 0 {
      sentences.append("a capture of packets only: no process names, and no joining of requests by threads")
    }
    for recording in result.recordings { sentences += recording.missing }
    if result.isCutOff {
      sentences.append("the recording has no end: it was cut off, or its recorder was killed; what was written is here")
    }
    sentences += losses(result)
    var incomplete = 0
    for request in result.requests where request.completeness != .complete { incomplete += 1 }
    if incomplete > 0 {
      sentences.append(
        "\(incomplete) of \(result.requests.count) request rows are incomplete: part of them was lost, cut, or outside the capture")
    }
    for (index, anomaly) in result.anomalyCounts.enumerated() {
      if index == anomalyLimit {
        sentences.append("\(result.anomalyCounts.count - anomalyLimit) more kinds of anomalies; 'deepflow export' has all")
        break
      }
      sentences.append("\(anomaly.count) × \(anomaly.reason)")
    }
    return sentences
  }

  /// Losses added up by source and cause, in order of first appearance.
  private static func losses(_ result: borrowing AnalysisResult) -> [String] {
    var sums: [LossRecord] = []
    for loss in result.losses {
      if let known = sums.firstIndex(where: { $0.source == loss.source && $0.cause == loss.cause }) {
        sums[known].count = sums[known].count.addingReportingOverflow(loss.count).partialValue
        sums[known].byteCount = sums[known].byteCount.addingReportingOverflow(loss.byteCount).partialValue
      } else {
        sums.append(loss)
      }
    }
    return sums.filter { $0.count > 0 }.map { loss in
      let bytes = loss.byteCount > 0 ? ", \(loss.byteCount) bytes" : ""
      return "\(loss.source.name): \(loss.count) × \(loss.cause.name)\(bytes)"
    }
  }
}

extension AnalysisResult {
  /// A recording of ours without its end.
  package var isCutOff: Bool { ends.count < recordings.count }
}
