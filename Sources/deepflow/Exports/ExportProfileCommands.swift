import Analysis
import ArgumentParser
import Capture
import Export
import Profiles

/// `deepflow export folded`: stacks as text for other tools.
struct ExportFoldedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "folded", abstract: "Write the profile as folded stacks: process;[t] thread;function;… and a number, one stack a line.",
    discussion:
      "The form that flamegraph.pl, inferno, speedscope and 'deepflow import' read. The number is in microseconds or bytes, or counts samples."
  )

  @OptionGroup var input: InputOptions
  @OptionGroup var destination: ExportOptions

  @Option(name: .customLong("event-type"), help: "What was sampled: on-cpu, off-cpu, mem-alloc or mem-inuse.")
  var event = ProfileEvent.onCPU

  @OptionGroup(title: "Selection") var choice: ProfileSelectionOptions

  func run() throws {
    try destination.check(input)
    let result = try input.analyze(choice.analysis)
    let chosen = try choice.require(result, event, input)
    var file = try destination.open()
    for line in FoldedText(result.profile, chosen: chosen).lines {
      file.bytes.append(text: line.text)
      file.bytes.append(" ")
      file.bytes.appendDecimal(line.value)
      file.bytes.append("\n")
      try file.flushIfFull()
    }
    try file.finish()
    try input.checkLosses(result)
  }
}

extension ExportFlameGraphCommand {
  /// Draws the profile instead of a trace.
  func drawProfile(_ event: ProfileEvent) throws {
    let result = try input.analyze(choice.analysis)
    let chosen = try choice.require(result, event, input)
    var layers = FlameTree.Layers()
    layers.threads = !noThreads
    let tree = FlameTree(result.profile, chosen: chosen, layers: layers)
    let notes = ProfileText.headline(event.eventType, result.profile.summary(of: chosen))
    var file = try destination.open()
    let host = result.recordings.first.map { " · \($0.host)" } ?? ""
    ProfileDrawing(title: "\(event.rawValue) profile\(host)", notes: notes, tree).append(to: &file.bytes)
    try file.finish()
    try input.checkLosses(result)
  }
}
