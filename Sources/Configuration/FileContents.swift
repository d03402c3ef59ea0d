#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Reads a small file as a whole.
enum FileContents {
  static func read(_ path: String, limit: Int) throws(ConfigurationError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw failure(path)
      }
      if count == 0 { return bytes }
      bytes += chunk[0..<count]
      guard bytes.count <= limit else {
        throw ConfigurationError(
          path: path, line: nil, reason: "cannot be read: it is larger than \(limit) bytes, which no configuration is")
      }
    }
  }

  private static func failure(_ path: String) -> ConfigurationError {
    ConfigurationError(path: path, line: nil, reason: "cannot be read: \(String(cString: strerror(errno)))")
  }
}
