import Glibc

/// Finds and opens the files behind a process's memory, and their separate debug files, as the process itself would see them.
enum ModuleFiles {
  /// The ELF file of a region, with the symbols of its debug file where it has none of its own.
  static func read(_ region: MappedRegion, processID: UInt32) -> ELFFile? {
    guard let descriptor = open(region, processID: processID) else { return nil }
    defer { close(descriptor) }
    guard var file = ELFFile(descriptor: descriptor) else { return nil }
    if !file.hasWholeTable, let debugFile = debugFile(of: file, path: region.path, processID: processID) {
      file.takeSymbols(of: debugFile)
    }
    return file
  }

  /// The vDSO, which is the same in every process: this process's own.
  static func readVDSO() -> ELFFile? {
    guard let region = MemoryMap.read(processID: UInt32(bitPattern: getpid()))?.regions.first(where: { $0.path == "[vdso]" }),
      let start = UnsafeRawPointer(bitPattern: UInt(region.start))
    else { return nil }
    var image = Array(UnsafeRawBufferPointer(start: start, count: Int(region.end - region.start)))
    return ELFFile(image: &image)
  }

  /// The file that is really mapped, told by its inode: by path in the process's file system, by the kernel's own link (which
  /// works for deleted files), by path in ours. Where no inode agrees (some file systems have two), the first one counts.
  private static func open(_ region: MappedRegion, processID: UInt32) -> Int32? {
    let isDeleted = region.path.hasSuffix(" (deleted)")
    var candidates = ["/proc/\(processID)/map_files/\(String(region.start, radix: 16))-\(String(region.end, radix: 16))"]
    if !isDeleted { candidates = ["/proc/\(processID)/root\(region.path)"] + candidates + [region.path] }
    var fallback: Int32?
    for path in candidates {
      guard let opened = openPlainFile(path) else { continue }
      if opened.inode == region.inode {
        if let fallback { close(fallback) }
        return opened.descriptor
      }
      if fallback == nil, !isDeleted { fallback = opened.descriptor } else { close(opened.descriptor) }
    }
    return fallback
  }

  /// gdb's two conventions (Debugging with GDB, "Debugging Information in Separate Files"): by build identifier, and by the name
  /// in `.gnu_debuglink`.
  private static func debugFile(of file: ELFFile, path: String, processID: UInt32) -> ELFFile? {
    var paths: [String] = []
    if file.buildID.utf8.count > 2 {
      paths.append("/usr/lib/debug/.build-id/\(file.buildID.prefix(2))/\(file.buildID.dropFirst(2)).debug")
    }
    if !file.debugLink.isEmpty, !file.debugLink.contains("/"), let slash = path.lastIndex(of: "/") {
      let directory = path[..<slash]
      paths += ["\(directory)/\(file.debugLink)", "\(directory)/.debug/\(file.debugLink)", "/usr/lib/debug\(directory)/\(file.debugLink)"]
    }
    for root in ["/proc/\(processID)/root", ""] {
      for path in paths {
        guard let opened = openPlainFile(root + path) else { continue }
        defer { close(opened.descriptor) }
        // A debug file of another build has other addresses.
        if let debugFile = ELFFile(descriptor: opened.descriptor), debugFile.hasWholeTable,
          debugFile.buildID.isEmpty || file.buildID.isEmpty || debugFile.buildID == file.buildID
        {
          return debugFile
        }
      }
    }
    return nil
  }

  /// Never waits for the writer of a pipe, and never reads a device.
  private static func openPlainFile(_ path: String) -> (descriptor: Int32, inode: UInt64)? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    return (descriptor, UInt64(status.st_ino))
  }
}
