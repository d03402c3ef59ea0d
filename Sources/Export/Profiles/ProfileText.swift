package import Capture
package import Profiles

/// Words and numbers about profiles, for people.
package enum ProfileText {
  /// `12.3 %`.
  package static func share(_ share: Double) -> String {
    var bytes: [UInt8] = []
    bytes.appendFixed(Int64((share * 1000).rounded()), fractionDigits: 1)
    bytes.append(" %")
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `1.32 s`, `4,096 bytes`, `99 samples`.
  package static func value(_ value: UInt64, _ unit: StackSample.Unit) -> String {
    var bytes: [UInt8] = []
    switch unit {
    case .microseconds: bytes.append(duration: Int64(clamping: value))
    case .bytes:
      bytes.appendGrouped(value)
      bytes.append(" bytes")
    case .samples:
      bytes.appendGrouped(value)
      bytes.append(value == 1 ? " sample" : " samples")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The headline of `deepflow profile`, and below it what limits the picture.
  package static func headline(_ eventType: StackSample.EventType, _ summary: ProfileSummary) -> [String] {
    var first = "\(eventType.name) · \(value(summary.sampleCount, .samples))"
    if summary.unit != .samples { first += " · \(value(summary.value, summary.unit))" }
    return [first] + limits(summary)
  }

  /// What is missing from the stacks, a sentence each.
  package static func limits(_ summary: ProfileSummary) -> [String] {
    var lines: [String] = []
    if summary.incompleteCount > 0 {
      lines.append(
        "\(share(summary.incompleteShare)) of the stacks of programs are cut: they go through code without frame pointers; their callers are missing"
      )
    }
    if summary.frameLimitCount > 0 { lines.append("\(value(summary.frameLimitCount, .samples)) are deeper than the recorder follows") }
    if summary.missingStackCount > 0 { lines.append("\(value(summary.missingStackCount, .samples)) came without their stack") }
    return lines
  }
}
