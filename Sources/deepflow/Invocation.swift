/// The program's arguments. `deepflow record … -- COMMAND` is split at its first `--` before anything is parsed, since COMMAND has flags
/// of its own; other commands know `--` as the end of their flags.
enum Invocation {
  /// What the argument parser sees.
  static let arguments = split(Array(CommandLine.arguments.dropFirst())).arguments
  /// The command after `--`, when there is one.
  static let trailingCommand = split(Array(CommandLine.arguments.dropFirst())).trailingCommand

  static func split(_ arguments: [String]) -> (arguments: [String], trailingCommand: [String]?) {
    guard arguments.first == "record", let separator = arguments.firstIndex(of: "--") else { return (arguments, nil) }
    return (Array(arguments[..<separator]), Array(arguments[(separator + 1)...]))
  }
}
