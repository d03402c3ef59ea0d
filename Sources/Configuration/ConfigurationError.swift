/// Why a configuration file cannot be used.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  package var path: String
  /// The line, from 1; `nil` when the file as a whole is meant.
  package var line: Int?
  /// What is wrong and what to do.
  package var reason: String

  package var description: String { line.map { "\(path):\($0): \(reason)" } ?? "\(path): \(reason)" }
}
