import Glibc
import Testing

@testable import Export

/// Files that appear when they are complete.
@Suite struct OutputFileTests {
  private func withDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/deepflow-output-test.XXXXXX".utf8CString)
    _ = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      for name in names(directory) { unlink(directory + "/" + name) }
      rmdir(directory)
    }
    try body(directory)
  }

  private func names(_ directory: String) -> [String] {
    guard let handle = opendir(directory) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private func write(_ text: StaticString, to path: String, finishes: Bool = true) throws {
    var file = try OutputFile(creating: path)
    // More than is kept in memory, so that something has been written in either case.
    file.bytes += [UInt8](repeating: UInt8(ascii: " "), count: OutputFile.flushByteCount)
    try file.flushIfFull()
    file.bytes.append(text)
    if finishes { try file.finish() }
  }

  private func lastByte(_ path: String) -> UInt8? { Golden.read(path)?.last }

  @Test("a file is there when it is finished, and only its owner may read it")
  func finished() throws {
    try withDirectory { directory in
      try write("A", to: directory + "/out")
      #expect(names(directory) == ["out"])
      #expect(lastByte(directory + "/out") == UInt8(ascii: "A"))
      var status = stat()
      #expect(stat(directory + "/out", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test("a file that is not finished leaves what was there before, and nothing else")
  func unfinished() throws {
    try withDirectory { directory in
      try write("A", to: directory + "/out")
      try write("B", to: directory + "/out", finishes: false)
      #expect(names(directory) == ["out"])
      #expect(lastByte(directory + "/out") == UInt8(ascii: "A"))
    }
  }

  @Test("a symbolic link stays one, and the file behind it is replaced")
  func link() throws {
    try withDirectory { directory in
      try write("A", to: directory + "/file")
      symlink("file", directory + "/link")
      try write("B", to: directory + "/link")
      #expect(names(directory) == ["file", "link"])
      #expect(lastByte(directory + "/file") == UInt8(ascii: "B"))
      var status = stat()
      #expect(lstat(directory + "/link", &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test("a device is written to and stays a device, and a database is refused there")
  func device() throws {
    try withDirectory { directory in
      let path = directory + "/null"
      // The same numbers as /dev/null; only root may make one.
      guard mknod(path, S_IFCHR | 0o600, makedev(1, 3)) == 0 else { return }
      try write("A", to: path)
      #expect(throws: ExportError.self) { try SQLiteDocument.write(ShopResult.make(), to: path) }
      #expect(names(directory) == ["null"])
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFCHR)
    }
  }

  /// `makedev(3)` is a macro: for small numbers, the major one in the second byte.
  private func makedev(_ major: dev_t, _ minor: dev_t) -> dev_t { major << 8 | minor }
}
