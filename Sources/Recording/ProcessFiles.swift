import Glibc

/// Reads small files and directories of /proc and /sys. Everything here may vanish at any moment, which is not an error.
enum ProcessFiles {
  /// The most that is read of one file; tables of sockets can be long.
  static let largestFileByteCount = 64 << 20

  /// Bytes of one read(2).
  private static let chunkByteCount = 16 * 1024

  /// The file's bytes, or `nil` when it cannot be read.
  static func bytes(_ path: String, limit: Int = largestFileByteCount) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: chunkByteCount, alignment: 16) { chunk in
      var content: [UInt8] = []
      while content.count < limit {
        let count = read(descriptor, chunk.baseAddress, min(chunk.count, limit - content.count))
        if count < 0, errno == EINTR { continue }
        if count < 0 { return nil }
        if count == 0 { break }
        content.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[0..<count]))
      }
      return content
    }
  }

  /// The file as text; what is not UTF-8 is repaired.
  static func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The target of a symbolic link.
  static func link(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
      let count = readlink(path, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
      return count < 0 ? nil : String(decoding: buffer[0..<count], as: UTF8.self)
    }
  }

  /// The names in a directory, without `.` and `..`, in the kernel's order.
  static func names(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The names in a directory that are decimal numbers: processes of /proc, threads of a task directory, descriptors.
  static func numbers(_ path: String) -> [UInt32] {
    names(path).compactMap { UInt32($0) }
  }
}
