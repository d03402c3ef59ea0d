import Analysis
import ArgumentParser
import Capture
import Protocols

/// The flags that say what is selected, which are the same on every view and report.
struct ConditionOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"), help: "Protocol: HTTP, DNS, Redis, TCP, UDP and so on. Several: repeat, or separate by commas.",
    completion: .list(L7Protocol.allCases.map { "\($0.name)" } + ["TCP", "UDP"]))
  var protocols: [String] = []

  @Option(
    name: .customLong("status"), help: "Status: ok, error, client_error, server_error, timeout, unknown, parse_failed, or a response code.",
    completion: .list(ConditionOptions.statusNames))
  var statuses: [String] = []

  @Option(name: .customLong("service"), help: "Service of the client or the server.")
  var services: [String] = []

  @Option(name: .customLong("process"), help: "Process name of the client or the server.")
  var processes: [String] = []

  @Option(name: .customLong("pid"), help: "Process identifier of the client or the server.")
  var processIDs: [UInt32] = []

  @Option(name: .customLong("ip"), help: "Address of the client or the server; 10.0.0.0/8 for a network.")
  var addresses: [AddressRange] = []

  @Option(name: .customLong("port"), help: "Port of the client or the server.")
  var ports: [UInt16] = []

  @Option(name: .customLong("path"), help: "Requests for this path and what lies below it; with * at its end, for what begins like it.")
  var paths: [String] = []

  @Option(name: .customLong("resource"), help: "Requests whose resource (path, statement, key, queried name) contains this text.")
  var resources: [String] = []

  @Option(name: .customLong("trace-id"), help: "The application's trace identifier.")
  var traceIDs: [String] = []

  @Option(name: .customLong("span-id"), help: "The application's span identifier.")
  var spanIDs: [String] = []

  @Option(name: .customLong("request-id"), help: "Request identifier: X-Request-ID, or the protocol's own.")
  var requestIDs: [String] = []

  @Option(
    name: .customLong("close-type"), help: "How a flow ended: \(ConditionOptions.closeTypeNames.joined(separator: ", ")).",
    completion: .list(ConditionOptions.closeTypeNames))
  var closeTypes: [String] = []

  @Option(help: ArgumentHelp("Only what took at least this long: 500ms, 1.5s, 2m.", valueName: "duration"), transform: duration)
  var minDuration: Int64?

  @Option(
    help: ArgumentHelp("Only what started at this time or later: RFC 3339, or microseconds since the epoch.", valueName: "time"),
    transform: time)
  var since: Int64?

  @Option(help: ArgumentHelp("Only what started before this time.", valueName: "time"), transform: time)
  var until: Int64?

  private static let closeTypeNames = CloseType.allCases.map { "\($0.name)" }
  private static let statusNames = ResponseStatus.allCases.map(\.name) + ["error"]

  func validate() throws {
    let protocolNames = L7Protocol.allCases.map { "\($0.name)" } + (0...255).map { IPProtocol($0).name }
    try check("--protocol", split(protocols), known: protocolNames)
    try check("--close-type", split(closeTypes), known: ConditionOptions.closeTypeNames)
    try check("--status", split(statuses).filter { Int64($0) == nil }, known: ConditionOptions.statusNames)
  }

  var selection: RowSelection {
    var selection = RowSelection()
    selection.protocols = split(protocols)
    selection.statuses = split(statuses)
    selection.services = services
    selection.processes = processes
    selection.processIDs = processIDs.map { Int64($0) }
    selection.addresses = addresses
    selection.ports = ports.map { Int64($0) }
    selection.paths = paths
    selection.resources = resources
    selection.traceIDs = traceIDs
    selection.spanIDs = spanIDs
    selection.requestIDs = requestIDs
    selection.closeTypes = split(closeTypes)
    selection.minimumDuration = minDuration
    selection.since = since
    selection.until = until
    return selection
  }

  private func split(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",").map { String($0) } }
  }

  private func check(_ flag: String, _ values: [String], known: [String]) throws {
    let lowercased = Set(known.map { $0.lowercased() })
    for value in values where !lowercased.contains(value.lowercased()) {
      let hint = NearestName.of(value, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw ValidationError("'\(value)' is not a value of \(flag)\(hint)")
    }
  }
}

@Sendable private func duration(_ text: String) throws -> Int64 {
  guard let microseconds = QuantityText.duration(text) else {
    throw ValidationError("'\(text)' is not a duration; write it with a unit, like 500ms, 1.5s or 2m")
  }
  return microseconds
}

@Sendable private func time(_ text: String) throws -> Int64 {
  guard let microseconds = QuantityText.time(text) else {
    throw ValidationError("'\(text)' is not a time; write it like 2026-11-22T08:12:03Z, or in microseconds since the epoch")
  }
  return microseconds
}

extension SelectionOptions {
  /// The value of a flag that takes a time, µs since the epoch.
  @Sendable static func moment(_ text: String) throws -> Int64 { try time(text) }
}

extension AddressRange: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
