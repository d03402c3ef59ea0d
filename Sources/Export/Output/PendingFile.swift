#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file that is written beside the one that was asked for and takes its place when it is complete: nobody ever sees half of it, and
/// a failure leaves what was there before.
struct PendingFile: ~Copyable {
  /// Where it is written until `commit`.
  let temporaryPath: String
  /// Open for writing.
  let descriptor: Int32
  /// The name that was asked for, and the file behind it when that is a symbolic link.
  private let path: String
  private let target: String
  private var isCommitted = false

  /// Creates a file that only its owner may read: results hold what the capture holds.
  /// - Throws: `ExportError.system` when that is not possible.
  init(for path: String) throws(ExportError) {
    self.path = path
    target = PendingFile.resolved(path)
    var template = Array("\(target).XXXXXX".utf8CString)
    descriptor = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
    guard descriptor >= 0 else { throw .system(place: path, action: "create", errorNumber: errno) }
    temporaryPath = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Puts the file in its place. To be called once, when everything is written.
  mutating func commit() throws(ExportError) {
    guard rename(temporaryPath, target) == 0 else { throw .system(place: path, action: "rename", errorNumber: errno) }
    isCommitted = true
  }

  /// Whether the name is free or a regular file's. A device, a pipe or a directory is not to be replaced by a file.
  static func canReplace(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
