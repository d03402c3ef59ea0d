import Analysis
import ArgumentParser
import Export

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An error whose sentence is complete: `<file>: <what failed>: <why>; <what to do>`.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The end of the program when something went wrong: one line on standard error, and the exit status.
enum Failure {
  /// Exit status when evidence was lost and `--fail-on-loss` was given.
  static let lossStatus: Int32 = 3

  static func exit(_ error: any Error) -> Never {
    if let exportError = error as? ExportError, exportError == .closedPipe { Glibc.exit(0) }
    if let selectionError = error as? SelectionError {
      say(selectionError.description)
      Glibc.exit(ExitCode.validationFailure.rawValue)
    }
    let code = Deepflow.exitCode(for: error)
    // Help and version are answers, not errors; the parser knows where they belong.
    if code == .success || error is ExitCode { Deepflow.exit(withError: error) }
    if code == .validationFailure {
      let message = Deepflow.fullMessage(for: error)
      write(message.hasPrefix("Error: ") ? "deepflow: " + message.dropFirst("Error: ".count) : message)
    } else {
      say("\(error)")
    }
    Glibc.exit(code.rawValue)
  }

  /// A line on standard error with the program's name in front.
  static func say(_ message: String) {
    var bytes: [UInt8] = []
    bytes.append("deepflow: ")
    bytes.append(terminal: message)
    write(String(decoding: bytes, as: UTF8.self))
  }

  private static func write(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // There is nobody left to tell when standard error cannot be written to.
    _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
