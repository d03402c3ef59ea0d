import ArgumentParser
import BundleFormat
import Export

/// `deepflow inspect`: what is inside a file.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is inside: node, clocks, sources, sections, drops.",
    discussion: "With --verify the exit status is 1 when a file is damaged or not whole.")

  @Argument(help: ArgumentHelp("Bundles, pcap or pcapng files; '-' is standard input.", valueName: "bundle"), completion: .file())
  var files: [String]

  @Flag(help: "Check digests and counts; exit with status 1 on damage.")
  var verify = false

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if output.format == .csv { throw ValidationError("inspect prints text or JSON, not csv") }
  }

  func run() throws {
    var file = Terminal.standardOutput()
    var isIntact = true
    let format = output.resolvedFormat(isReport: true)
    for (index, path) in files.enumerated() {
      let summary = try BundleInspector.inspect(path: path)
      isIntact = isIntact && summary.isIntact
      if format == .text {
        if index > 0 { file.bytes.append("\n") }
        InspectText.append(summary, verify: verify, to: &file.bytes)
      } else {
        InspectJSON.append(summary, to: &file.bytes)
      }
      try file.flushIfFull()
    }
    try file.finish()
    if verify, !isIntact { throw ExitCode.failure }
  }
}
