import ArgumentParser

@main
struct Deepflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deepflow",
    abstract: "Record what happens on a Linux node, and see later what was slow, what failed and why.",
    discussion: """
      Every place that takes BUNDLE takes a plain pcap or pcapng file too, compressed or not, and '-' for standard input. Several files are \
      analysed as one capture.
      """,
    version: Version.text,
    subcommands: [
      RecordCommand.self, AnalyzeCommand.self, FlowsCommand.self, RequestsCommand.self, MetricsCommand.self, MapCommand.self,
      QueryCommand.self, SchemaCommand.self, DoctorCommand.self,
      TracesCommand.self, TraceCommand.self, ProfileCommand.self, ImportCommand.self, ExportCommand.self, InspectCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot(Invocation.arguments)
      try command.run()
    } catch {
      Failure.exit(error)
    }
  }
}
