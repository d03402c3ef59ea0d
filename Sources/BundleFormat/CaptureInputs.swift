package import Capture

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Several files read as one capture: ordinals and interface indexes continue from file to file, in the order given.
package struct CaptureInputs: Sendable {
  package let paths: [String]
  /// Where the next file continues.
  package private(set) var numbering = ObservationNumbering()

  /// - Throws: `BundleError` when one of the files cannot be opened, so that a mistyped name is told before minutes of reading.
  package init(paths: [String]) throws(BundleError) {
    for path in paths where path != "-" && access(path, R_OK) != 0 {
      throw BundleError(path: path, reason: .cannotOpen, errorNumber: errno)
    }
    self.paths = paths
  }

  /// Delivers every file, one after the other. To be called once.
  ///
  /// - Parameter progress: Is told how far the input was read, every half a megabyte.
  package mutating func read<Sink: ObservationSink & ~Copyable>(
    into sink: inout Sink, progress: ((InputProgress) -> Void)? = nil
  ) throws(BundleError) {
    for path in paths {
      var reader = try CaptureReader(path: path, numbering: numbering)
      reader.window.progress = progress
      try reader.read(into: &sink)
      numbering = reader.numbering
    }
  }
}
