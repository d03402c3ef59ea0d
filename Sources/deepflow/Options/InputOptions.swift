import Analysis
import ArgumentParser
import BundleFormat
import Capture

/// The files of a view, and what becomes of them.
struct InputOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Bundles, pcap or pcapng files; '-' is standard input.", valueName: "bundle"), completion: .file())
  var files: [String]

  @Flag(help: "Exit with status 3 when evidence was lost.")
  var failOnLoss = false

  @Option(
    name: [.customShort("j"), .long],
    help: "Threads that share the work, 1 or 2; the result is the same. Default: one for each processor.")
  var workers: Int?

  @OptionGroup(title: "Protocol") var reading: ReadingOptions

  func validate() throws {
    if let workers, workers < 1 { throw ValidationError("--workers is a number of threads from 1 up, not \(workers)") }
  }

  /// Threads that share the work.
  var threadCount: Int { workers ?? Terminal.processorCount }

  /// Reads every file into one result. Damage in a file is told on standard error and does not end the run.
  func analyze(_ options: AnalysisOptions = AnalysisOptions()) throws -> AnalysisResult {
    var options = options
    options.protocols = try reading.protocolOptions()
    var inputs = try CaptureInputs(paths: files)
    var pipeline = Pipeline(options, workers: threadCount)
    var line = ProgressLine()
    do {
      try inputs.read(into: &pipeline) { line.show($0) }
    } catch {
      line.clear()
      throw error
    }
    line.clear()
    let result = pipeline.finish()
    for loss in result.losses where loss.source == .file { Failure.say(InputOptions.sentence(loss)) }
    return result
  }

  /// To be called after the output: leaves with status 3 when that was asked for.
  func checkLosses(_ result: borrowing AnalysisResult) throws {
    if failOnLoss, result.hasLostEvidence { throw ExitCode(Failure.lossStatus) }
  }

  private static func sentence(_ loss: LossRecord) -> String {
    let bytes = loss.byteCount > 0 ? ", \(loss.byteCount) bytes" : ""
    return "\(loss.place): \(loss.cause.name) (\(loss.count)\(bytes)): everything else was read; figures may be too low"
  }
}
