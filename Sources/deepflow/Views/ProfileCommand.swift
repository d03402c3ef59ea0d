import Analysis
import ArgumentParser
import Capture
import Export
import Profiles

extension ProfileGrouping: ExpressibleByArgument {}

/// The event types of profiles, under the names that tables and flags give them.
enum ProfileEvent: String, ExpressibleByArgument, CaseIterable {
  case onCPU = "on-cpu"
  case offCPU = "off-cpu"
  case memoryAllocated = "mem-alloc"
  case memoryInUse = "mem-inuse"

  var eventType: StackSample.EventType {
    switch self {
    case .onCPU: .onCPU
    case .offCPU: .offCPU
    case .memoryAllocated: .memoryAllocated
    case .memoryInUse: .memoryInUse
    }
  }
}

/// Which samples of a profile are shown. Flags have the names that they have on every view.
struct ProfileSelectionOptions: ParsableArguments {
  @Option(name: .customLong("process"), help: "Name of the process. Several: repeat, or separate by commas.")
  var processes: [String] = []

  @Option(name: .customLong("pid"), help: "Identifier of the process.")
  var processIDs: [UInt32] = []

  @Option(name: .customLong("thread"), help: "Name of the thread.")
  var threads: [String] = []

  @Option(
    help: ArgumentHelp("Only samples at this time or later: RFC 3339, or µs since the epoch.", valueName: "time"),
    transform: SelectionOptions.moment)
  var since: Int64?

  @Option(help: ArgumentHelp("Only samples before this time.", valueName: "time"), transform: SelectionOptions.moment)
  var until: Int64?

  /// What the analysis must do for it.
  var analysis: AnalysisOptions {
    var options = AnalysisOptions()
    options.includesRequests = false
    options.includesTraces = false
    options.includesProfile = true
    if since != nil || until != nil {
      func nanoseconds(_ microseconds: Int64) -> Int64 {
        let (product, overflowed) = microseconds.multipliedReportingOverflow(by: 1000)
        return overflowed ? (microseconds < 0 ? .min : .max) : product
      }
      let start = since.map(nanoseconds) ?? .min
      options.profileWindow = start..<max(start, until.map(nanoseconds) ?? .max)
    }
    return options
  }

  /// The stacks of the profile that are meant.
  func chosen(_ profile: FoldedProfile, _ event: ProfileEvent) -> [Int] {
    let names = Set(processes.flatMap { $0.split(separator: ",").map { String($0) } })
    let threadNames = Set(threads.flatMap { $0.split(separator: ",").map { String($0) } })
    let numbers = Set(processIDs)
    return profile.stacks.indices.filter { index in
      let stack = profile.stacks[index]
      return stack.eventType == event.eventType && (names.isEmpty || names.contains(stack.processName))
        && (threadNames.isEmpty || threadNames.contains(stack.threadName)) && (numbers.isEmpty || numbers.contains(stack.processID))
    }
  }

  /// The same, or an error that says why there is nothing.
  func require(_ result: borrowing AnalysisResult, _ event: ProfileEvent, _ input: InputOptions) throws -> [Int] {
    let chosen = chosen(result.profile, event)
    guard chosen.isEmpty else { return chosen }
    let files = input.files.joined(separator: ", ")
    if result.sampleCount == 0 {
      throw CommandFailure(
        "\(files): no profile to show: there are no stack samples in it; 'deepflow record' takes them unless --no-profile is given")
    }
    throw CommandFailure(
      "\(files): no profile to show: none of its \(result.sampleCount) stack samples is \(event.rawValue) and meets the selection")
  }
}

/// `deepflow profile`: what the processors worked at.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Show what the processors worked at: functions, processes or threads, the largest first.",
    discussion: """
      SELF is the share of the function alone, TOTAL that of the function with everything it called. [k] marks functions of the kernel, \
      [l] functions of shared libraries, [unknown] what has no name. 'deepflow export flamegraph --profile on-cpu' draws the same.
      """)

  /// Rows that are shown unless --limit says otherwise.
  private static let defaultLimit = 30

  @OptionGroup var input: InputOptions

  @Option(help: "Group by function, process or thread.")
  var by = ProfileGrouping.function

  @Option(name: .customLong("event-type"), help: "What was sampled: on-cpu, off-cpu, mem-alloc or mem-inuse.")
  var event = ProfileEvent.onCPU

  @OptionGroup(title: "Selection") var choice: ProfileSelectionOptions

  @Option(help: "At most this many rows; 0 for all. Default: 30 in text.")
  var limit: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Sort by these fields; -FIELD for the largest first.", valueName: "field,…"))
  var sort: String?

  @Option(help: ArgumentHelp("Show these fields, in this order.", valueName: "field,…"))
  var fields: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is a number of rows, not \(limit)") }
  }

  func run() throws {
    var selection = RowSelection()
    selection.sort = (sort ?? "").split(separator: ",").map { RowSelection.SortField(String($0)) }
    selection.fields = (fields ?? "").split(separator: ",").map { String($0) }
    let isText = output.resolvedFormat(isReport: false) == .text
    selection.limit = limit.map { $0 == 0 ? .max : $0 } ?? (isText ? ProfileCommand.defaultLimit : nil)
    try RowOrder.check(selection, .profileShares)
    let printer = try output.printer(.profileShares, text: Table.profileShares.textColumns(by: by), fields: selection.fields)

    let result = try input.analyze(choice.analysis)
    let chosen = try choice.require(result, event, input)
    let shares = result.profile.shares(of: chosen, by: by)
    let order = try RowOrder.select(shares, .profileShares, selection, result.texts)
    var file = Terminal.standardOutput()
    if isText {
      for line in ProfileText.headline(event.eventType, result.profile.summary(of: chosen)) {
        file.bytes.append(terminal: line)
        file.bytes.append("\n")
      }
      file.bytes.append("\n")
    }
    try printer.print(shares, order: order, result.texts, to: &file)
    try file.finish()
    try input.checkLosses(result)
  }
}
