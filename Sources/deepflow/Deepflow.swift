import ArgumentParser

@main
struct Deepflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deepflow", abstract: "Record and analyse what happens on a Linux node.", subcommands: [RecordCommand.self])

  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    if let split = arguments.firstIndex(of: "--") {
      RecordCommand.trailingCommand = Array(arguments[(split + 1)...])
      arguments.removeSubrange(split...)
    }
    main(arguments)
  }
}
