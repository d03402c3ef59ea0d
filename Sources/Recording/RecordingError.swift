/// Why a recording could not begin, or did not come to its proper end.
package enum RecordingError: Error, Equatable {
  /// The options contradict each other.
  case usage(String)
  /// The kernel, or the privileges, do not allow a part of the recording: what failed, why, and what can be done.
  case unavailable(part: Part, reason: String, advice: String)
  /// A system call failed for the recorder itself.
  case system(what: String, errorNumber: Int32)
  /// The command could not be started.
  case command(name: String, errorNumber: Int32)
  /// The file could not be created; the sentence names it.
  case output(String)

  package enum Part: String, Sendable {
    case systemCalls = "system calls"
    case packets
    case samples = "stack samples"
  }
}

extension RecordingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .usage(let sentence): sentence
    case .unavailable(let part, let reason, let advice): "cannot record \(part.rawValue): \(reason); \(advice)"
    case .system(let what, let number): "\(what): \(errorText(number))"
    case .command(let name, let number): "\(name): cannot be run: \(errorText(number))"
    case .output(let sentence): sentence
    }
  }

  /// The exit status that says this: 64 for wrong usage, the shell's 127 and 126 for a command that cannot be run.
  package var exitStatus: Int32 {
    switch self {
    case .usage: 64
    case .command(_, let number): number == 2 ? 127 : 126
    default: 1
    }
  }
}
