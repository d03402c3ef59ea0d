import ArgumentParser
import BundleFormat
import Capture
import Profiles

/// `deepflow import`: files of other tools into one bundle.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make one bundle of captures and of profiles of other tools.",
    discussion: """
      Reads pcap and pcapng (bundles too), folded stacks, and what 'perf script' prints, each plain or compressed with gzip or zstd; what a \
      file is, its contents say. The first element of a folded stack is taken as the process.
      """)

  @Argument(
    help: ArgumentHelp("Captures, folded stacks or perf script text; '-' is standard input.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The bundle to write.", valueName: "bundle"), completion: .file())
  var output: String

  @Option(name: .customLong("event-type"), help: "What imported profiles sampled: on-cpu, off-cpu, mem-alloc or mem-inuse.")
  var event = ProfileEvent.onCPU

  @Option(help: "What the numbers of folded stacks count: us (microseconds), bytes or samples.")
  var unit = ProfileUnit.samples

  enum ProfileUnit: String, ExpressibleByArgument, CaseIterable {
    case microseconds = "us"
    case bytes, samples

    var unit: StackSample.Unit {
      switch self {
      case .microseconds: .microseconds
      case .bytes: .bytes
      case .samples: .samples
      }
    }
  }

  func run() throws {
    // Before the output is created: a mistyped name must not leave an empty bundle, nor an output that is an input destroy it.
    _ = try CaptureInputs(paths: files)
    try ExportOptions.check(output: output, inputs: files)
    var sink = BundleSink(try BundleWriter(path: output, application: Version.text))
    var numbering = ObservationNumbering()
    for path in files {
      var input = try ImportInput(path: path)
      if input.isCapture {
        var reader = try input.reader(numbering: numbering)
        try reader.read(into: &sink)
        numbering = reader.numbering
      } else {
        try importProfile(&input, path, &numbering, into: &sink)
      }
      if let failure = sink.failure { throw failure }
    }
    try sink.finish(reason: "imported")
  }

  private func importProfile(
    _ input: inout ImportInput, _ path: String, _ numbering: inout ObservationNumbering, into sink: inout BundleSink
  ) throws {
    var options = ProfileImporter.Options()
    options.eventType = event.eventType
    options.unit = unit.unit
    var importer = ProfileImporter(options: options, firstStack: numbering.nextStackBase, firstFrame: numbering.nextFrameBase)
    try input.forEachLine { importer.read($0, into: &sink) }
    importer.finish(into: &sink)
    numbering.nextStackBase = importer.nextStack
    numbering.nextFrameBase = importer.nextFrame
    guard importer.sampleCount > 0 else {
      throw CommandFailure(
        "\(path): cannot import: it is neither a capture, nor folded stacks, nor the output of 'perf script'; 'deepflow import --help' says what is read"
      )
    }
    guard importer.unreadableLineCount > 0 else { return }
    let lines = "\(importer.unreadableLineCount) \(importer.unreadableLineCount == 1 ? "line is" : "lines are")"
    Failure.say("\(path): \(lines) not understood and left out; everything else was imported")
    sink.loss(
      LossRecord(
        time: Timestamp(nanoseconds: 0), source: .samples, cause: .damagedBlock, place: path, count: importer.unreadableLineCount,
        byteCount: importer.unreadableByteCount))
  }
}
