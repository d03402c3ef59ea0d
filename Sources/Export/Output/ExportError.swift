/// What can go wrong while results are written. Evidence never does: only the operator's files, disks and pipes do.
package enum ExportError: Error, Equatable {
  /// The reader of the pipe has gone. Not a failure: the program ends quietly.
  case closedPipe
  /// A system call on the output failed.
  case system(place: String, action: String, errorNumber: Int32)
  /// SQLite refused a statement.
  case database(place: String, action: String, message: String)
}

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension ExportError: CustomStringConvertible {
  /// `<file>: <what failed>: <why>; <what to do>`, without the program's name.
  package var description: String {
    switch self {
    case .closedPipe:
      return "output: write failed: the reader has gone; nothing needs to be done"
    case .system(let place, let action, let errorNumber):
      let reason = String(cString: strerror(errorNumber)).lowercased()
      return "\(place): \(action) failed: \(reason); \(ExportError.advice(errorNumber))"
    case .database(let place, let action, let message):
      return "\(place): \(action) failed: \(message); check that the directory is writable and has space"
    }
  }

  private static func advice(_ errorNumber: Int32) -> String {
    switch errorNumber {
    case ENOSPC, EDQUOT: "free some space or write to another disk"
    case EACCES, EPERM, EROFS: "choose a directory that you may write to"
    case ENOENT, ENOTDIR: "create the directory first"
    case EISDIR: "give the name of a file"
    default: "write somewhere else"
    }
  }
}
