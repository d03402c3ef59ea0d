import ArgumentParser

@main
struct Deepflow: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "deepflow", abstract: "Record and analyse what happens on a Linux node.")
}
