import ArgumentParser
import Export
import Recording

/// `deepflow doctor`: what this node allows.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what this kernel and these privileges allow, and what to do about the rest.",
    discussion: "The exit status is 1 when neither system calls nor packets can be recorded.")

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if output.format == .csv { throw ValidationError("doctor prints text or JSON, not csv") }
  }

  func run() throws {
    let facts = NodeFacts.here()
    let checks = Doctor.checks(facts)
    let possible = Doctor.canRecord(facts)
    var file = Terminal.standardOutput()
    switch output.resolvedFormat(isReport: true) {
    case .text: DoctorText.append(checks, possible, isColored: output.terminal.isColored, to: &file.bytes)
    default: DoctorText.append(json: checks, possible, to: &file.bytes)
    }
    try file.finish()
    if !possible.systemCalls, !possible.packets { throw ExitCode.failure }
  }
}

/// What the doctor says, for people and for programs.
enum DoctorText {
  static func append(
    _ checks: [DoctorCheck], _ possible: (systemCalls: Bool, packets: Bool), isColored: Bool, to bytes: inout [UInt8]
  ) {
    let width = checks.map(\.name.count).max() ?? 0
    for check in checks {
      let color = isColored ? color(check.status) : nil
      if let color { bytes.append(color) }
      bytes.append(text: check.status.rawValue + String(repeating: " ", count: 8 - check.status.rawValue.count))
      if color != nil { bytes.append("\u{1b}[0m") }
      bytes.append(text: check.name + String(repeating: " ", count: width - check.name.count + 2))
      bytes.append(terminal: check.finding)
      bytes.append("\n")
      for (label, text) in [("so:", check.consequence), ("do:", check.remedy)] {
        guard let text else { continue }
        bytes.append(text: String(repeating: " ", count: width + 10) + label + " ")
        bytes.append(terminal: text)
        bytes.append("\n")
      }
    }
    bytes.append("\n")
    bytes.append(text: verdict(possible))
    bytes.append("\n")
  }

  /// One object: the verdict, and every check.
  static func append(json checks: [DoctorCheck], _ possible: (systemCalls: Bool, packets: Bool), to bytes: inout [UInt8]) {
    var object = JSONObject()
    object.boolean("system_calls", possible.systemCalls)
    object.boolean("packets", possible.packets)
    object.array("checks", checks) { check, object in
      object.string("name", check.name)
      object.string("status", check.status.rawValue)
      object.string("finding", check.finding)
      if let consequence = check.consequence { object.string("consequence", consequence) }
      if let remedy = check.remedy { object.string("remedy", remedy) }
    }
    bytes += object.finished
    bytes.append("\n")
  }

  private static func verdict(_ possible: (systemCalls: Bool, packets: Bool)) -> String {
    switch possible {
    case (true, true): "system calls and packets can be recorded here"
    case (true, false): "system calls can be recorded here, packets cannot"
    case (false, true): "packets can be recorded here, system calls cannot"
    case (false, false): "nothing can be recorded here as it is"
    }
  }

  private static func color(_ status: DoctorCheck.Status) -> StaticString {
    switch status {
    case .ok: "\u{1b}[32m"
    case .limited: "\u{1b}[33m"
    case .missing: "\u{1b}[31m"
    }
  }
}
