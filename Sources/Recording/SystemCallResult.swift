import Glibc

/// The C library's words for an errno, in lower case at the beginning.
func errorText(_ number: Int32) -> String {
  guard let text = strerror(number) else { return "error \(number)" }
  return String(cString: text)
}

extension RecordingError {
  /// The failure of the system call just made.
  static func lastSystemCall(_ what: String) -> RecordingError { .system(what: what, errorNumber: errno) }
}
