import Analysis
import ArgumentParser
import Export

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `deepflow export`: results for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the results as a file: SQLite, JSON, folded stacks, or a flame graph of a trace or of the profile.",
    subcommands: [ExportSQLiteCommand.self, ExportJSONCommand.self, ExportFlameGraphCommand.self, ExportFoldedCommand.self])
}

/// Where an export goes.
struct ExportOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "out"), completion: .file())
  var path: String

  /// - Throws: when the output is one of the inputs, which writing would destroy.
  func check(_ input: InputOptions) throws { try ExportOptions.check(output: path, inputs: input.files) }

  static func check(output path: String, inputs: [String]) throws {
    var output = stat()
    guard path != "-", stat(path, &output) == 0, output.st_mode & S_IFMT == S_IFREG else { return }
    for file in inputs {
      var other = stat()
      if stat(file, &other) == 0, other.st_dev == output.st_dev, other.st_ino == output.st_ino {
        throw CommandFailure("\(path): cannot write: it is one of the captures to be read; name another file")
      }
    }
  }

  /// The file, or standard output for `-`.
  func open() throws -> OutputFile {
    if path == "-" { return Terminal.standardOutput() }
    return try OutputFile(creating: path)
  }
}

/// `deepflow export json`: all tables in one object.
struct ExportJSONCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "json", abstract: "Write one JSON object: a key for each table, with its rows as an array.")

  @OptionGroup var input: InputOptions
  @OptionGroup var destination: ExportOptions

  func run() throws {
    try destination.check(input)
    let result = try input.analyze(.everything)
    var document = JSONDocument(output: try destination.open())
    try document.write(result)
    try input.checkLosses(result)
  }
}

/// `deepflow export sqlite`: all tables in a database.
struct ExportSQLiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sqlite", abstract: "Write a SQLite database with DeepFlow's table and column names.")

  @OptionGroup var input: InputOptions
  @OptionGroup var destination: ExportOptions

  @Flag(name: [.short, .long], help: "Say on standard error what each part of the database holds and how long it took to write.")
  var verbose = false

  func run() throws {
    try destination.check(input)
    let result = try input.analyze(.everything)
    try SQLiteDocument.write(result, to: destination.path, report: verbose ? { Failure.say($0.description) } : nil)
    try input.checkLosses(result)
  }
}

/// `deepflow export flamegraph`: a trace as a picture.
struct ExportFlameGraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flamegraph", abstract: "Draw a trace, or the profile, as one interactive SVG file.",
    discussion: "The file needs nothing else and no network: open it in a browser.")

  @OptionGroup var input: InputOptions
  @OptionGroup var destination: ExportOptions

  @Option(help: ArgumentHelp("'slowest', the ID of a line of 'deepflow traces', or the application's trace identifier.", valueName: "id"))
  var trace: String?

  @Option(help: "Draw the profile instead: on-cpu, off-cpu, mem-alloc or mem-inuse.")
  var profile: ProfileEvent?

  @Flag(help: "Put the threads of a process together.")
  var noThreads = false

  @OptionGroup(title: "Selection of the profile") var choice: ProfileSelectionOptions

  func validate() throws {
    if profile != nil, trace != nil { throw ValidationError("--trace and --profile contradict each other") }
  }

  func run() throws {
    try destination.check(input)
    if let profile { return try drawProfile(profile) }
    let result = try input.analyze()
    let flame = TraceFlame(result.traces[try chosenTrace(trace ?? "slowest", result, input)], result)
    var file = try destination.open()
    FlameDrawing(flame).append(to: &file.bytes)
    try file.finish()
    try input.checkLosses(result)
  }
}
